import { setTimeout as sleep } from "node:timers/promises";
import { type Admin, type ITopicConfig, Kafka, logLevel, type RetryOptions } from "kafkajs";
import { RECORD_KINDS, type TopicNames } from "../../src/event/index.js";
import { topicsReady } from "../../src/kafka/topics-ready.js";
import { uniqueName } from "./stack.js";

/** A record as it lies in Kafka. */
export interface KafkaRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly event: Readonly<Record<string, unknown>>;
}

const RETRY: RetryOptions = { initialRetryTime: 50, maxRetryTime: 1_000, retries: 12 };

export const testClient = (bootstrap: string): Kafka =>
  new Kafka({ clientId: "test", brokers: bootstrap.split(","), logLevel: logLevel.NOTHING, retry: RETRY });

/** Topics that no other test has, one for each kind, with three partitions. */
export async function createTopics(
  bootstrap: string,
  {
    only = [...RECORD_KINDS],
    configEntries = [],
  }: { only?: readonly (keyof TopicNames)[]; configEntries?: { name: string; value: string }[] } = {},
): Promise<TopicNames> {
  const names = topicNames();
  const admin = testClient(bootstrap).admin();
  await admin.connect();
  try {
    await makeTopics(
      admin,
      only.map((kind) => ({ topic: names[kind], numPartitions: 3, replicationFactor: 1, configEntries })),
    );
  } finally {
    await admin.disconnect();
  }
  return names;
}

/** Makes topics, and waits until records can be written to them. */
export async function makeTopics(admin: Admin, topics: readonly ITopicConfig[]): Promise<void> {
  await admin.createTopics({ topics: [...topics], waitForLeaders: false });
  const names = topics.map(({ topic }) => topic);
  await topicsReady(admin, names, AbortSignal.timeout(30_000));
}

/** Deletes a topic, and makes it again as it is described. */
export async function makeAnew(bootstrap: string, described: ITopicConfig): Promise<void> {
  const admin = testClient(bootstrap).admin();
  await admin.connect();
  try {
    await admin.deleteTopics({ topics: [described.topic] });
    // Kafka answers before the brokers have forgotten it.
    while ((await admin.listTopics()).includes(described.topic)) await sleep(20);
    await makeTopics(admin, [described]);
  } finally {
    await admin.disconnect();
  }
}

/** Names of topics that do not exist yet. */
export function topicNames(): TopicNames {
  const base = uniqueName("exporter");
  const kinds = [...RECORD_KINDS, "dead_letter"] as const;
  return Object.fromEntries(kinds.map((kind) => [kind, `${base}.${kind}`])) as Record<
    keyof TopicNames,
    string
  >;
}

/** Everything that lies in the topic now, by partition and offset. */
export async function readTopic(bootstrap: string, topic: string): Promise<KafkaRecord[]> {
  const kafka = testClient(bootstrap);
  const admin = kafka.admin();
  await admin.connect();
  const ends = new Map(
    (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, Number(high)]),
  );
  await admin.disconnect();
  const left = new Set([...ends].filter(([, high]) => high > 0).map(([partition]) => partition));
  const records: KafkaRecord[] = [];
  if (left.size === 0) return records;

  const consumer = kafka.consumer({ groupId: uniqueName("reader"), retry: RETRY });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    consumer
      .run({
        autoCommit: false,
        eachBatch: async ({ batch: { partition, messages } }) => {
          const end = ends.get(partition) ?? 0;
          for (const message of messages) {
            const offset = Number(message.offset);
            if (offset < end) records.push(recordOf(topic, partition, offset, message));
            if (offset >= end - 1) left.delete(partition);
          }
          if (left.size === 0) resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return records.sort((one, other) => one.partition - other.partition || one.offset - other.offset);
}

interface RawMessage {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Record<string, unknown>;
}

function recordOf(
  topic: string,
  partition: number,
  offset: number,
  { key, value, headers = {} }: RawMessage,
): KafkaRecord {
  return {
    topic,
    partition,
    offset,
    key: key?.toString() ?? "",
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)])),
    event: JSON.parse(value?.toString() ?? "null"),
  };
}
