/**
 * What became of a dead letter afterwards: a small record in the dead-letter topic, beside the letter that it names. The topic is
 * append-only, and this way everybody who reads it knows.
 */
import type { HeaderValue } from "../kafka/records.js";
import { DEAD_LETTER_HEADERS, type DeadLetterMessage, messageHeaders } from "./dead-letter.js";

export const NOTE_HEADERS = {
  /** `redriven`, `dropped` or `erased`. */
  note: "dead-letter.note",
  /** Place of the letter in the dead-letter topic: `partition:offset`. */
  of: "dead-letter.note-of",
  /** ISO 8601. */
  at: "dead-letter.note-at",
  /** Name of the token or user that asked for it by the HTTP API. */
  by: "dead-letter.note-by",
} as const;

export const FATES = ["redriven", "dropped", "erased"] as const;
export type Fate = (typeof FATES)[number];

/** Headers of a record that is sent once more. */
export const REDRIVE_HEADERS = {
  /** How often it was: decimal, from 1. */
  attempt: "dead-letter.attempt",
  /** The letter: `topic/partition/offset` in the dead-letter topic. */
  from: "dead-letter.redriven-from",
} as const;

export interface LetterPlace {
  readonly partition: number;
  /** Decimal digits. */
  readonly offset: string;
}

export const placeText = ({ partition, offset }: LetterPlace): string => `${partition}:${offset}`;

export function noteMessage(
  fate: Fate,
  place: LetterPlace,
  { at, by }: { readonly at: Date; readonly by?: string | undefined },
): DeadLetterMessage {
  return {
    key: Buffer.from(placeText(place)),
    value: null,
    headers: {
      [NOTE_HEADERS.note]: fate,
      [NOTE_HEADERS.of]: placeText(place),
      [NOTE_HEADERS.at]: at.toISOString(),
      ...(by !== undefined && { [NOTE_HEADERS.by]: by }),
    },
  };
}

type Headers = Readonly<Record<string, HeaderValue | undefined>>;

/** The note that a record is; `undefined` for a letter. */
export function noteOf(headers: Headers): { readonly fate: Fate; readonly of: string } | undefined {
  const fate = headerText(headers, NOTE_HEADERS.note);
  const of = headerText(headers, NOTE_HEADERS.of);
  const known = FATES.find((one) => one === fate);
  return of !== undefined && known !== undefined ? { fate: known, of } : undefined;
}

/** The record that a letter was, to be sent to its topic once more. Headers that made it a letter are left out. */
export function redrivenHeaders(
  headers: Headers,
  attempt: number,
  from: string,
): DeadLetterMessage["headers"] {
  const own = Object.entries(messageHeaders(headers)).filter(([name]) => !name.startsWith(PREFIX));
  return {
    ...Object.fromEntries(own),
    [REDRIVE_HEADERS.attempt]: String(attempt),
    [REDRIVE_HEADERS.from]: from,
  };
}

/** How often the record of a letter was redriven. */
export function attemptsOf(headers: Headers): number {
  const text = headerText(headers, REDRIVE_HEADERS.attempt);
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : 0;
}

/** Text of a header; of one that is there several times the first. */
export function headerText(headers: Headers, name: string): string | undefined {
  const header = headers[name];
  const value = Array.isArray(header) ? header[0] : header;
  return value === undefined || value === null ? undefined : String(value);
}

const PREFIX = DEAD_LETTER_HEADERS.topic.slice(0, DEAD_LETTER_HEADERS.topic.indexOf(".") + 1);
