import { fileURLToPath } from "node:url";

/** One benchmark that `npm run bench` runs in a process of its own, and that writes its figures where `--json` says. */
export interface Part {
  readonly name: string;
  /** What it measures, for `--help`. */
  readonly about: string;
  /** Below this folder. */
  readonly program: string;
  readonly args: readonly string[];
  /** In place of `args` with `--quick`. */
  readonly quickArgs: readonly string[];
}

const AT_100 = "bare,batch-otlp,own-kafka,kafkajs,kafkajs-awaited";

/** In the order in which they run. The summary finds rows by a part's name and the row's. */
export const PARTS: readonly Part[] = [
  {
    name: "agent",
    about: "what recording costs the agent, beside OTLP exporters and kafkajs",
    program: "agent/run.ts",
    args: ["--payload", "200,2048,51200"],
    quickArgs: [
      "--rounds",
      "3",
      "--actions",
      "10000",
      "--only",
      "bare,sdk,batch-otlp,own-kafka,thread-kafka,kafkajs",
    ],
  },
  {
    name: "agent-100",
    about: "the same at 100 actions a second, beside an awaited send for each action",
    program: "agent/run.ts",
    args: ["--rate", "100", "--actions", "1000", "--rounds", "5", "--only", AT_100],
    quickArgs: ["--rate", "100", "--actions", "400", "--rounds", "2", "--only", AT_100],
  },
  {
    name: "agent-slow",
    about: "an agent of few actions, and a burst of many",
    program: "agent/slow.ts",
    // The delay of the loop is measured by "agent", beside more.
    args: ["--busy", "0"],
    quickArgs: ["--busy", "0", "--rounds", "2", "--seconds", "20"],
  },
  {
    name: "agent-start",
    about: "the start of a program with this package, and an idle agent",
    program: "agent/start.ts",
    args: [],
    quickArgs: ["--rounds", "10", "--seconds", "20"],
  },
  {
    name: "longest-block",
    about: "how long one large value holds the agent's event loop",
    program: "agent/longest-block.ts",
    args: [],
    quickArgs: ["--rounds", "3", "--sizes", "1600000,50000000"],
  },
  {
    name: "consumer",
    about: "rows a second, processor time and memory, beside the peers",
    program: "consumer/run.ts",
    args: ["--rounds", "5", "--records", "200000"],
    quickArgs: ["--rounds", "3", "--records", "200000"],
  },
  {
    name: "latency",
    about: "from the end of an action to its visible row by stage, and a consumer of few records",
    program: "consumer/latency/run.ts",
    args: ["--seconds", "20"],
    quickArgs: ["--rates", "10,200,1000,5000,10000"],
  },
  {
    name: "growth",
    about: "a filled table: questions to the HTTP API, inserts, and a week that goes for its age",
    program: "consumer/growth.ts",
    args: ["--rows", "20000000", "--rounds", "3", "--tries", "20"],
    quickArgs: ["--rows", "300000", "--rounds", "3", "--tries", "10"],
  },
  {
    name: "install",
    about: "what a production install weighs",
    program: "install/run.ts",
    args: [],
    quickArgs: [],
  },
];

/** The command that runs a part, from the root of the repository. */
export function commandOf({ program, args, quickArgs }: Part, quick: boolean): readonly string[] {
  return ["npx", "tsx", `bench/${program}`, ...(quick ? quickArgs : args)];
}

export const programPath = ({ program }: Part): string => fileURLToPath(new URL(program, import.meta.url));
