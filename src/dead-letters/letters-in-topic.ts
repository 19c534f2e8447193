/**
 * The dead-letter topic. Nothing is committed: the group is one of its own, that nobody shares and that Kafka forgets.
 */
import { randomBytes } from "node:crypto";
import pino from "pino";
import type { KafkaSettings } from "../config/kafka-settings.js";
import { TransportError } from "../errors.js";
import { withAdmin } from "../kafka/admin.js";
import { createConsumerSession } from "../kafka/consumer-session.js";
import { NO_LOG } from "../kafka/log.js";
import { ProducerSession } from "../kafka/producer-session.js";
import { partitionKey } from "../kafka/records.js";
import type { LetterSource, LetterWriter, Take } from "./read-letters.js";
import { unavailable } from "./unavailable.js";

export interface LetterTopic {
  readonly kafka: KafkaSettings;
  readonly topic: string;
  readonly groupId: string;
  readonly signal: AbortSignal;
}

export function lettersInTopic(options: LetterTopic): LetterSource {
  const { kafka, topic, signal } = options;
  return {
    topic,
    signal,
    readAll: (take) => readAll(options, take),
    openWriter: () => openWriter(kafka),
  };
}

function openWriter(kafka: KafkaSettings): LetterWriter {
  const producer = new ProducerSession({
    settings: kafka,
    log: NO_LOG,
    idempotent: false,
    keepProcessAlive: true,
  });
  return {
    async produce(topic, { key, value, headers }) {
      try {
        await producer.produce(topic, [{ key, value, headers }]);
      } catch (error) {
        throw unavailable(`Kafka does not take a record for ${topic}`, error);
      }
    },
    end: () => producer.end(CLOSE_MILLIS),
  };
}

const SESSION = { sessionTimeoutMillis: 30_000, fetchBytes: 16_777_216, fetchPartitionBytes: 4_194_304 };
const CLOSE_MILLIS = 3_000;

async function readAll({ kafka, topic, groupId, signal }: LetterTopic, take: Take): Promise<void> {
  const ends = await endsOf(kafka, topic);
  const left = new Map(
    [...ends].filter(([, { low, high }]) => low < high).map(([key, { high }]) => [key, high]),
  );
  if (left.size === 0) return;
  let finish: (error?: unknown) => void = () => undefined;
  const finished = new Promise<void>((resolve, reject) => {
    finish = (error) => (error === undefined ? resolve() : reject(error));
  });
  const group = `${groupId}-dlq-${randomBytes(6).toString("hex")}`;
  const session = createConsumerSession(
    { kafka, groupId: group, ...SESSION },
    {
      async take({ range, messages }, control) {
        const key = partitionKey(range);
        const end = left.get(key);
        if (end === undefined) return true;
        try {
          for (const message of messages) {
            if (signal.aborted) break;
            if (BigInt(message.offset) < end) await take(range.partition, message, () => control.heartbeat());
          }
        } catch (error) {
          finish(error);
          return false;
        }
        if (range.nextOffset >= end) left.delete(key);
        if (left.size === 0) finish();
        return true;
      },
      assigned: () => [],
      reset: () => undefined,
      unreadable: ({ partition, offset, error }) =>
        finish(
          new TransportError(
            `The batch at ${partition}:${offset} of ${topic} cannot be decoded: ${error.message}`,
          ),
        ),
    },
    pino({ level: "silent" }),
  );
  const stop = () => finish();
  signal.addEventListener("abort", stop, { once: true });
  try {
    await session.open([topic]);
    const ended = session.ended.then((reason) => {
      throw unavailable("Kafka does not give the dead letters", reason);
    });
    await Promise.race([finished, ended]);
  } finally {
    signal.removeEventListener("abort", stop);
    await session.close(CLOSE_MILLIS);
  }
}

async function endsOf(kafka: KafkaSettings, topic: string) {
  try {
    return await withAdmin(kafka, NO_LOG, async (admin) => {
      if ((await admin.topics([topic])).size > 0) return admin.ends([topic]);
      throw new TransportError(`There is no topic ${topic}. To make it: agent-actions topics --create`);
    });
  } catch (error) {
    if (error instanceof TransportError) throw error;
    throw unavailable(`Kafka at ${kafka.brokers.join(", ")} does not respond`, error);
  }
}
