import { Kafka, logLevel, type Message, Partitioners } from "kafkajs";
import { benchEvent } from "./bench-event.js";

const SEND = 500;
/** A batch of one partition may have all of a send, and the broker takes 1 MiB of it. */
const SEND_BYTES = 500_000;

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
  for (let from = 0; from < count; ) {
    const messages: Message[] = [];
    let size = 0;
    while (from < count && messages.length < SEND && size < SEND_BYTES) {
      const message = make(from++, count, now);
      messages.push(message);
      size += message.value?.length ?? 0;
    }
    bytes += size;
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
  return bytes / count;
}
