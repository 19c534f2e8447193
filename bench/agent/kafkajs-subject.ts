import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { CompressionTypes, Kafka, logLevel, type Message } from "kafkajs";
import { sequenceText } from "./agent-work.js";
import { captureRecord } from "./capture-record.js";
import type { Subject, Surroundings } from "./subject.js";

// What the span processor does by default.
const EVENTS_A_SEND = 100;
const LINGER_MILLIS = 10;
const GZIP_MIN_BYTES = 16_384;

/**
 * The ceiling: what kafkajs costs by itself for the bytes that the span processor sends, in sends of the same size. They are
 * made beforehand; only the id and the number in each record are its own, so that reading back can tell them apart.
 */
export async function kafkajsAlone(
  { bootstrapServers, topic, payloadBytes }: Surroundings,
  compress: boolean,
): Promise<Subject> {
  const { key, headers, value } = await captureRecord(payloadBytes);
  const producer = new Kafka({
    brokers: bootstrapServers.split(","),
    logLevel: logLevel.ERROR,
  }).producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();

  const waiting: Message[] = [];
  let firstAt = 0;
  let sending: Promise<void> | undefined;
  let acknowledged = 0;
  let actions = 0;

  async function send(): Promise<void> {
    while (waiting.length > 0) {
      const wait = waiting.length < EVENTS_A_SEND ? firstAt + LINGER_MILLIS - performance.now() : 0;
      if (wait > 0) await sleep(wait);
      const messages = waiting.splice(0, EVENTS_A_SEND);
      firstAt = performance.now();
      const gzip = compress && messages.length * value.length >= GZIP_MIN_BYTES;
      await producer.send({
        topic,
        messages,
        acks: -1,
        compression: gzip ? CompressionTypes.GZIP : CompressionTypes.None,
      });
      acknowledged += messages.length;
    }
    sending = undefined;
  }

  return {
    act() {
      if (waiting.length === 0) firstAt = performance.now();
      waiting.push({ key, headers, value: ofAction(value, actions++) });
      sending ??= send();
    },
    settle: async () => sending,
    arrived: () => acknowledged,
    close: () => producer.disconnect(),
  };
}

/** What one would write first: the action waits until Kafka has it. */
export async function kafkajsAwaited({
  bootstrapServers,
  topic,
  payloadBytes,
}: Surroundings): Promise<Subject> {
  const { key, headers, value } = await captureRecord(payloadBytes);
  const producer = new Kafka({ brokers: bootstrapServers.split(","), logLevel: logLevel.ERROR }).producer();
  await producer.connect();
  let actions = 0;
  let acknowledged = 0;
  return {
    async act() {
      await producer.send({ topic, messages: [{ key, headers, value: ofAction(value, actions++) }] });
      acknowledged++;
    },
    settle: () => Promise.resolve(),
    arrived: () => acknowledged,
    close: () => producer.disconnect(),
  };
}

// With an id and a number of its own.
function ofAction(value: Buffer, action: number): Buffer {
  const copy = Buffer.from(value);
  copy.write(randomUUID(), copy.indexOf(ID) + ID.length);
  copy.write(sequenceText(action), copy.indexOf(SEQUENCE) + SEQUENCE.length);
  return copy;
}

const ID = '"id":"';
const SEQUENCE = '"sequence":"';
