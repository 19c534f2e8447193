import { expect, test } from "vitest";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolveKafkaSettings } from "../../src/config/kafka-settings.js";
import { ensureTopics } from "../../src/kafka/ensure-topics.js";
import { makeTopics } from "../helpers/kafka-topics.js";
import { kafkaBootstrap } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { action, actions, createHarness, untilConsumed } from "./consumer-harness.js";

const SECRET = "hunter2-hunter2";

test("exactly the bad records of a batch are dead-lettered, as they came, and the rest lands", async (t) => {
  const harness = await createHarness({ partitions: 1 }, t);
  await harness.query("alter table agent_actions add constraint no_curse check (action_name <> 'cursed')");
  const bad = [
    { reason: "not_json", value: Buffer.from(`not json ${SECRET}`) },
    { reason: "not_json", value: Buffer.from(`{"agent_name": "${SECRET}`) },
    { reason: "not_utf8", value: Buffer.from([0x22, 0xc3, 0x28, 0xff, 0x00, 0x22]) },
    { reason: "not_an_event", value: Buffer.from(`["${SECRET}"]`) },
    {
      reason: "not_an_event",
      value: Buffer.from(`{"agent_name":"a","action_type":"${SECRET}","action_name":"x"}`),
    },
    { reason: "not_an_event", value: Buffer.from(`{"agent_name":"${SECRET}","action_type":"error"}`) },
    { reason: "not_an_event", value: Buffer.from(String(action(1, { duration_ms: SECRET }).value)) },
    {
      reason: "refused_by_postgres",
      value: Buffer.from(String(action(2, { action_name: "cursed", project_name: SECRET }).value)),
    },
    { reason: "refused_by_postgres", value: Buffer.from(String(action(3, { action_name: "cursed" }).value)) },
  ];
  const headers = {
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    many: ["1", "2"],
  };
  const good = actions(91);
  const messages = good.flatMap((message, index) => {
    const one = index % 10 === 0 ? bad[index / 10] : undefined;
    return one ? [{ key: `key-${index}`, value: one.value, headers }, message] : [message];
  });
  await harness.produce("action", messages);

  const consumer = await harness.start();
  await untilConsumed(consumer, 100);
  expect(await harness.count("agent_actions")).toBe(91);
  const letters = await harness.deadLetters(bad.length);
  expect(letters).toHaveLength(bad.length);
  const ends = letters.toSorted(
    (one, other) => Number(one.headers["dead-letter.offset"]) - Number(other.headers["dead-letter.offset"]),
  );
  ends.forEach((letter, index) => {
    const offset = index * 11;
    expect(letter.value).toEqual(bad[index]?.value);
    expect(String(letter.key)).toBe(`key-${index * 10}`);
    expect(letter.headers).toMatchObject({
      traceparent: headers.traceparent,
      many: "1,2",
      "dead-letter.topic": harness.topics.action,
      "dead-letter.partition": "0",
      "dead-letter.offset": String(offset),
      "dead-letter.reason": bad[index]?.reason,
      "dead-letter.group": harness.groupId,
    });
    expect(Number(letter.headers["dead-letter.timestamp"])).toBeGreaterThan(1_700_000_000_000);
    expect(Date.parse(letter.headers["dead-letter.at"] ?? "")).toBeGreaterThan(1_700_000_000_000);
  });
  expect(ends.map((letter) => letter.headers["dead-letter.sqlstate"]).filter(Boolean)).toEqual([
    "23514",
    "23514",
  ]);

  const metrics = consumer.metrics();
  expect(metrics).toMatchObject({
    messages_consumed: 100,
    messages_inserted: 91,
    messages_failed: 9,
    lag: 0,
  });
  expect(metrics.dead_letters).toMatchObject({
    not_json: 2,
    not_utf8: 1,
    not_an_event: 4,
    refused_by_postgres: 2,
  });
  const told = [
    ...harness.logLines,
    JSON.stringify(metrics),
    JSON.stringify(consumer.families()),
    JSON.stringify(consumer.status()),
    ...letters.flatMap((letter) => Object.values(letter.headers)),
  ];
  expect(told.join()).not.toContain(SECRET);
});

test("a record that the dead-letter topic does not take whole is trimmed and marked", async (t) => {
  const harness = await createHarness({ partitions: 1, topicsMade: false }, t);
  const admin = harness.kafka.admin();
  await admin.connect();
  await makeTopics(admin, [
    { topic: harness.topics.action, numPartitions: 1 },
    {
      topic: harness.topics.dead_letter,
      numPartitions: 1,
      configEntries: [{ name: "max.message.bytes", value: "60000" }],
    },
  ]);
  await admin.disconnect();
  const large = "not json ".repeat(60_000);
  await harness.produce("action", [
    { value: "small" },
    { value: large },
    { key: large.slice(0, 80_000), value: "{}" },
  ]);

  const consumer = await harness.start();
  await untilConsumed(consumer, 3);
  const letters = await harness.deadLetters(3);
  const [small, cut, unkeyed] = [0, 1, 2].map((offset) =>
    letters.find(({ headers }) => headers["dead-letter.offset"] === String(offset)),
  );
  expect(String(small?.value)).toBe("small");
  expect(cut?.headers).toMatchObject({
    "dead-letter.left-out": "value",
    "dead-letter.original-bytes": String(large.length),
  });
  expect(String(cut?.value)).toMatch(/^not json not json .*…\[trimmed: 540000 bytes\]$/s);
  expect(unkeyed?.headers["dead-letter.left-out"]).toBe("key");
  expect(String(unkeyed?.value)).toBe("{}");
  expect(consumer.metrics().dead_letters.trimmed).toBe(2);
});

test("without a dead-letter topic good records go on, and no offset moves past a bad one until it is made", async (t) => {
  const harness = await createHarness({ partitions: 1, topicsMade: false }, t);
  const admin = harness.kafka.admin();
  await admin.connect();
  await makeTopics(admin, [{ topic: harness.topics.action, numPartitions: 1 }]);
  await harness.produce("action", [action(1), { value: "bad" }, action(2)]);

  const consumer = await harness.start({ unhealthyAfterMillis: 1_000 });
  await until(() => !consumer.status().healthy && consumer.status().state === "waiting");
  expect(consumer.metrics()).toMatchObject({ messages_dead_lettered: 0, messages_in_flight: 1 });
  expect(await harness.count("agent_actions")).toBe(2);
  const [before] = await admin.fetchOffsets({ groupId: harness.groupId, topics: [harness.topics.action] });
  expect(before?.partitions[0]?.offset).toBe("-1");

  const settings = resolveKafkaSettings({ brokers: kafkaBootstrap() }, new EnvReader({}));
  const reports = await ensureTopics(settings, harness.topics, { partitions: 1 });
  expect(reports.filter(({ outcome }) => outcome === "existed").map(({ role }) => role)).toEqual(["action"]);
  await untilConsumed(consumer, 3);
  expect(await harness.deadLetters(1)).toHaveLength(1);
  const [after] = await admin.fetchOffsets({ groupId: harness.groupId, topics: [harness.topics.action] });
  await admin.disconnect();
  expect(after?.partitions[0]?.offset).toBe("3");
  expect(consumer.status()).toMatchObject({ healthy: true, state: "running" });
});
