import { RECORD_KINDS, type TopicNames } from "../../src/event/index.js";
import { endsOf, makeTopics, RETRY, testClient, withTestAdmin } from "./kafka-topics.js";
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

/** Topics that no other test has, one for each kind, with three partitions. */
export async function createTopics(
  bootstrap: string,
  {
    only = [...RECORD_KINDS],
    configEntries = [],
  }: { only?: readonly (keyof TopicNames)[]; configEntries?: { name: string; value: string }[] } = {},
): Promise<TopicNames> {
  const names = topicNames();
  await withTestAdmin(bootstrap, (admin) =>
    makeTopics(
      admin,
      only.map((kind) => ({ topic: names[kind], numPartitions: 3, replicationFactor: 1, configEntries })),
    ),
  );
  return names;
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
  const partitions = await withTestAdmin(bootstrap, (admin) => endsOf(admin, topic));
  const ends = new Map(partitions.map(({ partition, high }) => [partition, Number(high)]));
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
