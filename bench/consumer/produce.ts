import { Kafka, logLevel, type Message, Partitioners } from "kafkajs";
import { benchEvent } from "./bench-event.js";

const SEND = 500;

/** An event of so many, by its number. */
export type MakeEvent = (index: number, count: number, now: number) => Message;

/**
 * Fills the topic and returns how many bytes the values had on average.
 *
 * @param now the latest date of the events, milliseconds
 */
export async function produce(
  bootstrapServers: string,
  topic: string,
  count: number,
  make: MakeEvent = (index, of, at) => benchEvent(index, of, at, undefined, true),
  now = Date.now(),
): Promise<number> {
  const kafka = new Kafka({ brokers: bootstrapServers.split(","), logLevel: logLevel.ERROR });
  // A send of which one partition is refused is sent again whole: without this, what the others have already got is there twice.
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  let bytes = 0;
  for (let from = 0; from < count; from += SEND) {
    const messages = Array.from({ length: Math.min(SEND, count - from) }, (_, index) =>
      make(from + index, count, now),
    );
    for (const { value } of messages) bytes += value?.length ?? 0;
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
  return bytes / count;
}
