import {
  CORRECTION_HEADER,
  mappingRank,
  parseTimestamp,
  type RecordKind,
  sanitizeText,
  type ValidRecord,
} from "../event/index.js";
import { isPlainObject } from "../event/json.js";
import { rawMember, rawMembers } from "./raw-members.js";

/** A valid record of a topic, and the text that it was read from. */
export interface StorableEvent {
  readonly valid: ValidRecord;
  /** The record's value as text. */
  readonly text: string;
  /** The Kafka record that it was read from; its place and two of its headers become columns. */
  readonly record?: KafkaRecord | undefined;
}

export interface KafkaRecord {
  readonly topic: string;
  readonly partition: number;
  /** Decimal digits: offsets may exceed 2^53. */
  readonly offset: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  /** The record's timestamp, Unix milliseconds. */
  readonly timestampMillis?: number;
}

/** Text of a header; `undefined` where it is absent, stands there twice, or is no text that PostgreSQL takes. */
export function headerText(record: KafkaRecord | undefined, name: string): string | undefined {
  const value = record?.headers?.[name];
  if (value === undefined || value === null || Array.isArray(value)) return undefined;
  const text = sanitizeText(String(value));
  return text.length <= MAX_HEADER_CHARS ? text : undefined;
}

const MAX_HEADER_CHARS = 256;

/**
 * One event on its way into a table: its fields as values, and its objects and arrays as JSON text. That text is the
 * record's own where it can be, so that numbers beyond 2^53 stay what they are and nothing is serialised again.
 */
export class StoredEvent {
  readonly kind: RecordKind;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly repairs: readonly string[];
  readonly record: KafkaRecord | undefined;
  /** The record's own text is still to be used. */
  readonly verbatim: boolean;
  readonly #valid: StorableEvent["valid"];
  readonly #text: string;

  constructor({ valid, text, record }: StorableEvent, verbatim = valid.verbatim) {
    this.record = record;
    this.kind = valid.kind;
    this.fields = valid.event as unknown as Readonly<Record<string, unknown>>;
    this.repairs = valid.repairs;
    this.verbatim = verbatim;
    this.#valid = valid;
    this.#text = text;
  }

  /** The field's text; `undefined` where the event does not have it. */
  text(field: string): string | undefined {
    const value = this.fields[field];
    return value === undefined || value === null ? undefined : String(value);
  }

  /** Where the record corrects what an older mapping wrote: the rank of its own; see {@link mappingRank}. */
  get correctionRank(): string | undefined {
    return headerText(this.record, CORRECTION_HEADER) === "true"
      ? mappingRank(this.fields.producer)
      : undefined;
  }

  /** The time of the Kafka record as ISO 8601; `undefined` where it has none that PostgreSQL takes. */
  get recordTime(): string | undefined {
    return isoTime(this.record?.timestampMillis);
  }

  /** JSON text of the field; `undefined` where the event does not have it. */
  json(field: string): string | undefined {
    const value = this.fields[field];
    return value === undefined || value === null
      ? undefined
      : (this.#raw(field, value) ?? JSON.stringify(value));
  }

  // Found when it is asked for: what is made when the row is written need not be kept until then. Only objects and arrays are taken from the text,
  // because what stands in a text or a number may have been repaired.
  #raw(name: string, value: unknown): string | undefined {
    return this.verbatim && typeof value === "object"
      ? rawMember(eventText(this.#valid, this.#text), name)
      : undefined;
  }

  /** JSON text of an object field's members with the unknown fields among them; the object's own members win. */
  jsonWithUnknown(field?: string): string | undefined {
    const own = field === undefined ? undefined : this.json(field);
    if (!this.#saysUnknown) return own;
    const unknown = [...this.unknown()].map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(",");
    if (unknown === "") return own;
    const members = own === undefined ? "" : own.slice(own.indexOf("{") + 1, own.lastIndexOf("}"));
    // Of two members of one name, jsonb keeps the last.
    return members.trim() === "" ? `{${unknown}}` : `{${unknown},${members}}`;
  }

  // Most events say nothing unknown.
  get #saysUnknown(): boolean {
    if (this.#isOfLaterVersion) return true;
    for (const _ in this.#valid.extra) return true;
    return false;
  }

  // Version 1 is what a row says by being here.
  get #isOfLaterVersion(): boolean {
    const { schema_version: version } = this.fields;
    return version !== undefined && version !== 1;
  }

  /** Name and JSON text of every member of an object field. */
  *members(field: string): Generator<readonly [string, string]> {
    const value = this.fields[field];
    if (!isPlainObject(value)) return;
    const raw = this.#raw(field, value);
    if (raw !== undefined) yield* rawMembers(raw);
    else for (const [name, member] of Object.entries(value)) yield [name, JSON.stringify(member)];
  }

  /** Name and JSON text of what the contract does not know, or has no column for. */
  *unknown(): Generator<readonly [string, string]> {
    if (!this.#saysUnknown) return;
    const raw = this.verbatim ? rawMembers(eventText(this.#valid, this.#text)) : undefined;
    for (const [name, value] of Object.entries(this.#valid.extra))
      yield [name, raw?.get(name) ?? JSON.stringify(value)];
    if (this.#isOfLaterVersion) yield ["schema_version", String(this.fields.schema_version)];
  }

  /** The same event with its objects and arrays serialised anew, from the values that JSON.parse gave. */
  serialisedAnew(): StoredEvent {
    return new StoredEvent({ valid: this.#valid, text: "", record: this.record }, false);
  }
}

const eventText = (valid: StorableEvent["valid"], text: string): string =>
  "enveloped" in valid && valid.enveloped ? (rawMember(text, "payload") ?? "{}") : text;

/** Unix milliseconds as ISO 8601; brokers take any 64-bit number for a record's time. */
export const isoTime = (millis: number | undefined): string | undefined =>
  millis === undefined ? undefined : parseTimestamp(millis)?.iso;
