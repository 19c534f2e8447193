/**
 * Makes an event small enough for a Kafka record. What is kept:
 *
 * - The result is JSON of at most `maxBytes`, whatever the event holds, and an event that kept the contract still does.
 * - Room is shared out level by level: parts below the common share stay whole, only the larger ones are cut down to it. So
 *   the largest parts go first, and the structure around them stays.
 * - A text that is cut ends with how many bytes it had and their SHA-256. A list or object whose members have no room keeps
 *   the first of them, and the same note about its whole JSON text stands after them, in an object under the key `…`.
 * - The same event always gives the same text.
 */
import { createHash } from "node:crypto";
import { CONTRACT, correlationId, type EventKind, MAX_DEPTH, sanitizeText } from "../../src/event/index.js";
import { isPlainObject } from "../../src/event/json.js";
import { trimMarker } from "../../src/event/limits.js";
import { cutText, jsonBytes } from "../read/cut-text.js";

/** @param event made of plain objects, arrays and primitives */
export function fitRecord(kind: EventKind, event: unknown, maxBytes: number): string {
  const ordered = contractFirst(kind, withShortIds(isPlainObject(event) ? event : { value: event }));
  // The sizes are exact, so the first attempt fits; the others are for what nobody thought of.
  for (const room of [maxBytes, maxBytes / 2, maxBytes / 4]) {
    const text = stringify(new Fitting(maxBytes).fit(ordered, Math.floor(room)));
    if (text !== undefined && Buffer.byteLength(text, "utf8") <= maxBytes) return text;
  }
  return JSON.stringify({ trimmed: noteOn(ordered) });
}

/** The same for one value of an event: its JSON in at most `maxBytes`, which are at least {@link LEAST_PART}. */
export function fitJson(value: unknown, maxBytes: number): string {
  const text = stringify(value);
  if (text !== undefined && text.length <= maxBytes && Buffer.byteLength(text, "utf8") <= maxBytes)
    return text;
  return stringify(new Fitting(maxBytes).fit(value, maxBytes)) ?? "null";
}

/** A text of which a UUID is made has to be whole for that: it is made here, before anything is cut. */
function withShortIds(event: Record<string, unknown>): Record<string, unknown> {
  const { correlation_id, correlation_text, execution_id } = event;
  return {
    ...event,
    ...(isLongId(correlation_id) && {
      correlation_id: uuidOf(correlation_id),
      correlation_text: correlation_text ?? correlation_id,
    }),
    ...(isLongId(execution_id) && { execution_id: uuidOf(execution_id) }),
  };
}

const uuidOf = (text: string): string => correlationId(sanitizeText(text)).uuid;

const UUID_LENGTH = 36;
const isLongId = (id: unknown): id is string => typeof id === "string" && id.length > UUID_LENGTH;

/**
 * What the contract names comes first, because members are dropped from the end. An object that was encoded twice is
 * decoded: as a cut text it would no longer be an object to the validator.
 */
function contractFirst(kind: EventKind, event: Record<string, unknown>): Record<string, unknown> {
  const fields = CONTRACT[kind];
  const known = Object.entries(fields)
    .filter(([name]) => Object.hasOwn(event, name))
    .map(([name, spec]) => [name, isContainerType(spec.type) ? decoded(event[name]) : event[name]]);
  const extra = Object.entries(event).filter(([name]) => !Object.hasOwn(fields, name));
  return Object.fromEntries([...known, ...extra]);
}

const isContainerType = (type: string): boolean => type === "object" || type === "array" || type === "texts";

function decoded(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Room for the note, its quotes, and a useful piece of what it stands for. */
const LEAST_PART = 192;
const MAX_KEY_BYTES = 512;
const NOTE_KEY = "…";
/** The note as a member or an item: key, quotes, colon and comma included. */
const NOTE_ROOM = 144;

interface Part {
  readonly key: string;
  readonly value: unknown;
  /** Key, colon and comma: what the part takes beside its value. */
  readonly overhead: number;
  readonly size: number;
}

/** Work is bounded by `maxBytes` too: what is beyond it is not measured, only known to be too much. */
class Fitting {
  readonly #maxBytes: number;
  readonly #sizes = new Map<object, number>();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @param room bytes of JSON; at least {@link LEAST_PART} where the value is larger than that */
  fit(value: unknown, room: number, depth = 0): unknown {
    if (typeof value === "string") return this.#size(value) <= room ? value : cutText(value, room);
    if (typeof value !== "object" || value === null) return value;
    if (depth >= MAX_DEPTH) return noteOn(value);
    if (this.#size(value) <= room) return value;
    const { parts, complete } = this.#partsWithin(value, room);
    const level = waterLevel(parts, complete ? room : room - NOTE_ROOM);
    const members = parts.map((part) => [part.key, this.fit(part.value, level, depth + 1)] as const);
    const note = complete ? undefined : noteOn(value);
    return Array.isArray(value) ? listOf(members, note) : objectOf(members, note);
  }

  /** As many members, from the first on, as have room for at least a piece of each. */
  #partsWithin(value: object, room: number): { parts: readonly Part[]; complete: boolean } {
    const parts: Part[] = [];
    let taken = 2;
    let withNote = 0;
    for (const [name, member] of membersOf(value)) {
      const key = name === undefined ? "" : cutText(name, MAX_KEY_BYTES);
      const overhead = name === undefined ? 1 : jsonBytes(key) + 2;
      const part = { key, value: member, overhead, size: this.#size(member) };
      taken += overhead + Math.min(part.size, LEAST_PART);
      if (taken > room) return { parts: parts.slice(0, withNote), complete: false };
      parts.push(part);
      if (taken + NOTE_ROOM <= room) withNote = parts.length;
    }
    return { parts, complete: true };
  }

  #size(value: unknown): number {
    if (typeof value === "string") return value.length > this.#maxBytes ? value.length : jsonBytes(value);
    if (typeof value !== "object" || value === null) return String(value).length;
    let size = this.#sizes.get(value);
    if (size === undefined) {
      size = this.#measure(value);
      this.#sizes.set(value, size);
    }
    return size;
  }

  #measure(value: object): number {
    let size = 2;
    for (const [name, member] of membersOf(value)) {
      size += (name === undefined ? 1 : this.#size(name) + 2) + this.#size(member);
      if (size > this.#maxBytes) break;
    }
    return size;
  }
}

/** The items of a list have no name. */
function membersOf(value: object): Iterable<readonly [name: string | undefined, member: unknown]> {
  return Array.isArray(value) ? itemsOf(value) : Object.entries(value);
}

function* itemsOf(list: readonly unknown[]): Generator<readonly [undefined, unknown]> {
  for (const item of list) yield [undefined, item];
}

/** The size to which the larger parts are cut, so that together they take the room that there is. */
function waterLevel(parts: readonly Part[], room: number): number {
  let left = parts.reduce((rest, { overhead }) => rest - overhead, room - 2);
  const sizes = parts.map(({ size }) => size).sort((one, other) => one - other);
  for (const [index, size] of sizes.entries()) {
    const share = Math.floor(left / (sizes.length - index));
    if (size > share) return share;
    left -= size;
  }
  return Number.POSITIVE_INFINITY;
}

type Member = readonly [key: string, value: unknown];

function listOf(members: readonly Member[], note: string | undefined): unknown[] {
  const items = members.map(([, value]) => value);
  return note === undefined ? items : [...items, note];
}

// `Object.fromEntries` defines properties, so a key `__proto__` stays a key.
function objectOf(members: readonly Member[], note: string | undefined): object {
  return Object.fromEntries(note === undefined ? members : [...members, [NOTE_KEY, note]]);
}

function noteOn(value: object): string {
  const text = stringify(value);
  if (text === undefined) return "…[trimmed: too large to be measured]";
  const sha256 = createHash("sha256").update(text, "utf8").digest("hex");
  return trimMarker(Buffer.byteLength(text, "utf8"), sha256);
}

// `undefined`: longer than the longest string that there is.
function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
