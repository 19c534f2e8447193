import type { Pause } from "../pause.js";
import { MalformedJson } from "./split-request.js";

/** Where an event stands in a body. */
export type EventRange = readonly [start: number, end: number];

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];
const SPACE = 0x20;
const SLICE_BYTES = 1_048_576;

/**
 * Finds the events of a body: the items of one list, or values one after the other, as lines of JSON are. Nothing is parsed, so that
 * each event can be parsed by itself, and sent on as it was written.
 *
 * @returns `undefined` where there are more than `maxEvents`
 * @throws MalformedJson
 */
export async function splitEvents(
  bytes: Buffer,
  maxEvents: number,
  pause: Pause,
): Promise<readonly EventRange[] | undefined> {
  const events: EventRange[] = [];
  let at = skipSpace(bytes, 0);
  const isList = bytes[at] === OPEN_LIST;
  if (isList) at++;
  let sliceEnd = at + SLICE_BYTES;
  for (;;) {
    at = skipSpace(bytes, at);
    if (isList && bytes[at] === CLOSE_LIST) {
      if (skipSpace(bytes, at + 1) < bytes.length)
        throw new MalformedJson("something follows the list of events");
      return events;
    }
    if (at >= bytes.length) {
      if (isList) throw new MalformedJson("the list of events does not end");
      return events;
    }
    if (isList && events.length > 0) {
      if (bytes[at] !== COMMA) throw new MalformedJson("there is no comma between two events");
      at = skipSpace(bytes, at + 1);
    }
    const end = endOfValue(bytes, at);
    if (end === at) throw new MalformedJson("it is not JSON");
    events.push([at, end]);
    if (events.length > maxEvents) return undefined;
    at = end;
    if (at > sliceEnd) {
      sliceEnd = at + SLICE_BYTES;
      await pause.due();
    }
  }
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && (bytes[at] ?? 0) <= SPACE) at++;
  return at;
}

/** Behind the value that begins here. Whether it is JSON, its parser says. */
function endOfValue(bytes: Buffer, from: number): number {
  let depth = 0;
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      at = endOfString(bytes, at) + 1;
      if (depth === 0) return at;
      continue;
    }
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      // The end of the list around a number or a word.
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && (byte <= SPACE || byte === COMMA)) return at;
    at++;
  }
  if (depth > 0) throw new MalformedJson("an event does not end");
  return at;
}

/** The place of the quote that ends the string. */
function endOfString(bytes: Buffer, open: number): number {
  for (let close = bytes.indexOf(QUOTE, open + 1); close !== -1; close = bytes.indexOf(QUOTE, close + 1)) {
    let backslashes = 0;
    while (bytes[close - 1 - backslashes] === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return close;
  }
  throw new MalformedJson("a string does not end");
}
