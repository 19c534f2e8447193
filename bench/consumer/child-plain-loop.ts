/** The ceiling: kafkajs alone, which reads and throws away. */
import { Kafka, logLevel } from "kafkajs";
import { serveReadings } from "./measured-child.js";

const { brokers, topic, groupId } = JSON.parse(process.argv[2] ?? "{}") as Record<string, string>;
const kafka = new Kafka({ brokers: brokers!.split(","), logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: groupId!, maxBytes: 16_777_216 });
let records = 0;
await consumer.connect();
await consumer.subscribe({ topics: [topic!], fromBeginning: true });
await consumer.run({
  partitionsConsumedConcurrently: 6,
  eachBatch: async ({ batch }) => {
    records += batch.messages.length;
  },
});
serveReadings(
  () => records,
  () => consumer.disconnect(),
);
