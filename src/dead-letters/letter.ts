import { DEAD_LETTER_HEADERS } from "../consumer/dead-letter.js";
import {
  attemptsOf,
  type Fate,
  headerText,
  type LetterPlace,
  placeText,
} from "../consumer/dead-letter-note.js";
import type { SourceMessage } from "../kafka/records.js";

/** What the headers of a dead letter say. Without its value: there may be gigabytes of them. */
export interface Letter extends LetterPlace {
  readonly reason: string;
  readonly explanation: string;
  readonly sqlstate: string | undefined;
  /** Topic that the record stood in; empty where somebody else wrote into the dead-letter topic. */
  readonly topic: string;
  readonly place: string;
  /** When it became a letter; of one without that header, the record's own time. */
  readonly at: Date;
  /** How often its record was sent once more before. */
  readonly attempts: number;
  /** What of the record is not in the letter: it was too large. */
  readonly leftOut: string | undefined;
  /** Bytes of the value; `undefined` for none. */
  readonly bytes: number | undefined;
}

export function letterOf(
  partition: number,
  { offset, timestamp, value, headers = {} }: SourceMessage,
): Letter {
  const text = (name: string) => headerText(headers, name);
  const at = new Date(text(DEAD_LETTER_HEADERS.at) ?? Number(timestamp));
  return {
    partition,
    offset,
    reason: text(DEAD_LETTER_HEADERS.reason) ?? "",
    explanation: text(DEAD_LETTER_HEADERS.explanation) ?? "",
    sqlstate: text(DEAD_LETTER_HEADERS.sqlstate),
    topic: text(DEAD_LETTER_HEADERS.topic) ?? "",
    place: `${text(DEAD_LETTER_HEADERS.partition) ?? ""}:${text(DEAD_LETTER_HEADERS.offset) ?? ""}`,
    at: Number.isNaN(at.getTime()) ? new Date(0) : at,
    attempts: attemptsOf(headers),
    leftOut: text(DEAD_LETTER_HEADERS.leftOut),
    bytes: value?.length,
  };
}

/** Which letters are meant. */
export interface LetterFilter {
  readonly reason?: string | undefined;
  readonly topic?: string | undefined;
  readonly sqlstate?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  /** Places as {@link placeText} writes them; all where there are none. */
  readonly places: ReadonlySet<string>;
}

/** All letters. */
export const NO_FILTER: LetterFilter = { places: new Set() };

export function isMeant(
  letter: Letter,
  { reason, topic, sqlstate, since, until, places }: LetterFilter,
): boolean {
  return (
    (reason === undefined || letter.reason === reason) &&
    (topic === undefined || letter.topic === topic) &&
    (sqlstate === undefined || letter.sqlstate === sqlstate) &&
    (since === undefined || letter.at >= since) &&
    (until === undefined || letter.at < until) &&
    (places.size === 0 || places.has(placeText(letter)))
  );
}

/** A letter with what became of it; `open` where nothing has. */
export interface KnownLetter extends Letter {
  readonly fate: Fate | "open";
}
