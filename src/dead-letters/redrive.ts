import { setTimeout as sleep } from "node:timers/promises";
import { type Fate, noteMessage, placeText, redrivenHeaders } from "../consumer/dead-letter-note.js";
import { kindOfTopic, type TopicNames } from "../event/index.js";
import type { SourceMessage } from "../kafka/records.js";
import type { KnownLetter, Letter } from "./letter.js";
import { type LetterSource, type LetterWriter, visitLetters } from "./read-letters.js";

/** Why a letter cannot be sent once more; `undefined` where it can. */
export function reasonAgainst(letter: Letter, topics: TopicNames, maxAttempts: number): string | undefined {
  // A letter in the dead-letter topic itself would come back for ever, and anything else is somebody else's topic.
  if (kindOfTopic(letter.topic, topics) === undefined)
    return letter.topic === "" ? "it does not say where it stood" : `${letter.topic} is no topic of events`;
  if (letter.leftOut !== undefined) return `it is not whole: ${letter.leftOut} left out`;
  if (letter.attempts >= maxAttempts) return `it came back ${letter.attempts} times (--max-attempts)`;
  return undefined;
}

/** Membership is kept between records that are sent slowly. */
const MAX_PAUSE_MILLIS = 1_000;

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
  source: LetterSource,
  letters: readonly KnownLetter[],
  { rate, onSent, by }: RedriveOptions,
): Promise<void> {
  const writer = source.openWriter();
  const began = performance.now();
  let sent = 0;
  const send = async (
    letter: Letter,
    message: SourceMessage,
    heartbeat: () => Promise<void>,
  ): Promise<void> => {
    await untilDue(began + (sent * 1_000) / rate, source.signal, heartbeat);
    if (source.signal.aborted) return;
    const { key, value, headers = {} } = message;
    const from = `${source.topic}/${letter.partition}/${letter.offset}`;
    await writer.produce(letter.topic, {
      key,
      value,
      headers: redrivenHeaders(headers, letter.attempts + 1, from),
    });
    await note(writer, source.topic, "redriven", letter, by);
    sent += 1;
    onSent(letter);
  };
  try {
    await visitLetters(source, new Set(letters.map(placeText)), send);
  } finally {
    await writer.end();
  }
}

/** Notes that nothing more is to be done about the letters, and why. Returns of how many. */
export async function closeLetters(
  source: LetterSource,
  letters: readonly Letter[],
  fate: "dropped" | "erased",
): Promise<number> {
  const writer = source.openWriter();
  let dropped = 0;
  try {
    for (const letter of letters) {
      if (source.signal.aborted) break;
      await note(writer, source.topic, fate, letter);
      dropped += 1;
    }
  } finally {
    await writer.end();
  }
  return dropped;
}

const note = (writer: LetterWriter, topic: string, fate: Fate, letter: Letter, by?: string): Promise<void> =>
  writer.produce(topic, noteMessage(fate, letter, { at: new Date(), by }));

async function untilDue(due: number, signal: AbortSignal, heartbeat: () => Promise<void>): Promise<void> {
  for (let wait = due - performance.now(); wait > 0 && !signal.aborted; wait = due - performance.now())
    await Promise.all([sleep(Math.min(wait, MAX_PAUSE_MILLIS)), heartbeat()]);
  await heartbeat();
}
