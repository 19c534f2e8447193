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

const OTLP = "batch-otlp,batch-otlp-json,batch-otlp-grpc";
const AGENTS = ["--actions", "10000", "--only", `bare,sdk,${OTLP},own-kafka,thread-kafka,kafkajs`];
const AT_100 = [
  "--rate",
  "100",
  "--actions",
  "400",
  "--only",
  `bare,${OTLP},own-kafka,kafkajs,kafkajs-awaited`,
];
const AT_RATES = ["--actions", "20000", "--seconds", "4", "--only", "bare,batch-otlp,own-kafka,thread-kafka"];
const CONSUMER_PAYLOADS = ["--payload", "200,2048,51200,real", "--only", "consumer;bare loop"];

/** In the order in which they run. The summary finds rows by a part's name and the row's. */
export const PARTS: readonly Part[] = [
  {
    name: "agent",
    about: "what recording costs the agent, beside OTLP exporters and kafkajs",
    program: "agent/run.ts",
    // The same variant takes from 14 to 21 µs in one round and another, and what is judged is the ratio of two of them.
    args: [...AGENTS, "--rounds", "7"],
    quickArgs: [...AGENTS, "--rounds", "3"],
  },
  {
    name: "agent-payloads",
    about: "the same with results of 2 and 50 KB",
    program: "agent/run.ts",
    args: [...AGENTS, "--payload", "2048,51200", "--rounds", "3"],
    quickArgs: [
      "--actions",
      "10000",
      "--only",
      "bare,batch-otlp,own-kafka",
      "--payload",
      "2048",
      "--rounds",
      "1",
    ],
  },
  {
    name: "agent-100",
    about: "the same at 100 actions a second, beside an awaited send for each action",
    program: "agent/run.ts",
    args: [...AT_100, "--rounds", "3"],
    quickArgs: [...AT_100, "--rounds", "2"],
  },
  {
    name: "agent-rates",
    about: "the same at 10 to 10,000 actions a second",
    program: "agent/run.ts",
    args: [...AT_RATES, "--rate", "10,100,1000,5000,10000", "--rounds", "2"],
    quickArgs: [...AT_RATES, "--rate", "10,1000,10000", "--rounds", "1"],
  },
  {
    name: "dialects",
    about: "spans of each dialect a second, and redaction's share of that",
    program: "dialects/run.ts",
    args: [],
    quickArgs: ["--rounds", "3", "--spans", "2000"],
  },
  {
    name: "agent-slow",
    about: "an agent of few actions, and a burst of many",
    program: "agent/slow.ts",
    // The delay of the loop is measured by "agent", beside more.
    args: ["--busy", "0", "--rounds", "2", "--seconds", "30"],
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
    args: ["--rounds", "4", "--records", "200000"],
    quickArgs: ["--rounds", "3", "--records", "200000"],
  },
  {
    name: "consumer-payloads",
    about: "the consumer with results of 200 B to 50 KB, and of recorded sessions where they are there",
    program: "consumer/run.ts",
    args: [...CONSUMER_PAYLOADS, "--rounds", "3", "--records", "50000"],
    quickArgs: [...CONSUMER_PAYLOADS, "--rounds", "1", "--records", "20000"],
  },
  {
    name: "latency",
    about: "from the end of an action to its visible row by stage, and a consumer of few records",
    program: "consumer/latency/run.ts",
    // The engine compiles for a minute or more, which a consumer that runs for days does not notice.
    args: ["--seconds", "20", "--warm-up", "120"],
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
