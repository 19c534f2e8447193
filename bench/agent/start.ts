/** `npm run bench:start`: what this package adds to the start of a program, and what an agent costs that does nothing. See ../README.md. */
import { startDevStack } from "../../src/devstack/dev-stack.js";
import { createTopic } from "./create-topic.js";
import { firstActions } from "./first-action.js";
import { spreadOf } from "./median.js";
import { readOptions } from "./read-options.js";
import { runAtRate } from "./run-at-rate.js";
import { type Start, startProgram } from "./start-program.js";
import { type BenchRow, writeJson } from "./write-json.js";

const options = readOptions(
  "npx tsx bench/agent/start.ts: the start of a program with this package, and an agent that is idle",
  {
    rounds: { value: "20", what: "starts of each program, in turns" },
    seconds: {
      value: "30",
      what: "how long the idle agent is watched; 0 leaves it and first actions out, and needs no Kafka",
    },
  },
);

/** What is loaded before a program that does nothing. */
const PROGRAMS = {
  "node alone": [],
  register: ["otel-agent-actions/register"],
  "register, no instrumentations": ["otel-agent-actions/register"],
  "import ActionLogger": ["otel-agent-actions"],
  "import exporter": ["otel-agent-actions/exporter"],
  "import @opentelemetry/api": ["@opentelemetry/api"],
  "import @opentelemetry/sdk-trace-node": ["@opentelemetry/sdk-trace-node"],
} as const;
type Program = keyof typeof PROGRAMS;

/** What `register` may add to a start, ms of the clock. */
const REGISTER_TARGET = "< 80";
/** Of a core. */
const IDLE_TARGET = "< 0.2";

const rows: BenchRow[] = [...(await starts()), ...(await withKafka())];
for (const { name, value, unit, peer, target } of rows)
  console.log(
    `${name.padEnd(58)}${value.toFixed(2).padStart(9)} ${unit}${peer ? `  beside ${peer}` : ""}${target ? `  wanted ${target}` : ""}`,
  );
if (options.json !== undefined) {
  const conditions = { rounds: options.rounds, seconds: options.seconds };
  writeJson(options.json, { name: "agent-start", conditions, rows });
}

async function starts(): Promise<BenchRow[]> {
  const names = Object.keys(PROGRAMS) as Program[];
  const seen = new Map<Program, Start[]>(names.map((name) => [name, []]));
  for (let round = 0; round < Number(options.rounds); round++)
    for (const name of names) {
      const env = name.endsWith("no instrumentations") ? { AGENT_ACTIONS_INSTRUMENTATIONS: "none" } : {};
      seen.get(name)?.push(await startProgram(PROGRAMS[name], env));
    }
  const median = (name: Program, of: keyof Start) =>
    spreadOf(seen.get(name)!.map((start) => start[of])).median;
  const [bareWall, bareCpu] = [median("node alone", "wallMillis"), median("node alone", "cpuMillis")];
  return names.flatMap((name) => {
    const [wall, cpu] = [median(name, "wallMillis"), median(name, "cpuMillis")];
    if (name === "node alone")
      return [
        { name: `${name}: clock`, value: wall, unit: "ms" },
        { name: `${name}: CPU`, value: cpu, unit: "ms" },
      ];
    const peer = "node alone";
    const target = name === "register" ? { target: REGISTER_TARGET } : {};
    return [
      {
        name: `${name}: clock added`,
        value: wall - bareWall,
        unit: "ms",
        peer,
        ratio: wall / bareWall,
        ...target,
      },
      { name: `${name}: CPU added`, value: cpu - bareCpu, unit: "ms", peer, ratio: cpu / bareCpu },
    ];
  });
}

async function withKafka(): Promise<BenchRow[]> {
  const seconds = Number(options.seconds);
  if (seconds === 0) return [];
  const stack = await startDevStack({ only: "kafka", onProgress: console.error });
  try {
    const { bootstrapServers } = stack.kafka!;
    const topic = `bench-idle-${process.pid}`;
    await createTopic(bootstrapServers, topic);
    const settings = { bootstrapServers, topic, payloadBytes: 200, perSecond: 0, seconds };
    const [without, withUs] = [await runAtRate("sdk", settings), await runAtRate("own-kafka", settings)];
    const order = { bootstrapServers, topic, payloadBytes: settings.payloadBytes };
    return [
      ...(await firstActions(Number(options.rounds), order)),
      {
        name: "idle agent that has sent an action: CPU",
        value: withUs.corePercent - without.corePercent,
        unit: "% of a core",
        peer: "tracer provider, no processor",
        target: IDLE_TARGET,
      },
    ];
  } finally {
    await stack.stop();
  }
}
