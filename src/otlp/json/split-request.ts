import type { Pause } from "../pause.js";

/** The JSON text cannot be an export request. */
export class MalformedJson extends Error {
  override readonly name = "MalformedJson";
}

/** It has more in it than anybody wants to hold in memory. */
export class JsonTooLarge extends Error {
  override readonly name = "JsonTooLarge";
}

export interface SplitLimits {
  /** Values in the whole request: members of objects, items of lists. */
  readonly maxValues: number;
  /** Values in one span or log record, which is parsed in one go. */
  readonly maxItemValues: number;
  /** Values around the items of one resource, or around the groups, likewise. */
  readonly maxGroupValues: number;
}

/** The names of the lists that lead to what a request has many of. */
export interface SignalNames {
  readonly groups: string;
  /** The second is that of exporters before 2022. */
  readonly scopes: readonly string[];
  readonly items: string;
}

export const TRACE_NAMES: SignalNames = {
  groups: "resourceSpans",
  scopes: ["scopeSpans", "instrumentationLibrarySpans"],
  items: "spans",
};

export const LOG_NAMES: SignalNames = {
  groups: "resourceLogs",
  scopes: ["scopeLogs", "instrumentationLibraryLogs"],
  items: "logRecords",
};

/** Where a span or log record stands; `undefined` when it has too many values to be parsed in one go. */
export type ItemRange = readonly [start: number, end: number] | undefined;

export interface SplitRequest {
  /** The request, with a number in place of each resource group: its place in `groups`. */
  readonly outer: string;
  /** Each resource group as text, with a number in place of each item: its place in `items`. */
  readonly groups: readonly string[];
  readonly items: readonly ItemRange[];
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Levels of nesting at which the lists of groups and of items stand: request, groups, group, scopes, scope, items. */
const GROUPS = 2;
const ITEMS = 6;
const LONGEST_NAME = 32;
const SLICE_BYTES = 1_048_576;

/**
 * Cuts a request into pieces that can be parsed one after the other, without parsing anything: one call of `JSON.parse` for all
 * would hold the process for as long as its sender likes. Whether the pieces are JSON, their parser says.
 *
 * @throws MalformedJson
 * @throws JsonTooLarge
 */
export async function splitRequest(
  bytes: Buffer,
  names: SignalNames,
  limits: SplitLimits,
  pause: Pause,
): Promise<SplitRequest> {
  const splitter = new Splitter(bytes, names, limits);
  while (splitter.scan(SLICE_BYTES)) await pause.due();
  return splitter.result();
}

class Splitter {
  readonly #bytes: Buffer;
  /** By the level of the object that has them. */
  readonly #names: Readonly<Record<number, readonly string[]>>;
  readonly #limits: SplitLimits;
  readonly #groups: string[] = [];
  readonly #items: ItemRange[] = [];
  readonly #outer = new Piece();
  #group: Piece | undefined;
  #item: Piece | undefined;
  #values = 0;
  #at = 0;
  #depth = 0;
  #afterColon = false;
  /** How many levels, from the outside, lead to the items: 0 in the request, 6 in a list of items. */
  #onPath = 0;
  #name = "";

  constructor(bytes: Buffer, { groups, scopes, items }: SignalNames, limits: SplitLimits) {
    this.#bytes = bytes;
    this.#names = { 1: [groups], 3: scopes, 5: [items] };
    this.#limits = limits;
  }

  /** Reads on, at least so many bytes; `false` at the end. */
  scan(length: number): boolean {
    const bytes = this.#bytes;
    const end = Math.min(this.#at + length, bytes.length);
    while (this.#at < end) {
      const byte = bytes[this.#at] ?? 0;
      if (byte === COMMA) this.#comma();
      else if (byte === COLON) this.#afterColon = true;
      else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) this.#close();
      else if (byte > 0x20) this.#value(byte);
      this.#at++;
    }
    return this.#at < bytes.length;
  }

  result(): SplitRequest {
    if (this.#depth !== 0) throw new MalformedJson("it is not JSON");
    return {
      outer: this.#outer.text(this.#bytes, this.#bytes.length),
      groups: this.#groups,
      items: this.#items,
    };
  }

  #value(byte: number): void {
    this.#begin();
    if (byte === QUOTE) {
      const close = endOfString(this.#bytes, this.#at);
      const isName = !this.#afterColon && this.#onPath === this.#depth && this.#depth in this.#names;
      if (isName)
        this.#name =
          close - this.#at > LONGEST_NAME ? "" : this.#bytes.toString("latin1", this.#at + 1, close);
      this.#at = close;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      this.#count();
      const isList = byte === OPEN_LIST;
      const leads = isList
        ? (this.#names[this.#depth]?.includes(this.#name) ?? false)
        : this.#depth % 2 === 0;
      if (this.#onPath === this.#depth && leads && this.#depth < ITEMS) this.#onPath++;
      this.#depth++;
    }
    this.#afterColon = false;
  }

  /** Where a value begins, a group or an item may. */
  #begin(): void {
    if (this.#onPath !== this.#depth) return;
    if (this.#depth === GROUPS && this.#group === undefined) {
      this.#outer.cut(this.#bytes, this.#at, this.#groups.length);
      this.#group = new Piece(this.#at);
    }
    if (this.#depth === ITEMS && this.#item === undefined) {
      this.#group?.cut(this.#bytes, this.#at, this.#items.length);
      this.#item = new Piece(this.#at);
    }
  }

  /** A comma, or the end of the list, ends the group or item that stands there. */
  #end(): void {
    if (this.#onPath !== this.#depth) return;
    if (this.#depth === ITEMS && this.#item !== undefined) {
      const isSmall = this.#item.values <= this.#limits.maxItemValues;
      this.#items.push(isSmall ? [this.#item.from, this.#at] : undefined);
      if (this.#group !== undefined) this.#group.from = this.#at;
      this.#item = undefined;
    }
    if (this.#depth === GROUPS && this.#group !== undefined) {
      this.#groups.push(this.#group.text(this.#bytes, this.#at));
      this.#outer.from = this.#at;
      this.#group = undefined;
    }
  }

  #comma(): void {
    this.#end();
    this.#count();
    this.#afterColon = false;
  }

  #close(): void {
    this.#end();
    if (--this.#depth < 0) throw new MalformedJson("it is not JSON");
    if (this.#onPath > this.#depth) {
      this.#onPath = this.#depth;
      this.#name = "";
    }
  }

  #count(): void {
    const piece = this.#item ?? this.#group ?? this.#outer;
    piece.values++;
    // An item that is too large is left out; without a group or the whole there is nothing to read.
    if (
      ++this.#values > this.#limits.maxValues ||
      (piece !== this.#item && piece.values > this.#limits.maxGroupValues)
    )
      throw new JsonTooLarge("it has too many parts");
  }
}

/** Text that is being collected, with numbers where others are cut out. */
class Piece {
  readonly #parts: string[] = [];
  /** Where what is not collected yet begins. */
  from: number;
  values = 0;

  constructor(from = 0) {
    this.from = from;
  }

  cut(bytes: Buffer, at: number, place: number): void {
    this.#parts.push(bytes.toString("utf8", this.from, at), String(place));
    this.values++;
  }

  text(bytes: Buffer, end: number): string {
    return this.#parts.join("") + bytes.toString("utf8", this.from, end);
  }
}

/** The place of the quote that ends the string. */
function endOfString(bytes: Buffer, open: number): number {
  for (let close = bytes.indexOf(QUOTE, open + 1); close !== -1; close = bytes.indexOf(QUOTE, close + 1)) {
    let backslashes = 0;
    while (bytes[close - 1 - backslashes] === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return close;
  }
  throw new MalformedJson("it is not JSON");
}
