import { Kafka, logLevel } from "kafkajs";
import { topicsReady } from "../../src/kafka/topics-ready.js";

export async function createTopic(bootstrapServers: string, topic: string): Promise<void> {
  const admin = new Kafka({ brokers: bootstrapServers.split(","), logLevel: logLevel.ERROR }).admin();
  await admin.connect();
  try {
    await admin.createTopics({ topics: [{ topic, numPartitions: 6 }], waitForLeaders: false });
    await topicsReady(admin, [topic], AbortSignal.timeout(30_000));
  } finally {
    await admin.disconnect();
  }
}
