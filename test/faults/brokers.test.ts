/**
 * Faults of a cluster of three brokers: the leader of partitions is killed, hangs and comes back, brokers are restarted one after another, and two of three are away. An
 * agent records and a service stores throughout; by the number of the agent's actions, not by what anybody counted, each has to be one row.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { afterAll, expect, test } from "vitest";
import { AgentActionSpanProcessor } from "../../exporter/index.js";
import type { DevServer } from "../../src/devstack/dev-server.js";
import { startService } from "../../src/service.js";
import { actionTracer, recordToolCall } from "../helpers/action-spans.js";
import { startKafkaCluster } from "../helpers/kafka-cluster.js";
import { until } from "../helpers/until.js";
import { createHarness } from "../integration/consumer-harness.js";
import { countRows, matrixOf, type Outcome } from "./outcome.js";

const cluster = await startKafkaCluster();
afterAll(() => cluster.close());
const brokers = cluster.bootstrapServers;
const harness = await createHarness({ brokers });
const service = await startService({
  ...harness.options(),
  kafka: { brokers, requestTimeoutMillis: 2_000, connectionTimeoutMillis: 1_000 },
  sessionTimeoutMillis: 10_000,
  unhealthyAfterMillis: 5_000,
  http: { port: 0 },
});
afterAll(() => service.stop(5_000).catch(() => undefined));
const processor = new AgentActionSpanProcessor({
  flushOnExit: false,
  brokers,
  topics: harness.topics,
  connectionTimeoutMillis: 1_000,
  requestTimeoutMillis: 2_000,
});
afterAll(() => processor.shutdown());
const tracer = actionTracer(new BasicTracerProvider({ spanProcessors: [processor] }));

const outcomes: Outcome[] = [];
afterAll(() => {
  if (process.env.AGENT_ACTIONS_TEST_REPORT) process.stderr.write(`${matrixOf(outcomes)}\n`);
});

const admin = harness.kafka.admin();
await admin.connect();
afterAll(() => admin.disconnect());

/** Node ids of the leaders of the topic's partitions, each as often as it leads. */
async function leaders(): Promise<number[]> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [harness.topics.action] });
  return (topics[0]?.partitions ?? []).map(({ leader }) => leader).toSorted((one, other) => one - other);
}

async function leader(): Promise<readonly [id: number, node: DevServer]> {
  const [id = -1] = await leaders();
  const node = cluster.nodes.get(id);
  if (node === undefined) throw new Error(`There is no node ${id}.`);
  return [id, node];
}

const leadsNothing = (id: number) =>
  until(async () => !(await leaders().catch(() => [id])).includes(id), { seen: leaders });
const healthOf = async () => (await fetch(`${service.url}/health`)).json() as Promise<{ status: string }>;
const isWell = async () => (await healthOf()).status === "healthy";

let recorded = 0;

async function observe(fault: string, happens: () => Promise<void>): Promise<void> {
  const names: string[] = [];
  let isOver = false;
  const recording = (async () => {
    for (; !isOver; await sleep(5)) {
      const name = `tool-${recorded++}`;
      recordToolCall(tracer, name);
      names.push(name);
    }
  })();
  const allStored = () =>
    until(async () => (await countRows(harness, names)).stored >= names.length, {
      seen: async () => ({
        recorded: names.length,
        ...(await countRows(harness, names)),
        agent: processor.stats(),
        service: await healthOf(),
      }),
    });
  await until(async () => names.length > 200 && (await countRows(harness, names)).stored > 0);
  await happens();
  const ended = performance.now();
  await sleep(500);
  isOver = true;
  await recording;
  await processor.forceFlush();
  await allStored();
  const stuckSeconds = (performance.now() - ended) / 1_000;
  await until(isWell, { seen: healthOf });
  const quiet = (performance.now() - ended) / 1_000 < 30;
  const { stored, doubled } = await countRows(harness, names);
  const outcome = {
    fault,
    sent: names.length,
    stored,
    lost: names.length - stored,
    doubled,
    stuckSeconds,
    toldSeconds: undefined,
    quiet,
  };
  outcomes.push(outcome);
  expect(outcome).toMatchObject({ lost: 0, doubled: 0, quiet: true });
  expect(processor.stats()).toMatchObject({ ended: recorded, acked: recorded, buffered: 0, inFlight: 0 });
}

test("a leader that is killed: another one leads, and every action is one row", async () => {
  for (const _ of cluster.nodes)
    await observe("the leader of three brokers is killed", async () => {
      const [id, node] = await leader();
      await node.kill();
      await leadsNothing(id);
      await sleep(3_000);
      await node.restart();
    });
}, 900_000);

test("a leader that hangs and comes back as if it led: every action is one row", async () => {
  await observe("the leader of three brokers hangs, and goes on", async () => {
    const [id, node] = await leader();
    await node.pause();
    await leadsNothing(id);
    await sleep(3_000);
    await node.resume();
  });
}, 600_000);

test("brokers that are restarted one after another: every action is one row", async () => {
  await observe("three brokers are restarted one after another", async () => {
    for (const node of cluster.nodes.values()) await node.restart();
  });
}, 600_000);

test("without two of three brokers nothing is acknowledged; once they are back every action is one row", async () => {
  await observe("two of three brokers are killed", async () => {
    const [, first] = await leader();
    const [second] = [...cluster.nodes.values()].filter((node) => node !== first);
    await first.kill();
    await second?.kill();
    await sleep(2_000);
    const { acked } = processor.stats();
    await sleep(3_000);
    expect(processor.stats().acked).toBe(acked);
    // Neither is ready before the other is there.
    await Promise.all([first.restart(), second?.restart()]);
  });
}, 600_000);
