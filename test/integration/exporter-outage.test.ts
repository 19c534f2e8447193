import { setTimeout as sleep } from "node:timers/promises";
import type { Tracer } from "@opentelemetry/api";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { expect, onTestFinished, test } from "vitest";
import { AgentActionSpanProcessor, type ExporterOptions } from "../../exporter/index.js";
import { startKafka } from "../../src/devstack/kafka.js";
import type { TopicNames } from "../../src/event/index.js";
import { actionTracer, recordToolCall } from "../helpers/action-spans.js";
import { diagLines, textsAt } from "../helpers/diag-lines.js";
import { createTopics, readTopic, topicNames } from "../helpers/kafka-records.js";
import { makeAnew, makeTopics, testClient } from "../helpers/kafka-topics.js";
import { kafkaBootstrap } from "../helpers/stack.js";
import { advertising, startTcpProxy, type TcpProxy } from "../helpers/tcp-proxy.js";
import { until } from "../helpers/until.js";

const brokers = kafkaBootstrap();
const lines = diagLines();

/** A network of the test's own before the shared Kafka: clients stay behind it, because the broker's address is rewritten. */
async function network(advertised?: string): Promise<TcpProxy> {
  const proxy = await startTcpProxy(brokers, (own) => advertising(brokers, advertised ?? own));
  onTestFinished(() => proxy.close());
  return proxy;
}

function agent(options: ExporterOptions): { processor: AgentActionSpanProcessor; tracer: Tracer } {
  const processor = new AgentActionSpanProcessor({
    flushOnExit: false,
    connectionTimeoutMillis: 500,
    requestTimeoutMillis: 1_000,
    ...options,
  });
  onTestFinished(() => processor.shutdown());
  return { processor, tracer: actionTracer(new BasicTracerProvider({ spanProcessors: [processor] })) };
}

function work(tracer: Tracer, from: number, count: number): void {
  for (let index = from; index < from + count; index++) recordToolCall(tracer, `tool-${index}`);
}

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `tool-${index}`);

async function landed(topics: TopicNames): Promise<unknown[]> {
  return (await readTopic(brokers, topics.action)).map(({ event }) => event.action_name);
}

const warnings = (): string[] => textsAt(lines, "warn");

test("events wait while Kafka refuses connections, and arrive once each when it is back", async () => {
  const topics = await createTopics(brokers, { only: ["action"] });
  const proxy = await network();
  const { processor, tracer } = agent({ brokers: proxy.address, topics });
  work(tracer, 0, 100);
  await until(() => processor.stats().acked === 100);

  await proxy.refuse();
  work(tracer, 100, 500);
  await until(() => warnings().length > 0);
  expect(processor.stats()).toMatchObject({ ended: 600, acked: 100 });
  await sleep(1_000);
  await proxy.heal();
  await processor.forceFlush();

  expect(processor.stats()).toMatchObject({ acked: 600, buffered: 0, inFlight: 0 });
  expect((await landed(topics)).sort()).toEqual(names(600).sort());
  expect(warnings()).toHaveLength(1);
  expect(warnings()[0]).toContain(proxy.address);
  expect(textsAt(lines, "info").at(-1)).toContain("Events are being sent again");
});

test("a Kafka that is not there at the start costs the agent nothing and is found when it comes", async () => {
  const topics = await createTopics(brokers, { only: ["action"] });
  const proxy = await network();
  await proxy.refuse();
  const { processor, tracer } = agent({ brokers: proxy.address, topics });
  work(tracer, 0, 50);
  await until(() => warnings().length > 0);
  expect(warnings()[0]).toContain(`Kafka cannot be reached at ${proxy.address}: connect ECONNREFUSED`);
  await proxy.heal();
  await processor.forceFlush();
  expect((await landed(topics)).sort()).toEqual(names(50).sort());
});

test("connections that are cut in mid-load cost no event and double none", async () => {
  const topics = await createTopics(brokers, { only: ["action"] });
  const proxy = await network();
  const { processor, tracer } = agent({ brokers: proxy.address, topics });
  for (let round = 0; round < 20; round++) {
    work(tracer, round * 150, 150);
    await sleep(round * 3);
    proxy.cut();
  }
  await processor.forceFlush();
  expect(processor.stats()).toMatchObject({ ended: 3_000, acked: 3_000 });
  expect((await landed(topics)).sort()).toEqual(names(3_000).sort());
});

test("events whose acknowledgement was lost are sent again and are in Kafka once", async () => {
  const topics = await createTopics(brokers, { only: ["action"] });
  const proxy = await network();
  const { processor, tracer } = agent({ brokers: proxy.address, topics });
  work(tracer, 0, 10);
  await until(() => processor.stats().acked === 10);

  proxy.stall("to client");
  work(tracer, 10, 200);
  await until(() => warnings().length > 0);
  expect(warnings()[0]).toMatch(/did not respond within \d+ ms/);
  expect(await landed(topics)).not.toHaveLength(10);
  await proxy.heal();
  await processor.forceFlush();
  expect(processor.stats()).toMatchObject({ acked: 210 });
  expect((await landed(topics)).sort()).toEqual(names(210).sort());
});

test("a Kafka that accepts connections and never answers is given up and asked again", async () => {
  const topics = await createTopics(brokers, { only: ["action"] });
  const proxy = await network();
  proxy.stall();
  const { processor, tracer } = agent({ brokers: proxy.address, topics });
  work(tracer, 0, 20);
  await until(() => warnings().length > 0);
  expect(warnings()[0]).toContain(`Kafka at ${proxy.address} did not respond`);
  await proxy.heal();
  await processor.forceFlush();
  expect((await landed(topics)).sort()).toEqual(names(20).sort());
});

test("an advertised address that cannot be reached is named beside the bootstrap address", async () => {
  const topics = await createTopics(brokers, { only: ["action"] });
  const port = brokers.split(":")[1];
  const proxy = await network(`127.9.9.9:${port}`);
  const { processor, tracer } = agent({ brokers: proxy.address, topics, shutdownTimeoutMillis: 500 });
  work(tracer, 0, 5);
  await until(() => warnings().length > 0);
  expect(warnings()[0]).toContain(`Kafka responds at its bootstrap address ${proxy.address}`);
  expect(warnings()[0]).toContain(`names 127.9.9.9:${port} as its own`);
  expect(warnings()[0]).toContain("advertised.listeners");
  await processor.shutdown();
  expect(processor.stats().dropped.shutdown_deadline).toBe(5);
  expect(warnings().at(-1)).toContain("0 of 5 events delivered to Kafka. Dropped: 5 shutdown_deadline.");
});

test("a missing topic is named with the command that makes it, and holds back no other topic", async () => {
  const topics = topicNames();
  const { processor, tracer } = agent({ brokers, topics });
  work(tracer, 0, 3);
  await until(() => warnings().length > 0);
  expect(warnings()[0]).toContain(`The topic "${topics.action}" does not exist on the Kafka at ${brokers}`);
  expect(warnings()[0]).toContain("agent-actions topics --create");

  const admin = testClient(brokers).admin();
  await admin.connect();
  await makeTopics(admin, [{ topic: topics.action, numPartitions: 3 }]);
  await admin.disconnect();
  await processor.forceFlush();
  expect((await landed(topics)).sort()).toEqual(names(3).sort());
});

test("a topic that is made anew with fewer partitions loses nothing that is acknowledged", async () => {
  const topics = await createTopics(brokers, { only: ["action"] });
  const { processor, tracer } = agent({ brokers, topics });
  work(tracer, 0, 30);
  await processor.forceFlush();
  await makeAnew(brokers, { topic: topics.action, numPartitions: 1 });
  work(tracer, 30, 30);
  await processor.forceFlush();
  expect(processor.stats()).toMatchObject({ ended: 60, acked: 60, buffered: 0 });
  // What Kafka had taken of a batch of which it refused a part may be there twice, under the same id.
  expect(new Set(await landed(topics))).toEqual(new Set(names(60).slice(30)));
});

test("a login that Kafka refuses is told, without the password", async () => {
  const topics = await createTopics(brokers, { only: ["action"] });
  const sasl = { mechanism: "plain", username: "agent", password: "swordfish" } as const;
  const { processor, tracer } = agent({ brokers, topics, sasl, shutdownTimeoutMillis: 300 });
  work(tracer, 0, 3);
  await until(() => warnings().length > 0);
  expect(warnings()[0]).toContain(brokers);
  expect(warnings()[0]).toMatch(/login|sasl/i);
  await processor.shutdown();
  expect(lines.map(({ text }) => text).join()).not.toContain("swordfish");
});

test("a queue at its bound drops new events, counts them, and delivers the old ones", async () => {
  const topics = await createTopics(brokers, { only: ["action"] });
  const proxy = await network();
  await proxy.refuse();
  const { processor, tracer } = agent({ brokers: proxy.address, topics, maxQueueSize: 200 });
  work(tracer, 0, 500);
  expect(processor.stats()).toMatchObject({ ended: 500, dropped: { queue_full: 300 } });
  await proxy.heal();
  await processor.forceFlush();
  expect(processor.stats()).toMatchObject({ acked: 200, buffered: 0 });
  expect((await landed(topics)).sort()).toEqual(names(200).sort());
});

test("a broker that is killed and started again in mid-load costs no event", async () => {
  const kafka = await startKafka();
  onTestFinished(() => kafka.close());
  const topics = await createTopics(kafka.bootstrapServers, { only: ["action"] });
  const { processor, tracer } = agent({
    brokers: kafka.bootstrapServers,
    topics,
    flushTimeoutMillis: 60_000,
  });
  let made = 0;
  const load = setInterval(() => {
    work(tracer, made, 20);
    made += 20;
  }, 10);
  await until(() => processor.stats().acked > 100);
  await kafka.kill();
  await until(() => warnings().length > 0);
  await kafka.restart();
  await sleep(500);
  clearInterval(load);
  await processor.forceFlush();

  expect(processor.stats()).toMatchObject({ ended: made, acked: made, buffered: 0, inFlight: 0 });
  const records = await readTopic(kafka.bootstrapServers, topics.action);
  const ids = new Set(records.map(({ event }) => event.id));
  expect(ids.size).toBe(made);
});
