import { createRequire } from "node:module";
import kafkajs, { CompressionTypes } from "kafkajs";
import { expect, onTestFinished, test, vi } from "vitest";
import { addPartitions, makeTopics } from "../helpers/kafka-topics.js";
import { kafkaBootstrap } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { action, actions, createHarness, untilConsumed } from "./consumer-harness.js";

/** Makes every gzip batch one that cannot be decoded, until the test ends or the codec is given back. */
function breakGzip(): () => void {
  const { CompressionCodecs } = kafkajs;
  const original = CompressionCodecs[CompressionTypes.GZIP];
  const giveBack = () => {
    CompressionCodecs[CompressionTypes.GZIP] = original;
  };
  CompressionCodecs[CompressionTypes.GZIP] = () => ({
    compress: () => Promise.reject(new Error("not asked for")),
    decompress: () => Promise.reject(new Error("no codec in this test")),
  });
  onTestFinished(giveBack);
  return giveBack;
}

/** The next response of Kafka that says what to read does not come, until the test ends. Returns how many did not. */
function loseOneAssignment(): () => number {
  const { prototype } = createRequire(import.meta.url)("kafkajs/src/broker") as {
    prototype: { syncGroup(request: unknown): Promise<unknown> };
  };
  const { syncGroup } = prototype;
  let lost = 0;
  const spy = vi.spyOn(prototype, "syncGroup").mockImplementation(async function (this: unknown, request) {
    const response = await Reflect.apply(syncGroup, this, [request]);
    if (lost > 0) return response;
    lost += 1;
    throw Object.assign(new Error("Closed connection"), { retriable: true });
  });
  onTestFinished(() => spy.mockRestore());
  return () => lost;
}

test("a batch that cannot be decoded holds up its own partition, which the status names; nothing is skipped", async (t) => {
  const harness = await createHarness({ topicsMade: false }, t);
  const admin = harness.kafka.admin();
  await admin.connect();
  const plain = { topic: harness.topics.action, numPartitions: 2 };
  await makeTopics(admin, [plain, { topic: harness.topics.execution, numPartitions: 1 }]);
  await harness.producer.send({
    topic: plain.topic,
    messages: actions(5).map((one) => ({ ...one, partition: 0 })),
  });
  await harness.producer.send({
    topic: plain.topic,
    compression: CompressionTypes.GZIP,
    messages: actions(5, 5).map((one) => ({ ...one, partition: 0 })),
  });
  await harness.producer.send({ topic: plain.topic, messages: [{ ...action(10), partition: 1 }] });
  await admin.disconnect();

  const giveBack = breakGzip();
  const consumer = await harness.start({ unhealthyAfterMillis: 1_000 });
  await until(() => consumer.status().problems.some((text) => text.includes("cannot be decoded")));
  const [problem] = consumer.status().problems.filter((text) => text.includes("cannot be decoded"));
  expect(problem).toContain(`partition 0 of ${plain.topic} waits`);
  expect(problem).toContain("offset 5 cannot be decoded (no codec in this test)");
  await until(() => consumer.metrics().messages_inserted === 6);
  // Those in front of the broken batch, and the other partition, also what comes later.
  await harness.producer.send({ topic: plain.topic, messages: [{ ...action(11), partition: 1 }] });
  await until(() => consumer.metrics().messages_inserted === 7);
  expect(consumer.status()).toMatchObject({ healthy: false, unreadablePartitions: 1 });
  expect(consumer.metrics().kafka_sessions_ended).toBe(0);
  await consumer.stop();

  giveBack();
  const again = await harness.start();
  await until(async () => (await harness.count("agent_actions")) === 12);
  expect(again.status().unreadablePartitions).toBe(0);
  await again.stop();
});

test("partitions that are added are read, also what was written to them first", async (t) => {
  const harness = await createHarness({ partitions: 1 }, t);
  const consumer = await harness.start();
  await harness.produce("action", actions(5));
  await untilConsumed(consumer, 5);
  await addPartitions(kafkaBootstrap(), harness.topics.action, 3);
  const producer = harness.kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const written = await producer.send({
    topic: harness.topics.action,
    messages: [1, 2].map((partition) => ({ ...action(10 + partition), partition })),
  });
  expect(written.map(({ partition }) => partition).sort()).toEqual([1, 2]);
  await producer.disconnect();
  await untilConsumed(consumer, 7);
  await consumer.stop();
});

test("partitions are read whose assignment was lost on its way, because the connection broke", async (t) => {
  const harness = await createHarness({}, t);
  const stays = await harness.start();
  await until(() => stays.status().partitions > 0);
  const leaves = await harness.start();
  await until(() => leaves.status().partitions > 0);
  const lost = loseOneAssignment();
  await leaves.stop();
  await until(() => lost() === 1, { seen: () => stays.status() });
  await harness.produce("action", actions(30));
  await until(async () => (await harness.count("agent_actions")) === 30, { seen: () => stays.status() });
  expect(stays.metrics().kafka_sessions_ended).toBe(1);
  await stays.stop();
});

test("a clock that is set back stops neither reading nor committing", async (t) => {
  const harness = await createHarness({ partitions: 1 }, t);
  const consumer = await harness.start();
  await harness.produce("action", actions(5));
  await untilConsumed(consumer, 5);
  const now = Date.now.bind(Date);
  const clock = vi.spyOn(Date, "now").mockImplementation(() => now() - 3_600_000);
  onTestFinished(() => clock.mockRestore());
  await until(() => consumer.metrics().kafka_sessions_ended === 1);
  await harness.produce("action", actions(5, 5));
  await untilConsumed(consumer, 10);
  expect(consumer.status().healthy).toBe(true);
  await consumer.stop();
});
