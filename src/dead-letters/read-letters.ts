/**
 * Reads the dead-letter topic from its beginning to where it ends now. Nothing is committed: the group is one of its own, that nobody
 * shares and that Kafka forgets.
 */
import { randomBytes } from "node:crypto";
import pino from "pino";
import type { KafkaSettings } from "../config/kafka-settings.js";
import { type Fate, noteOf, placeText } from "../consumer/dead-letter-note.js";
import { TransportError } from "../errors.js";
import { withAdmin } from "../kafka/admin.js";
import { createConsumerSession, type TakeControl } from "../kafka/consumer-session.js";
import { NO_LOG } from "../kafka/log.js";
import { partitionKey, type SourceMessage } from "../kafka/records.js";
import { isMeant, type KnownLetter, type Letter, type LetterFilter, letterOf } from "./letter.js";
import { unavailable } from "./unavailable.js";

export interface LetterTopic {
  readonly kafka: KafkaSettings;
  readonly topic: string;
  readonly groupId: string;
  readonly signal: AbortSignal;
}

export interface ReadLettersOptions {
  /** Of more letters and notes than this nothing is returned, but an error. @default no limit */
  readonly maxKept?: number;
}

/** The letters that are meant, in the order of their places, with what notes say of them. Throws `TransportError`. */
export async function readLetters(
  source: LetterTopic,
  filter: LetterFilter,
  { maxKept = Number.POSITIVE_INFINITY }: ReadLettersOptions = {},
): Promise<readonly KnownLetter[]> {
  const letters: Letter[] = [];
  const fates = new Map<string, Fate>();
  await readAll(source, async (partition, message) => {
    const note = noteOf(message.headers ?? {});
    if (note !== undefined) fates.set(note.of, note.fate);
    else {
      const letter = letterOf(partition, message);
      if (isMeant(letter, filter)) letters.push(letter);
    }
    if (letters.length + fates.size > maxKept)
      throw new TransportError(
        `There are more than ${maxKept} dead letters and notes on them: agent-actions dlq works on any number.`,
      );
  });
  return letters
    .map((letter) => ({ ...letter, fate: fates.get(placeText(letter)) ?? ("open" as const) }))
    .sort(
      (one, other) =>
        one.at.getTime() - other.at.getTime() || Number(BigInt(one.offset) - BigInt(other.offset)),
    );
}

export type VisitLetter = (letter: Letter, message: SourceMessage, control: TakeControl) => Promise<void>;

/** Goes through the letters at these places once more, with their values. */
export async function visitLetters(
  source: LetterTopic,
  places: ReadonlySet<string>,
  visit: VisitLetter,
): Promise<void> {
  await readAll(source, async (partition, message, control) => {
    if (places.has(placeText({ partition, offset: message.offset })))
      await visit(letterOf(partition, message), message, control);
  });
}

type Take = (partition: number, message: SourceMessage, control: TakeControl) => Promise<void>;

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
            if (BigInt(message.offset) < end) await take(range.partition, message, control);
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
