/** `npm run bench:slow`: an agent that does some actions a second, one that does all at once, and the event loop of a busy one. See ../README.md. */
import { startDevStack } from "../../src/devstack/dev-stack.js";
import { countLost } from "./count-lost.js";
import { createTopic } from "./create-topic.js";
import { spreadOf } from "./median.js";
import { startOtlpSink } from "./otlp-sink.js";
import type { Load } from "./paced-load.js";
import { readOptions } from "./read-options.js";
import { runAgent } from "./run-agent.js";
import { runAtRate } from "./run-at-rate.js";
import { KAFKA_VARIANTS, type Variant } from "./variants.js";
import { type BenchRow, writeJson } from "./write-json.js";

const options = readOptions(
  "npx tsx bench/agent/slow.ts: few actions, a burst, and the event loop at 5,000 a second",
  {
    rounds: { value: "3", what: "of each, in turns" },
    seconds: { value: "60", what: "how long an agent of few actions is watched" },
    rate: { value: "10", what: "its actions a second" },
    burst: { value: "10000", what: "actions at once; 0 leaves it out" },
    busy: { value: "5000", what: "actions a second at which the event loop is looked at; 0 leaves it out" },
  },
);
const rounds = Number(options.rounds);
const PAYLOAD_BYTES = 200;
const BUSY_ACTIONS = 20_000;
const WARM_UP: Load = { actions: 10_000, perSecond: 5_000 };
const NOTHING: Load = { actions: 1, perSecond: 1 };

/** Of a core, at 10 actions a second. */
const SLOW_TARGET = "< 0.8";
/** Beyond the run without a processor, ms. */
const DELAY_TARGET = "<= 2";

const stack = await startDevStack({ only: "kafka", onProgress: console.error });
const { bootstrapServers } = stack.kafka!;
const sink = await startOtlpSink();
const rows: BenchRow[] = [];
let topics = 0;
try {
  rows.push(...(await slow()));
  if (Number(options.burst) > 0) rows.push(await burst(Number(options.burst)));
  if (Number(options.busy) > 0) rows.push(...(await busy(Number(options.busy))));
} finally {
  sink.close();
  await stack.stop();
}
for (const { name, value, unit, peer, target } of rows)
  console.log(
    `${name.padEnd(58)}${value.toFixed(3).padStart(9)} ${unit}${peer ? `  beside ${peer}` : ""}${target ? `  wanted ${target}` : ""}`,
  );
if (options.json !== undefined) {
  const { json, ...conditions } = options;
  writeJson(json, { name: "agent-slow", conditions, rows });
}

async function newTopic(): Promise<string> {
  const topic = `bench-slow-${process.pid}-${topics++}`;
  await createTopic(bootstrapServers, topic);
  return topic;
}

async function slow(): Promise<BenchRow[]> {
  const [perSecond, seconds] = [Number(options.rate), Number(options.seconds)];
  const shares: Partial<Record<Variant, number[]>> = { sdk: [], "own-kafka": [], kafkajs: [] };
  for (let round = 0; round < rounds; round++)
    for (const [name, seen] of Object.entries(shares)) {
      const settings = {
        bootstrapServers,
        topic: await newTopic(),
        payloadBytes: PAYLOAD_BYTES,
        perSecond,
        seconds,
      };
      seen.push((await runAtRate(name as Variant, settings)).corePercent);
    }
  const median = (name: Variant) => spreadOf(shares[name] ?? []).median;
  const [without, ours, kafkajs] = [median("sdk"), median("own-kafka"), median("kafkajs")];
  const name = `${perSecond} actions a second`;
  return [
    {
      name: `${name}: CPU added`,
      value: ours - without,
      unit: "% of a core",
      peer: "tracer provider, no processor",
      target: SLOW_TARGET,
    },
    {
      name: `${name}: CPU added by kafkajs alone, the same bytes`,
      value: kafkajs - without,
      unit: "% of a core",
      ratio: (ours - without) / (kafkajs - without),
    },
  ];
}

async function burst(actions: number): Promise<BenchRow> {
  const lost: number[] = [];
  for (let round = 0; round < rounds; round++)
    lost.push((await busyRun("own-kafka", NOTHING, { actions, perSecond: 1e9 })).lost);
  return { name: `burst of ${actions}: lost`, value: Math.max(...lost), unit: "actions", target: "0" };
}

async function busy(perSecond: number): Promise<BenchRow[]> {
  const delays: Partial<Record<Variant, number[]>> = { sdk: [], "own-kafka": [] };
  for (let round = 0; round < rounds; round++)
    for (const [name, seen] of Object.entries(delays))
      seen.push(
        (await busyRun(name as Variant, WARM_UP, { actions: BUSY_ACTIONS, perSecond })).delayP99Millis,
      );
  const [without, ours] = [spreadOf(delays.sdk ?? []).median, spreadOf(delays["own-kafka"] ?? []).median];
  return [
    {
      name: `event loop's delay at ${perSecond} a second, p99: added`,
      value: ours - without,
      unit: "ms",
      peer: `tracer provider, no processor: ${without.toFixed(2)} ms`,
      ratio: ours / without,
      target: DELAY_TARGET,
    },
  ];
}

/** Counts what arrived, too: of what is acknowledged nothing may be missing, or the run fails. */
async function busyRun(variant: Variant, warmUp: Load, load: Load) {
  const topic = KAFKA_VARIANTS.has(variant) ? await newTopic() : "";
  const { url: otlpUrl, grpcUrl: otlpGrpcUrl } = sink;
  const surroundings = { bootstrapServers, topic, otlpUrl, otlpGrpcUrl, payloadBytes: PAYLOAD_BYTES };
  const report = await runAgent({ variant, surroundings, warmUp, load });
  return {
    ...report,
    lost: await countLost(variant, report, 1 + warmUp.actions + load.actions, surroundings, sink),
  };
}
