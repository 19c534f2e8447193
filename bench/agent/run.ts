/** `npm run bench:agent`: what recording costs in the agent's process. See ../README.md. */
import { parseArgs } from "node:util";
import { startDevStack } from "../../src/devstack/dev-stack.js";
import { countLost } from "./count-lost.js";
import { createTopic } from "./create-topic.js";
import { startOtlpSink } from "./otlp-sink.js";
import { type Measurement, printResults } from "./print-results.js";
import { runAgent } from "./run-agent.js";
import { KAFKA_VARIANTS, VARIANTS, type Variant } from "./variants.js";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    rate: { type: "string", default: "5000" },
    actions: { type: "string", default: "20000" },
    only: { type: "string", default: Object.keys(VARIANTS).join(",") },
  },
});
const variants = values.only.split(",") as Variant[];
const load = { actions: Number(values.actions), perSecond: Number(values.rate) };
const warmUp = { actions: 10_000, perSecond: 5_000 };

const stack = await startDevStack({ only: "kafka", onProgress: console.error });
const bootstrapServers = stack.kafka!.bootstrapServers;
const sink = await startOtlpSink();
const results: Partial<Record<Variant, Measurement[]>> = Object.fromEntries(
  variants.map((variant) => [variant, []]),
);
try {
  for (let round = 0; round < Number(values.rounds); round++) {
    // Each round begins with another one, so that no variant always follows the same.
    const order = variants.map((_, index) => variants[(index + round) % variants.length]!);
    for (const variant of order) {
      console.error(`round ${round + 1}: ${variant}`);
      results[variant]!.push(await measure(variant, round));
    }
  }
} finally {
  sink.close();
  await stack.stop();
}
console.log(`${load.actions} actions at ${load.perSecond} a second, ${values.rounds} rounds`);
printResults(results);

async function measure(variant: Variant, round: number): Promise<Measurement> {
  const topic = `bench-${variant}-${process.pid}-${round}`;
  const surroundings = { bootstrapServers, topic, otlpUrl: sink.url };
  if (KAFKA_VARIANTS.has(variant)) await createTopic(bootstrapServers, topic);
  const report = await runAgent({ variant, surroundings, warmUp, load });
  const lost = await countLost(variant, report, 1 + warmUp.actions + load.actions, surroundings);
  return { ...report, lost };
}
