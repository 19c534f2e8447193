import { Kafka, logLevel } from "kafkajs";
import { Arrived } from "./arrived.js";

export interface ReadBack {
  readonly arrived: Arrived;
  readonly distinctIds: number;
}

/** Reads a topic from its beginning to what is its end now, and counts the records, their ids and their contents. */
export async function readBack(
  brokers: readonly string[],
  topic: string,
  payloadBytes: number,
): Promise<ReadBack> {
  const kafka = new Kafka({ brokers: [...brokers], clientId: "bench-read-back", logLevel: logLevel.ERROR });
  const ends = await endOffsets(kafka, topic);
  const ids = new Set<string>();
  const arrived = new Arrived(payloadBytes);
  const consumer = kafka.consumer({ groupId: `read-back-${topic}` });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      if (ends.size === 0) resolve();
      consumer
        .run({
          autoCommit: false,
          eachBatch: async ({ batch }) => {
            for (const message of batch.messages) {
              const { id, action_details } = JSON.parse(message.value!.toString());
              ids.add(id);
              arrived.add(action_details.tool_result);
            }
            if (Number(batch.lastOffset()) + 1 >= (ends.get(batch.partition) ?? 0))
              ends.delete(batch.partition);
            if (ends.size === 0) resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return { arrived, distinctIds: ids.size };
}

async function endOffsets(kafka: Kafka, topic: string): Promise<Map<number, number>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const partitions = await admin.fetchTopicOffsets(topic);
    return new Map(
      partitions
        .map(({ partition, high }) => [partition, Number(high)] as const)
        .filter(([, high]) => high > 0),
    );
  } finally {
    await admin.disconnect();
  }
}
