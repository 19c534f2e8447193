import { afterAll, expect, test } from "vitest";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolveKafkaSettings } from "../../src/config/kafka-settings.js";
import { startKafka } from "../../src/devstack/kafka.js";
import { RECORD_KINDS } from "../../src/event/index.js";
import { ensureTopics } from "../../src/kafka/ensure-topics.js";
import { endsOf } from "../helpers/kafka-topics.js";
import { until } from "../helpers/until.js";
import { actions, createHarness, startLoad, untilConsumed, wrongRows } from "./consumer-harness.js";

// A broker of its own: the others would not like to be stopped.
const kafka = await startKafka();
// Before the harness, which has to let go of it first: hooks run in reverse order.
afterAll(() => kafka.close());
const harness = await createHarness({ brokers: kafka.bootstrapServers });

/** How many records Kafka keeps of a topic from which none was removed. */
async function recordsIn(topic: string): Promise<number> {
  const admin = harness.kafka.admin();
  await admin.connect();
  try {
    return (await endsOf(admin, topic)).reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  } finally {
    await admin.disconnect();
  }
}

const IMPATIENT = { unhealthyAfterMillis: 2_000, sessionTimeoutMillis: 6_000 };

test("a broker that restarts, dies or hangs under load is come back to without help", async () => {
  const consumer = await harness.start({
    ...IMPATIENT,
    kafka: { brokers: kafka.bootstrapServers, requestTimeoutMillis: 2_000, connectionTimeoutMillis: 1_000 },
  });
  await consumer.ready;
  const load = startLoad(harness);
  const goesOn = async () => {
    const { messages_inserted: before } = consumer.metrics();
    await until(() => consumer.metrics().messages_inserted > before + 100);
    await until(() => consumer.status().healthy, {
      seen: () => [consumer.status(), harness.logLines.slice(-10)],
    });
  };
  await goesOn();
  await kafka.restart();
  await goesOn();
  await kafka.kill();
  await until(() => !consumer.status().healthy);
  await kafka.restart();
  await goesOn();
  await kafka.pause();
  await until(() => !consumer.status().healthy);
  await kafka.resume();
  await goesOn();
  const names = await load.stop();
  await until(
    async () => (await harness.count("agent_actions")) >= names.length && consumer.status().lag === 0,
  );
  expect(await wrongRows(harness, names)).toEqual([]);
  expect(await harness.count("agent_actions")).toBe(await recordsIn(harness.topics.action));
  expect(consumer.metrics()).toMatchObject({ messages_dead_lettered: 0, messages_in_flight: 0 });
  await consumer.stop();
});

test("a broker that hangs while there is nothing to read is noticed, and so is its return", async (t) => {
  const own = await createHarness({ brokers: kafka.bootstrapServers }, t);
  const consumer = await own.start({ unhealthyAfterMillis: 2_000 });
  await consumer.ready;
  await kafka.pause();
  await until(() => consumer.status().problems.some((text) => text.startsWith("Kafka does not respond")));
  await kafka.resume();
  await until(() => consumer.status().healthy);
  expect(consumer.metrics().kafka_sessions_ended).toBe(0);
  await consumer.stop();
});

test("records that the broker removed before they were read are passed over, and reading goes on", async (t) => {
  const own = await createHarness({ brokers: kafka.bootstrapServers, partitions: 1 }, t);
  await own.produce("action", actions(10));
  const first = await own.start();
  await untilConsumed(first, 10);
  await first.stop();
  await own.produce("action", actions(10, 10));
  const admin = own.kafka.admin();
  await admin.connect();
  // kafkajs knows no leader before it was asked for offsets.
  await endsOf(admin, own.topics.action);
  await admin.deleteTopicRecords({ topic: own.topics.action, partitions: [{ partition: 0, offset: "15" }] });
  await admin.disconnect();
  const second = await own.start();
  await untilConsumed(second, 5);
  await own.produce("action", actions(5, 20));
  await untilConsumed(second, 10);
  expect(await own.count("agent_actions")).toBe(20);
  expect(second.metrics().offset_resets).toBe(1);
  expect(own.logLines.filter((line) => line.includes("removed them before they were read"))).toHaveLength(1);
  await second.stop();
});

test("topics that are made later are waited for, and those that exist are read meanwhile", async (t) => {
  const late = await createHarness({ brokers: kafka.bootstrapServers, topicsMade: false }, t);
  const consumer = await late.start({ topicCheckMillis: 200 });
  await until(() => consumer.status().kafka === "waiting_for_topics");
  expect(consumer.status()).toMatchObject({ ready: false, state: "waiting" });
  expect(consumer.status().missingTopics).toHaveLength(RECORD_KINDS.length);
  expect(late.logLines.filter((line) => line.includes("agent-actions topics --create"))).toHaveLength(1);
  const settings = resolveKafkaSettings({ brokers: kafka.bootstrapServers }, new EnvReader({}));
  const { action, dead_letter } = late.topics;
  await ensureTopics(settings, { ...harness.topics, action, dead_letter });
  await late.produce("action", actions(5));
  await untilConsumed(consumer, 5);
  expect(consumer.status().missingTopics).toHaveLength(RECORD_KINDS.length - 1);
  expect(await consumer.ready).toBe(true);

  await ensureTopics(settings, late.topics);
  await late.produce("router_performance", [{ value: '{"query_text":"q"}' }]);
  await untilConsumed(consumer, 6);
  await until(() => consumer.status().missingTopics.length === 0);
  await consumer.stop();
});

test("it starts before Kafka does", async () => {
  await kafka.stop();
  const consumer = await harness.start();
  await until(() => consumer.metrics().last_error?.component === "kafka");
  expect(consumer.status()).toMatchObject({ state: "starting", ready: false });
  await kafka.restart();
  expect(await consumer.ready).toBe(true);
  await consumer.stop();
});

test("a stop while Kafka is away ends by its deadline", async () => {
  const consumer = await harness.start();
  await consumer.ready;
  await kafka.stop();
  await consumer.stop(2_000);
  expect(consumer.status().state).toBe("stopped");
  await kafka.restart();
});
