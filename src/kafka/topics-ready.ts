import { setTimeout as sleep } from "node:timers/promises";

/** The part of an admin client of kafkajs that is read here. */
interface TopicMetadataSource {
  fetchTopicMetadata(wanted: { topics: string[] }): Promise<{ topics: readonly DescribedTopic[] }>;
}

interface DescribedTopic {
  readonly name: string;
  readonly partitions: readonly { readonly leader: number }[];
}

const POLL_MILLIS = 25;

/**
 * Resolves when every partition of the topics has a leader, so that records can be written and read.
 *
 * The controller has made a topic before the broker that is asked knows it. kafkajs waits for leaders itself in `createTopics`, but
 * gives up at once where the topic is still unknown; so topics are made with `waitForLeaders: false`, and waited for here.
 *
 * Rejects with the reason of `aborted`, and with the error of Kafka where asking again would not help.
 */
export async function topicsReady(
  admin: TopicMetadataSource,
  topics: readonly string[],
  aborted: AbortSignal,
): Promise<void> {
  while (!(await haveLeaders(admin, topics))) {
    aborted.throwIfAborted();
    await sleep(POLL_MILLIS);
  }
}

async function haveLeaders(admin: TopicMetadataSource, topics: readonly string[]): Promise<boolean> {
  try {
    const metadata = await admin.fetchTopicMetadata({ topics: [...topics] });
    return topics.every((topic) => {
      const partitions = metadata.topics.find(({ name }) => name === topic)?.partitions ?? [];
      return partitions.length > 0 && partitions.every(({ leader }) => leader >= 0);
    });
  } catch (error) {
    if (error instanceof Error && "retriable" in error && error.retriable === true) return false;
    throw error;
  }
}
