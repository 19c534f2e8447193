/**
 * From an event to the record that Kafka gets.
 *
 * - The usual event costs one JSON.stringify and one copy into a Buffer.
 * - One that is too big, or that JSON cannot say (cycles, BigInt, 10,000 levels), takes the slow path: it is made plain and
 *   its largest parts are trimmed until it fits, see fit-record.ts.
 * - It never throws, and the same event always gives the same bytes.
 */
import { randomUUID } from "node:crypto";
import {
  correlationId,
  DEFAULT_SENDER,
  type EventKind,
  MAX_RECORD_BYTES,
  nameUuid,
  type RecordKind,
  SCHEMA_VERSION,
  SENDER_HEADER,
  sanitizeText,
} from "../../src/event/index.js";
import { plainJson } from "../../src/internal/plain-json.js";
import { fitRecord } from "./fit-record.js";

/** A Kafka record, ready to be sent to the topic of its kind. */
export interface ActionRecord {
  readonly kind: RecordKind;
  /** The correlation id as a UUID: one run stays in order on one partition. Of a span attribution the trace id. */
  readonly key: string;
  /** One JSON object in UTF-8. */
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export interface SerializeLimits {
  /** Largest value in bytes; less than {@link MIN_RECORD_BYTES} counts as that. @default MAX_RECORD_BYTES */
  readonly maxRecordBytes?: number;
  /** Whose events they are; said beside an event that has a call key, which names an action of that sender. @default DEFAULT_SENDER */
  readonly sender?: string | undefined;
}

/** Below this the fields that every event needs would not fit. */
export const MIN_RECORD_BYTES = 8_192;

export function serializeEvent(kind: EventKind, event: object, limits: SerializeLimits = {}): ActionRecord {
  const maxBytes = Math.max(limits.maxRecordBytes ?? MAX_RECORD_BYTES, MIN_RECORD_BYTES);
  const text = stringify(event);
  const usual = text === undefined || text.length > maxBytes ? undefined : Buffer.from(text, "utf8");
  const value =
    usual !== undefined && usual.length <= maxBytes ? usual : slowValue(kind, event, text, maxBytes);
  return { kind, key: keyOf(event, value), value, headers: headersFor(kind, event, limits.sender) };
}

/**
 * The same for an event of which some members of `action_details` are JSON already: their bytes are copied.
 *
 * @param written JSON in UTF-8, by member; the event has the member with another value
 */
export function serializeWithContents(
  kind: EventKind,
  event: object,
  written: ReadonlyMap<string, Uint8Array>,
  limits: SerializeLimits = {},
): ActionRecord {
  const maxBytes = Math.max(limits.maxRecordBytes ?? MAX_RECORD_BYTES, MIN_RECORD_BYTES);
  const value = written.size === 0 ? undefined : spliced(event, written);
  if (value !== undefined && value.length <= maxBytes)
    return { kind, key: keyOf(event, value), value, headers: headersFor(kind, event, limits.sender) };
  const parsed = [...written].map(([name, json]) => [name, JSON.parse(Buffer.from(json).toString("utf8"))]);
  return serializeEvent(kind, withDetails(event, Object.fromEntries(parsed)), limits);
}

// A text that nobody knows stands for each of them while the event is written.
function spliced(event: object, written: ReadonlyMap<string, Uint8Array>): Buffer | undefined {
  const marks = [...written].map(([name, json]) => ({ name, json, mark: randomUUID() }));
  const marked = Object.fromEntries(marks.map(({ name, mark }) => [name, mark]));
  let rest = stringify(withDetails(event, marked));
  if (rest === undefined) return undefined;
  const parts: Uint8Array[] = [];
  const inOrder = marks
    .map((one) => ({ ...one, at: rest?.indexOf(`"${one.mark}"`) ?? -1 }))
    .sort((one, other) => one.at - other.at);
  for (const { json, mark } of inOrder) {
    const at: number = rest.indexOf(`"${mark}"`);
    if (at < 0) return undefined;
    parts.push(Buffer.from(rest.slice(0, at), "utf8"), json);
    rest = rest.slice(at + mark.length + 2);
  }
  return Buffer.concat([...parts, Buffer.from(rest, "utf8")]);
}

function withDetails(event: object, members: Readonly<Record<string, unknown>>): object {
  const { action_details: details } = event as { readonly action_details?: object };
  return { ...event, action_details: { ...details, ...members } };
}

// `undefined`: JSON cannot say it, or it says something else than an object (a `toJSON` of its own).
function stringify(event: object): string | undefined {
  try {
    const text = JSON.stringify(event);
    return text?.startsWith("{") ? text : undefined;
  } catch {
    return undefined;
  }
}

function slowValue(kind: EventKind, event: object, text: string | undefined, maxBytes: number): Buffer {
  const plain: unknown = text === undefined ? plainJson(event) : JSON.parse(text);
  return Buffer.from(fitRecord(kind, plain, maxBytes), "utf8");
}

const HEADERS = new Map<RecordKind, Readonly<Record<string, string>>>();

/** The headers of every record of ours, the same frozen object for all records of a kind. None is needed to read it. */
export function headersOf(kind: RecordKind): Readonly<Record<string, string>> {
  let headers = HEADERS.get(kind);
  if (headers === undefined) {
    headers = Object.freeze({
      "content-type": "application/json",
      "schema-version": SCHEMA_VERSION_TEXT,
      "event-kind": kind,
    });
    HEADERS.set(kind, headers);
  }
  return headers;
}

function headersFor(kind: EventKind, event: object, sender: string | undefined) {
  const isOfSender = sender !== undefined && sender !== DEFAULT_SENDER && "call_key" in event;
  return isOfSender ? { ...headersOf(kind), [SENDER_HEADER]: sender } : headersOf(kind);
}

/** The headers with the place of the record among those of one pipeline. */
export function numberedHeaders(
  { kind, headers }: Pick<ActionRecord, "kind" | "headers">,
  epoch: string,
  sequence: string,
): Record<string, string> {
  if (headers !== HEADERS.get(kind))
    return { ...headers, "producer-epoch": epoch, "producer-sequence": sequence };
  // Written out: copying an object costs a microsecond.
  return {
    "content-type": "application/json",
    "schema-version": SCHEMA_VERSION_TEXT,
    "event-kind": kind,
    "producer-epoch": epoch,
    "producer-sequence": sequence,
  };
}

const SCHEMA_VERSION_TEXT = String(SCHEMA_VERSION);

// The same texts as the validator takes, in its order, so that key and row agree. An event that names nothing is keyed by its content.
function keyOf(event: object, value: Buffer): string {
  const text =
    textAt(event, "correlation_id") ??
    textAt(memberOf(event, "metadata"), "correlation_id") ??
    textAt(event, "trace_id") ??
    textAt(event, "id");
  return text === undefined ? nameUuid(value.toString("utf8")) : correlationId(sanitizeText(text)).uuid;
}

function textAt(holder: unknown, name: string): string | undefined {
  const value = memberOf(holder, name);
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

function memberOf(holder: unknown, name: string): unknown {
  if (typeof holder !== "object" || holder === null) return undefined;
  try {
    return Reflect.get(holder, name);
  } catch {
    return undefined;
  }
}
