/** The dead-letter topic. */
import pino from "pino";
import type { KafkaSettings } from "../config/kafka-settings.js";
import { TransportError } from "../errors.js";
import { withAdmin } from "../kafka/admin.js";
import { NO_LOG } from "../kafka/log.js";
import { ProducerSession } from "../kafka/producer-session.js";
import { readToEnd } from "../kafka/read-to-end.js";
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

const CLOSE_MILLIS = 3_000;

async function readAll({ kafka, topic, groupId, signal }: LetterTopic, take: Take): Promise<void> {
  const ends = await endsOf(kafka, topic);
  const log = pino({ level: "silent" });
  try {
    await readToEnd(
      { kafka, groupPrefix: `${groupId}-dlq`, topics: [topic], ends, signal, log },
      ({ partition }, message, control) => take(partition, message, () => control.heartbeat()),
    );
  } catch (error) {
    if (error instanceof TransportError) throw error;
    throw unavailable("Kafka does not give the dead letters", error);
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
