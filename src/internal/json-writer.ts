import { createHash } from "node:crypto";
import { trimMarker } from "../event/limits.js";
import type { KeysOf, ListForm, PlainForm, RecordForm } from "./plain-form.js";
import { formOfAnything, readAnything } from "./read-anything.js";

/** Thrown by a writer in `whole` mode, the moment that it knows that not everything fits. */
export const TOO_LARGE: unique symbol = Symbol("too large");

/** `whole`: everything or {@link TOO_LARGE}; `fair`: cuts, with a share of the room for each part. */
export type WriteMode = "whole" | "fair";

/** How many parts, the next one included, the rest of a container's room is divided between. */
const SHARES = 8;
/** Below this a part is left out: room for a comma, a short key, and a number or a cut text. */
const LEAST_ROOM = 64;
/** Kept free at the end of each container for the note that says how much was left out. */
const NOTE_ROOM = 48;
const MAX_KEY_BYTES = 1_024;

/**
 * Writes one value as JSON text. `write` returns a text that takes no more than the room it is given: UTF-16 units in
 * `whole` mode, where the caller counts the bytes of the result once, and bytes of UTF-8 in `fair` mode.
 */
export class JsonWriter {
  readonly #fair: boolean;
  readonly #maxDepth: number;
  readonly #maxItems: number;
  /** The containers around the value that is being written: meeting one of them again is a circle. */
  readonly #ancestors: object[] = [];
  readonly #cutter = new JsonTextCutter();
  readonly #keysOf: KeysOf;
  #nodesLeft: number;

  /** @param maxNodes values after which `whole` mode gives up */
  constructor(
    mode: WriteMode,
    maxDepth: number,
    maxItems: number,
    keysOf: KeysOf,
    maxNodes = Number.POSITIVE_INFINITY,
  ) {
    this.#nodesLeft = maxNodes;
    this.#keysOf = keysOf;
    this.#fair = mode === "fair";
    this.#maxDepth = maxDepth;
    this.#maxItems = maxItems;
  }

  write(value: unknown, room: number): string {
    if (this.#nodesLeft-- <= 0) throw TOO_LARGE;
    if (typeof value === "string") return this.#text(value, room);
    if (typeof value === "number") return Number.isFinite(value) ? String(value) : `"${value}"`;
    if (typeof value === "boolean") return value ? "true" : "false";
    if (value === null || value === undefined) return "null";
    return typeof value === "object"
      ? this.#object(value, room)
      : this.#form(formOfAnything(value, this.#keysOf), room);
  }

  #object(value: object, room: number): string {
    if (this.#ancestors.includes(value)) return '"[circular]"';
    if (this.#ancestors.length >= this.#maxDepth) return '"[nested too deep]"';
    this.#ancestors.push(value);
    const text = this.#form(formOfAnything(value, this.#keysOf), room);
    this.#ancestors.pop();
    return text;
  }

  #form(form: PlainForm, room: number): string {
    if (form.is === "primitive") return this.write(form.value, room);
    if (this.#fair && room < LEAST_ROOM + NOTE_ROOM) return form.is === "list" ? '["…"]' : '{"…":"…"}';
    return form.is === "list" ? this.#list(form, room) : this.#record(form, room);
  }

  #list(form: ListForm, room: number): string {
    const { length } = form;
    if (!this.#fair && length * 2 > room) throw TOO_LARGE;
    let left = this.#inner(room);
    const items: string[] = [];
    for (let index = 0; index < length; index++) {
      if (this.#mustStop(index, left)) {
        items.push(`"… ${length - index} more"`);
        break;
      }
      const item = this.write(readAnything(form.at, index), this.#share(left, length - index));
      items.push(item);
      left -= this.#size(item) + 1;
    }
    return `[${items.join(",")}]`;
  }

  #record({ keys, get }: RecordForm, room: number): string {
    let left = this.#inner(room);
    let text = "{";
    let written = 0;
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string;
      if (this.#mustStop(written, left)) return `${text}${comma(written)}"…":"${keys.length - index} more"}`;
      const value = readAnything(get, key);
      // As JSON.stringify does: a property that is undefined is not there.
      if (value === undefined) continue;
      const name = `${comma(written)}${this.#key(key, left)}:`;
      left -= this.#size(name);
      const item = this.write(value, this.#share(left, keys.length - index));
      left -= this.#size(item);
      text += name + item;
      written++;
    }
    return `${text}}`;
  }

  #text(text: string, room: number): string {
    if (this.#fair) return this.#cutter.cut(text, room);
    if (text.length + 2 > room) throw TOO_LARGE;
    return JSON.stringify(text);
  }

  #key(key: string, left: number): string {
    return this.#fair ? this.#cutter.cut(key, Math.min(MAX_KEY_BYTES, left / 4)) : this.#text(key, left);
  }

  #mustStop(written: number, left: number): boolean {
    if (this.#fair) return written >= this.#maxItems || left < LEAST_ROOM;
    if (left < 0) throw TOO_LARGE;
    return written >= this.#maxItems;
  }

  #inner(room: number): number {
    return this.#fair ? room - 2 - NOTE_ROOM : room - 2;
  }

  #share(left: number, parts: number): number {
    return this.#fair ? left / Math.min(parts, SHARES) : left;
  }

  #size(text: string): number {
    return this.#fair ? Buffer.byteLength(text, "utf8") : text.length;
  }
}

const comma = (written: number): string => (written === 0 ? "" : ",");

/** What one cutter hashes at most: SHA-256 takes 1 to 3 ms a million characters, and the agent waits for it. */
const MAX_HASHED_CHARACTERS = 2_000_000;
/** Where there is no room for a marker beside a useful piece of the text, an ellipsis stands at the cut. */
const LEAST_ROOM_WITH_MARKER = 256;
/** JSON writes a control character or a lone surrogate as six. */
const WORST_ESCAPE = 6;
const ATTEMPTS = 3;

/**
 * Writes strings as JSON, cut where they are longer than their room. At the cut stands how much there was, and its
 * SHA-256, as `trimText` writes it; once the cutter has hashed its share, only how much there was.
 */
export class JsonTextCutter {
  #hashable = MAX_HASHED_CHARACTERS;

  /** @param room most bytes of UTF-8, quotes included; at least 5 */
  cut(text: string, room: number): string {
    if (text.length + 2 <= room) {
      const whole = JSON.stringify(text);
      if (whole.length * 3 <= room || Buffer.byteLength(whole, "utf8") <= room) return whole;
    }
    const marker = room < LEAST_ROOM_WITH_MARKER ? "…" : this.#marker(text);
    const space = room - Buffer.byteLength(marker, "utf8") - 2;
    return `"${escapedPrefix(text, space)}${marker}"`;
  }

  #marker(text: string): string {
    if (text.length > this.#hashable) return `…[trimmed: ${text.length} characters]`;
    this.#hashable -= text.length;
    const sha256 = createHash("sha256").update(text, "utf8").digest("hex");
    return trimMarker(Buffer.byteLength(text, "utf8"), sha256);
  }
}

// How many bytes a piece takes once it is escaped shows only when it is: so try, and try again with what fits in proportion. To begin with
// pieces from here and there say how much that will be, because a whole attempt takes the agent milliseconds.
function escapedPrefix(text: string, space: number): string {
  let characters = Math.floor(space);
  if (characters > SAMPLED) characters = Math.floor((characters * SAMPLED) / sampledBytes(text, characters));
  for (let attempt = 0; attempt < ATTEMPTS && characters > 0; attempt++) {
    const piece = escaped(text, characters);
    const bytes = Buffer.byteLength(piece, "utf8");
    if (bytes <= space) return piece;
    characters = Math.floor((characters * space) / bytes);
  }
  return escaped(text, Math.floor(space / WORST_ESCAPE));
}

const SAMPLES = 32;
const SAMPLE_CHARACTERS = 128;
const SAMPLED = SAMPLES * SAMPLE_CHARACTERS;

/** What as many characters as are sampled take, escaped, from all over the first ones; a little more, so that the attempt fits. */
function sampledBytes(text: string, characters: number): number {
  const step = Math.floor((characters - SAMPLE_CHARACTERS) / (SAMPLES - 1));
  let bytes = 0;
  for (let at = 0, sample = 0; sample < SAMPLES; sample++, at += step)
    bytes += Buffer.byteLength(JSON.stringify(text.slice(at, at + SAMPLE_CHARACTERS)), "utf8") - 2;
  return Math.max(bytes, SAMPLED) * SAMPLE_MARGIN;
}

const SAMPLE_MARGIN = 1.01;

function escaped(text: string, characters: number): string {
  const end = isHighSurrogate(text.charCodeAt(characters - 1)) ? characters - 1 : characters;
  return JSON.stringify(text.slice(0, Math.max(end, 0))).slice(1, -1);
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
