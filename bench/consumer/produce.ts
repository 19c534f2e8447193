import { Kafka, logLevel, Partitioners } from "kafkajs";
import { benchEvent } from "./bench-event.js";

const SEND = 500;

/** Fills the topic and returns how many bytes the values had on average. */
export async function produce(bootstrapServers: string, topic: string, count: number): Promise<number> {
  const kafka = new Kafka({ brokers: bootstrapServers.split(","), logLevel: logLevel.ERROR });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const now = Date.now();
  let bytes = 0;
  for (let from = 0; from < count; from += SEND) {
    const messages = Array.from({ length: Math.min(SEND, count - from) }, (_, index) =>
      benchEvent(from + index, count, now, undefined, true),
    );
    for (const { value } of messages) bytes += value?.length ?? 0;
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
  return bytes / count;
}
