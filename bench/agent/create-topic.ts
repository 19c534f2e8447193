import { Kafka, logLevel } from "kafkajs";

export async function createTopic(bootstrapServers: string, topic: string): Promise<void> {
  const admin = new Kafka({ brokers: bootstrapServers.split(","), logLevel: logLevel.ERROR }).admin();
  await admin.connect();
  try {
    await admin.createTopics({ topics: [{ topic, numPartitions: 6 }], waitForLeaders: true });
  } finally {
    await admin.disconnect();
  }
}
