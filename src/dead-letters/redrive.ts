import { setTimeout as sleep } from "node:timers/promises";
import type { KafkaSettings } from "../config/kafka-settings.js";
import type { DeadLetterMessage } from "../consumer/dead-letter.js";
import { type Fate, noteMessage, placeText, redrivenHeaders } from "../consumer/dead-letter-note.js";
import { kindOfTopic, type TopicNames } from "../event/index.js";
import type { TakeControl } from "../kafka/consumer-session.js";
import { NO_LOG } from "../kafka/log.js";
import { ProducerSession } from "../kafka/producer-session.js";
import type { SourceMessage } from "../kafka/records.js";
import type { KnownLetter, Letter } from "./letter.js";
import { type LetterTopic, visitLetters } from "./read-letters.js";
import { unavailable } from "./unavailable.js";

/** Why a letter cannot be sent once more; `undefined` where it can. */
export function reasonAgainst(letter: Letter, topics: TopicNames, maxAttempts: number): string | undefined {
  // A letter in the dead-letter topic itself would come back for ever, and anything else is somebody else's topic.
  if (kindOfTopic(letter.topic, topics) === undefined)
    return letter.topic === "" ? "it does not say where it stood" : `${letter.topic} is no topic of events`;
  if (letter.leftOut !== undefined) return `it is not whole: ${letter.leftOut} left out`;
  if (letter.attempts >= maxAttempts) return `it came back ${letter.attempts} times (--max-attempts)`;
  return undefined;
}

const CLOSE_MILLIS = 3_000;
/** Membership is kept between records that are sent slowly. */
const MAX_PAUSE_MILLIS = 1_000;

/** A way out to Kafka for records and notes. */
function openProducer(kafka: KafkaSettings): ProducerSession {
  return new ProducerSession({ settings: kafka, log: NO_LOG, idempotent: false, keepProcessAlive: true });
}

export interface RedriveOptions {
  /** The most records a second. */
  readonly rate: number;
  readonly onSent: (letter: Letter) => void;
  /** Who asked for it, for the notes. */
  readonly by?: string | undefined;
}

/**
 * Sends the records of the letters once more to the topics that they stood in. After each record's acknowledgement a note says so in the
 * dead-letter topic. Where that breaks off in between, the record is sent again by the next redrive, and meets its own row.
 */
export async function redrive(
  source: LetterTopic,
  letters: readonly KnownLetter[],
  { rate, onSent, by }: RedriveOptions,
): Promise<void> {
  const producer = openProducer(source.kafka);
  const began = performance.now();
  let sent = 0;
  const send = async (letter: Letter, message: SourceMessage, control: TakeControl): Promise<void> => {
    await untilDue(began + (sent * 1_000) / rate, source.signal, control);
    if (source.signal.aborted) return;
    const { key, value, headers = {} } = message;
    const from = `${source.topic}/${letter.partition}/${letter.offset}`;
    await produce(producer, letter.topic, {
      key,
      value,
      headers: redrivenHeaders(headers, letter.attempts + 1, from),
    });
    await note(producer, source.topic, "redriven", letter, by);
    sent += 1;
    onSent(letter);
  };
  try {
    await visitLetters(source, new Set(letters.map(placeText)), send);
  } finally {
    await producer.end(CLOSE_MILLIS);
  }
}

/** Notes that nothing more is to be done about the letters. */
export async function dropLetters(source: LetterTopic, letters: readonly KnownLetter[]): Promise<number> {
  const producer = openProducer(source.kafka);
  let dropped = 0;
  try {
    for (const letter of letters) {
      if (source.signal.aborted) break;
      await note(producer, source.topic, "dropped", letter);
      dropped += 1;
    }
  } finally {
    await producer.end(CLOSE_MILLIS);
  }
  return dropped;
}

const note = (
  producer: ProducerSession,
  topic: string,
  fate: Fate,
  letter: Letter,
  by?: string,
): Promise<void> => produce(producer, topic, noteMessage(fate, letter, { at: new Date(), by }));

async function produce(
  producer: ProducerSession,
  topic: string,
  { key, value, headers }: DeadLetterMessage,
): Promise<void> {
  try {
    await producer.produce(topic, [{ key, value, headers }]);
  } catch (error) {
    throw unavailable(`Kafka does not take a record for ${topic}`, error);
  }
}

async function untilDue(due: number, signal: AbortSignal, control: TakeControl): Promise<void> {
  for (let wait = due - performance.now(); wait > 0 && !signal.aborted; wait = due - performance.now())
    await Promise.all([sleep(Math.min(wait, MAX_PAUSE_MILLIS)), control.heartbeat()]);
  await control.heartbeat();
}
