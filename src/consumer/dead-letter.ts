/**
 * A record that cannot become a row, as it goes to the dead-letter topic: key, value and headers are the original's, byte
 * for byte, and headers of ours say where it stood and why it is here. Topic, partition and offset together are its
 * identity: a record that is read twice gives two dead letters with the same ones.
 */
import { createHash } from "node:crypto";
import type { HeaderValue } from "../kafka/records.js";
import type { SourceRecord } from "./source-record.js";

export const DEAD_LETTER_REASONS = [
  "not_utf8",
  "not_json",
  "not_an_event",
  "refused_by_postgres",
  "unwritable",
] as const;
/** `refused_by_postgres` comes with a SQLSTATE; `unwritable` failed before it reached Postgres, while others did not. */
export type DeadLetterReason = (typeof DEAD_LETTER_REASONS)[number];

export interface DeadLetter {
  readonly record: SourceRecord;
  readonly reason: DeadLetterReason;
  /** A sentence that names fields and types, never values. */
  readonly explanation: string;
  readonly sqlstate?: string;
}

/** Headers of ours; all are text. */
export const DEAD_LETTER_HEADERS = {
  topic: "dead-letter.topic",
  partition: "dead-letter.partition",
  offset: "dead-letter.offset",
  /** Of the original record, Unix milliseconds. */
  timestamp: "dead-letter.timestamp",
  reason: "dead-letter.reason",
  explanation: "dead-letter.explanation",
  sqlstate: "dead-letter.sqlstate",
  /** The consumer group that gave up on it. */
  group: "dead-letter.group",
  /** When it gave up, ISO 8601. */
  at: "dead-letter.at",
  /** Only where the original was too large to be sent whole: its size and SHA-256, and what was left out. */
  originalBytes: "dead-letter.original-bytes",
  originalSha256: "dead-letter.original-sha256",
  leftOut: "dead-letter.left-out",
} as const;

export interface DeadLetterMessage {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** A name that came more than once has all its values. */
  readonly headers: Record<string, MessageHeader>;
}

type MessageHeader = Buffer | string | (Buffer | string)[];

const MAX_EXPLANATION = 1_000;

export function deadLetterMessage(letter: DeadLetter, groupId: string, at: Date): DeadLetterMessage {
  const { record } = letter;
  return {
    key: record.key,
    value: record.value,
    headers: { ...originalHeaders(record), ...ownHeaders(letter, groupId, at) },
  };
}

/**
 * The same for a record that the dead-letter topic does not take whole: of the value its beginning and a marker, key
 * and original headers only where they are short. What is missing is named.
 */
export function trimmedDeadLetterMessage(
  letter: DeadLetter,
  groupId: string,
  at: Date,
  keepBytes: number,
): DeadLetterMessage {
  const { key, value } = letter.record;
  const original = originalHeaders(letter.record);
  const keepsKey = (key?.length ?? 0) <= keepBytes / 4;
  const keepsHeaders = headerBytes(original) <= keepBytes / 4;
  const cut = value !== null && value.length > keepBytes / 2;
  const leftOut = [cut ? "value" : "", keepsKey ? "" : "key", keepsHeaders ? "" : "headers"].filter(Boolean);
  return {
    key: keepsKey ? key : null,
    value: cut ? trimBytes(value, Math.floor(keepBytes / 2)) : value,
    headers: {
      ...(keepsHeaders ? original : {}),
      ...ownHeaders(letter, groupId, at),
      [DEAD_LETTER_HEADERS.leftOut]: leftOut.join(", "),
      ...(cut ? sizeHeaders(value) : {}),
    },
  };
}

/** About what a message takes in a batch. */
export function messageBytes({ key, value, headers }: DeadLetterMessage): number {
  return (key?.length ?? 0) + (value?.length ?? 0) + headerBytes(headers) + 64;
}

function ownHeaders(letter: DeadLetter, groupId: string, at: Date): Record<string, string> {
  const { record, reason, explanation, sqlstate } = letter;
  return {
    [DEAD_LETTER_HEADERS.topic]: record.topic,
    [DEAD_LETTER_HEADERS.partition]: String(record.partition),
    [DEAD_LETTER_HEADERS.offset]: record.offset,
    [DEAD_LETTER_HEADERS.timestamp]: String(record.timestampMillis),
    [DEAD_LETTER_HEADERS.reason]: reason,
    [DEAD_LETTER_HEADERS.explanation]: explanation.slice(0, MAX_EXPLANATION),
    ...(sqlstate === undefined ? {} : { [DEAD_LETTER_HEADERS.sqlstate]: sqlstate }),
    [DEAD_LETTER_HEADERS.group]: groupId,
    [DEAD_LETTER_HEADERS.at]: at.toISOString(),
  };
}

const originalHeaders = ({ headers }: SourceRecord): Record<string, MessageHeader> => messageHeaders(headers);

/** Headers as they were read, to be sent. */
export function messageHeaders(headers: SourceRecord["headers"]): Record<string, MessageHeader> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, header]) =>
      header === undefined ? [] : [[name, messageHeader(header)]],
    ),
  );
}

/** kafkajs's producer knows no header without a value: it becomes an empty one. */
function messageHeader(header: HeaderValue): MessageHeader {
  if (header === null) return EMPTY;
  if (typeof header === "string" || Buffer.isBuffer(header)) return header;
  return header.map((value) => value ?? EMPTY);
}

const EMPTY = Buffer.alloc(0);

function headerBytes(headers: Readonly<Record<string, MessageHeader>>): number {
  let bytes = 0;
  for (const [name, header] of Object.entries(headers)) {
    const values = Array.isArray(header) ? header : [header];
    for (const value of values) bytes += name.length * 3 + value.length * 3 + 10;
  }
  return bytes;
}

function sizeHeaders(value: Buffer): Record<string, string> {
  return {
    [DEAD_LETTER_HEADERS.originalBytes]: String(value.length),
    [DEAD_LETTER_HEADERS.originalSha256]: createHash("sha256").update(value).digest("hex"),
  };
}

function trimBytes(value: Buffer, keepBytes: number): Buffer {
  return Buffer.concat([value.subarray(0, keepBytes), Buffer.from(`…[trimmed: ${value.length} bytes]`)]);
}
