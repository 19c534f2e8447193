import type { Logger } from "pino";
import type { KafkaSettings } from "../config/kafka-settings.js";
import { isTooLarge } from "../kafka/explain-failure.js";
import { pinoLog } from "../kafka/log.js";
import { ProducerSession } from "../kafka/producer-session.js";
import {
  type DeadLetter,
  type DeadLetterMessage,
  deadLetterMessage,
  messageBytes,
  trimmedDeadLetterMessage,
} from "./dead-letter.js";
import type { DeadLetterSink } from "./dead-letter-queue.js";

export interface DeadLetterProducer extends DeadLetterSink {
  close(millis: number): Promise<void>;
}

export interface DeadLetterProducerOptions {
  readonly kafka: KafkaSettings;
  readonly topic: string;
  readonly groupId: string;
  readonly log: Logger;
  /** Called for a dead letter that had to be trimmed. */
  readonly onTrimmed: () => void;
}

/** All messages of one send to one partition are one batch, and the broker's limit is on the batch. */
const MAX_SEND_BYTES = 500_000;
/** What is tried, one after the other, for a record that the topic does not take whole. */
const TRIMMED_BYTES = [500_000, 50_000, 2_000];

/**
 * Sends dead letters, and resolves when all in-sync replicas have them. Nothing is connected before the first one; after
 * a failure the next attempt begins with a client of its own.
 */
export function createDeadLetterProducer(options: DeadLetterProducerOptions): DeadLetterProducer {
  return new KafkaDeadLetterProducer(options);
}

class KafkaDeadLetterProducer implements DeadLetterProducer {
  readonly #options: DeadLetterProducerOptions;
  #session: ProducerSession | undefined;

  constructor(options: DeadLetterProducerOptions) {
    this.#options = options;
  }

  async send(letters: readonly DeadLetter[]): Promise<void> {
    const at = new Date();
    const { groupId } = this.#options;
    try {
      for (const group of groupsOf(letters, (letter) => deadLetterMessage(letter, groupId, at))) {
        await this.#deliver(group.messages).catch(async (error: unknown) => {
          if (!isTooLarge(error)) throw error;
          for (const letter of group.letters) await this.#sendTrimmed(letter, at);
        });
      }
    } catch (error) {
      await this.close(0);
      throw error;
    }
  }

  async close(millis: number): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.end(millis);
  }

  /** Whole if it can be, else as much of it as the topic takes. */
  async #sendTrimmed(letter: DeadLetter, at: Date): Promise<void> {
    const { groupId, onTrimmed } = this.#options;
    const whole = deadLetterMessage(letter, groupId, at);
    const trimmed = TRIMMED_BYTES.map((bytes) => trimmedDeadLetterMessage(letter, groupId, at, bytes));
    for (const message of [whole, ...trimmed]) {
      try {
        await this.#deliver([message]);
        if (message !== whole) onTrimmed();
        return;
      } catch (error) {
        if (!isTooLarge(error) || message === trimmed.at(-1)) throw error;
      }
    }
  }

  async #deliver(messages: readonly DeadLetterMessage[]): Promise<void> {
    const { kafka: settings, topic, log } = this.#options;
    this.#session ??= new ProducerSession({
      settings,
      log: pinoLog(log),
      // Would need a permission of its own on older brokers, and a dead letter that comes twice says so by its place.
      idempotent: false,
      keepProcessAlive: true,
    });
    await this.#session.produce(
      topic,
      messages.map(({ key, value, headers }) => ({ key, value, headers })),
    );
  }
}

interface Group {
  readonly letters: DeadLetter[];
  readonly messages: DeadLetterMessage[];
  bytes: number;
}

function groupsOf(
  letters: readonly DeadLetter[],
  messageOf: (letter: DeadLetter) => DeadLetterMessage,
): Group[] {
  const groups: Group[] = [];
  for (const letter of letters) {
    const message = messageOf(letter);
    const bytes = messageBytes(message);
    let group = groups.at(-1);
    if (group === undefined || group.bytes + bytes > MAX_SEND_BYTES) {
      group = { letters: [], messages: [], bytes: 0 };
      groups.push(group);
    }
    group.letters.push(letter);
    group.messages.push(message);
    group.bytes += bytes;
  }
  return groups;
}
