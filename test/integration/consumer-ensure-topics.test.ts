import { Kafka, logLevel } from "kafkajs";
import { expect, test } from "vitest";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolveKafkaSettings } from "../../src/config/kafka-settings.js";
import { DEFAULT_TOPICS, type TopicNames } from "../../src/event/index.js";
import { ensureTopics } from "../../src/kafka/ensure-topics.js";
import { kafkaBootstrap, uniqueName } from "../helpers/stack.js";

const settings = resolveKafkaSettings({ brokers: kafkaBootstrap() }, new EnvReader({}));

function newNames(): TopicNames {
  const run = uniqueName("topics");
  const names = Object.keys(DEFAULT_TOPICS).map((role) => [role, `${run}.${role}`]);
  return Object.fromEntries(names) as unknown as TopicNames;
}

test("every topic is made with six partitions, that of the dead letters with one and two weeks of retention", async () => {
  const topics = newNames();
  const reports = await ensureTopics(settings, topics);
  expect(reports.map(({ role, outcome, partitions }) => [role, outcome, partitions])).toEqual(
    Object.keys(DEFAULT_TOPICS).map((role) => [role, "created", role === "dead_letter" ? 1 : 6]),
  );
  expect(
    reports.every(
      ({ replicationFactor, differences }) => replicationFactor === 1 && differences.length === 0,
    ),
  ).toBe(true);

  const admin = new Kafka({ brokers: [kafkaBootstrap()], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: 2, name: topics.dead_letter, configNames: ["retention.ms", "max.message.bytes"] }],
  });
  await admin.disconnect();
  const configured = resources[0]?.configEntries.map(({ configName, configValue }) => [
    configName,
    configValue,
  ]);
  expect(Object.fromEntries(configured ?? [])).toEqual({
    "retention.ms": String(14 * 86_400_000),
    "max.message.bytes": "2097152",
  });
});

test("a second time, and several at a time, nothing is made twice, and differences are told", async () => {
  const topics = newNames();
  const rounds = await Promise.all([1, 2, 3].map(() => ensureTopics(settings, topics, { partitions: 2 })));
  for (const role of Object.keys(topics)) {
    const outcomes = rounds.map((reports) => reports.find((report) => report.role === role)?.outcome);
    expect(outcomes.filter((outcome) => outcome === "created")).toHaveLength(1);
  }
  const [report] = await ensureTopics(settings, topics, { partitions: 4 });
  expect(report).toMatchObject({
    outcome: "existed",
    partitions: 2,
    differences: ["has 2 partitions, would be made with 4"],
  });
});
