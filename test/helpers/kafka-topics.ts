import { setTimeout as sleep } from "node:timers/promises";
import { type Admin, type ITopicConfig, Kafka, logLevel, type RetryOptions } from "kafkajs";
import { askAgain } from "../../src/kafka/ask-again.js";
import { readMetadataOfAll } from "../../src/kafka/metadata-of-all.js";
import { topicsReady } from "../../src/kafka/topics-ready.js";

export const RETRY: RetryOptions = { initialRetryTime: 50, maxRetryTime: 1_000, retries: 12 };

const PATIENCE_MILLIS = 60_000;
const POLL_MILLIS = 20;

export function testClient(bootstrap: string): Kafka {
  const brokers = bootstrap.split(",");
  const kafka = new Kafka({ clientId: "test", brokers, logLevel: logLevel.NOTHING, retry: RETRY });
  // Topics that other tests are making have no leader yet.
  readMetadataOfAll(kafka);
  return kafka;
}

/** Lends an admin client for one piece of work. */
export async function withTestAdmin<Result>(
  bootstrap: string,
  work: (admin: Admin) => Promise<Result>,
): Promise<Result> {
  const admin = testClient(bootstrap).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Makes topics, and waits until records can be written to them and read. */
export async function makeTopics(admin: Admin, topics: readonly ITopicConfig[]): Promise<void> {
  await admin.createTopics({ topics: [...topics], waitForLeaders: false });
  await topicsLed(
    admin,
    topics.map(({ topic }) => topic),
  );
}

/** Deletes a topic, and makes it again as it is described. */
export async function makeAnew(bootstrap: string, described: ITopicConfig): Promise<void> {
  await withTestAdmin(bootstrap, async (admin) => {
    await admin.deleteTopics({ topics: [described.topic] });
    // Kafka answers before the brokers have forgotten it.
    while ((await admin.listTopics()).includes(described.topic)) await sleep(POLL_MILLIS);
  });
  await withTestAdmin(bootstrap, (admin) => makeTopics(admin, [described]));
}

/**
 * Adds partitions, and waits until records can be written to them and read. Whoever asks for metadata later knows them: a producer of
 * kafkajs that does not know a partition resolves without having sent what was meant for it.
 */
export async function addPartitions(bootstrap: string, topic: string, count: number): Promise<void> {
  await withTestAdmin(bootstrap, async (admin) => {
    await admin.createPartitions({ topicPartitions: [{ topic, count }] });
    const known = async () =>
      (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]?.partitions.length;
    while ((await known()) !== count) await sleep(POLL_MILLIS);
  });
  await withTestAdmin(bootstrap, (admin) => topicsLed(admin, [topic]));
}

/**
 * Where each partition begins and ends. The broker that metadata names as the leader may not know yet that it is one: kafkajs then fails,
 * and is asked again here.
 */
export function endsOf(admin: Admin, topic: string): ReturnType<Admin["fetchTopicOffsets"]> {
  return askAgain(() => admin.fetchTopicOffsets(topic), {
    // The tests' clusters have one broker: there is no other leader to learn of.
    refresh: () => Promise.resolve(),
    patienceMillis: PATIENCE_MILLIS,
  });
}

async function topicsLed(admin: Admin, topics: readonly string[]): Promise<void> {
  await topicsReady(admin, topics, AbortSignal.timeout(PATIENCE_MILLIS));
  for (const topic of topics) await endsOf(admin, topic);
}
