import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { DEFAULT_TOPICS, ONEX_TOPICS } from "../../src/event/index.js";
import { makeTopics } from "../helpers/kafka-topics.js";
import { uniqueName } from "../helpers/stack.js";
import { createHarness } from "./consumer-harness.js";

const SINGULAR = "onex.evt.omniclaude.agent-action.v1";
const OF_010 = "agent-action-spans";

test("topics under other names of a kind are read once they exist, and are not missed before", async (t) => {
  const harness = await createHarness({}, t);
  const admin = harness.kafka.admin();
  await admin.connect();
  t.onTestFinished(async () => {
    await admin.deleteTopics({ topics: [SINGULAR, OF_010, ONEX_TOPICS.action] });
    await admin.disconnect();
  });
  const topics = {
    ...harness.topics,
    action: ONEX_TOPICS.action,
    span_attribution: DEFAULT_TOPICS.span_attribution,
  };
  const make = (...names: string[]) =>
    makeTopics(
      admin,
      names.map((topic) => ({ topic, numPartitions: 1 })),
    );
  await make(topics.action, topics.span_attribution);
  const consumer = await harness.start({ topics, topicCheckMillis: 300 });
  expect(await consumer.ready).toBe(true);
  expect(consumer.status().missingTopics).toEqual([]);
  expect(harness.logLines.filter((line) => line.includes("do not exist"))).toEqual([]);

  await make(SINGULAR, OF_010);
  const agent = uniqueName("agent");
  const send = (topic: string, value: string) => harness.producer.send({ topic, messages: [{ value }] });
  const action = (name: string) =>
    JSON.stringify({ agent_name: agent, action_type: "success", action_name: name });
  await send(SINGULAR, action("of the singular"));
  await send(topics.action, action("of the plural"));
  // As 0.1.0 sent it.
  const fact = (await readFile("test/fixtures/0.1.0/records.jsonl", "utf8")).trim().split("\n").at(-1) ?? "";
  const { topic, value } = JSON.parse(fact) as { topic: string; value: string };
  expect(topic).toBe(OF_010);
  await send(topic, value);

  await expect.poll(() => harness.count("agent_actions"), { timeout: 60_000 }).toBeGreaterThanOrEqual(2);
  await expect
    .poll(() => harness.count("agent_action_span_attributions"), { timeout: 60_000 })
    .toBeGreaterThanOrEqual(1);
  expect(
    await harness.query(
      "select action_name, kafka_topic from agent_actions where agent_name = $1 order by action_name",
      [agent],
    ),
  ).toEqual([
    { action_name: "of the plural", kafka_topic: topics.action },
    { action_name: "of the singular", kafka_topic: SINGULAR },
  ]);
  await expect.poll(() => consumer.metrics().lag).toBe(0);
  expect(consumer.metrics().topics.action).toMatchObject({ topic: topics.action, lag: 0 });
});
