/** `npm run bench:agent`: what recording costs in the agent's process. See ../README.md. */
import { parseArgs } from "node:util";
import { startDevStack } from "../../src/devstack/dev-stack.js";
import { countLost } from "./count-lost.js";
import { createTopic } from "./create-topic.js";
import { startOtlpSink } from "./otlp-sink.js";
import type { Load } from "./paced-load.js";
import { benchRows, type Measurement, printResults } from "./print-results.js";
import { runAgent } from "./run-agent.js";
import { KAFKA_VARIANTS, NOT_BY_DEFAULT, VARIANTS, type Variant } from "./variants.js";
import { type BenchRow, writeJson } from "./write-json.js";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    /** Actions a second; some, with commas. */
    rate: { type: "string", default: "5000" },
    /** No rate is measured for longer, whatever `--actions` says. */
    seconds: { type: "string", default: "3600" },
    actions: { type: "string", default: "20000" },
    /** Bytes of the text that each action's tool gives; some, with commas. */
    payload: { type: "string", default: "200" },
    json: { type: "string" },
    only: { type: "string" },
  },
});
const all = Object.keys(VARIANTS) as Variant[];
const variants =
  values.only === undefined
    ? all.filter((variant) => !NOT_BY_DEFAULT.has(variant))
    : (values.only.split(",") as Variant[]);
const payloads = values.payload.split(",").map(Number);
const rates = values.rate.split(",").map(Number);
if (![...payloads, ...rates].every((value) => value > 0))
  throw new Error("--payload and --rate take numbers above 0, with commas.");
const rounds = Number(values.rounds);
const WARM_UP = { actions: 10_000, perSecond: 5_000 };
/** So much goes through at most, so that large payloads do not measure the machine's memory. */
const MOST_BYTES = 50_000_000;
const MOST_BYTES_A_SECOND = 10_000_000;

const stack = await startDevStack({ only: "kafka", onProgress: console.error });
const bootstrapServers = stack.kafka!.bootstrapServers;
const sink = await startOtlpSink();
const rows: BenchRow[] = [];
try {
  for (const payloadBytes of payloads)
    for (const rate of rates) {
      const { load, warmUp } = loadsFor(payloadBytes, rate);
      const results = await measureAll(payloadBytes, load, warmUp);
      console.log(
        `\n${load.actions} actions at ${load.perSecond} a second, results of ${payloadBytes} bytes, ${rounds} rounds`,
      );
      printResults(results);
      const mark = rates.length > 1 ? `${payloadBytes} B at ${rate}/s` : `${payloadBytes} B`;
      rows.push(...benchRows(results, mark));
    }
} finally {
  sink.close();
  await stack.stop();
}
if (values.json !== undefined) {
  const conditions = { rounds, rate: values.rate, actions: values.actions, payload: values.payload };
  writeJson(values.json, { name: "agent", conditions, rows });
}

function loadsFor(payloadBytes: number, perSecond: number) {
  const fits = (load: Load): Load => ({
    actions: Math.min(load.actions, Math.ceil(MOST_BYTES / payloadBytes)),
    perSecond: Math.min(load.perSecond, Math.ceil(MOST_BYTES_A_SECOND / payloadBytes)),
  });
  const actions = Math.min(Number(values.actions), Math.ceil(perSecond * Number(values.seconds)));
  const load = fits({ actions, perSecond });
  const warmUp = fits(WARM_UP);
  return {
    load,
    warmUp: { ...warmUp, actions: Math.min(warmUp.actions, Math.max(2_000, 4 * load.actions)) },
  };
}

async function measureAll(payloadBytes: number, load: Load, warmUp: Load) {
  const results: Partial<Record<Variant, Measurement[]>> = Object.fromEntries(
    variants.map((variant) => [variant, []]),
  );
  for (let round = 0; round < rounds; round++) {
    // Each round begins with another one, so that no variant always follows the same.
    const order = variants.map((_, index) => variants[(index + round) % variants.length]!);
    for (const variant of order) {
      console.error(`round ${round + 1}: ${variant}`);
      const topic = `bench-${variant}-${payloadBytes}-${load.perSecond}-${process.pid}-${round}`;
      const { url: otlpUrl, grpcUrl: otlpGrpcUrl } = sink;
      const surroundings = { bootstrapServers, topic, otlpUrl, otlpGrpcUrl, payloadBytes };
      if (KAFKA_VARIANTS.has(variant)) await createTopic(bootstrapServers, topic);
      const report = await runAgent({ variant, surroundings, warmUp, load });
      const lost = await countLost(variant, report, 1 + warmUp.actions + load.actions, surroundings, sink);
      results[variant]!.push({ ...report, lost });
    }
  }
  return results;
}
