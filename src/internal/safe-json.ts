/**
 * JSON text of anything whatsoever. The promise:
 *
 * - It never throws, and what it returns is always JSON that parses.
 * - It is never longer than `maxBytes` of UTF-8.
 * - Its work is bounded by `maxBytes` and by a number of values too, not by the size of what it is given. What fits is written in
 *   full; what does not is written with a fair share for each part, so that a huge file content does not push out the short path
 *   beside it, and cut further where it has very many small parts: the agent waits for it. (Naming the keys of one object is a
 *   single step of the engine, 0.3 µs a key, which nobody can bound; it is taken once, see {@link ManyKeys}.)
 *
 * What JSON has no form for is given one, see {@link plainForm}.
 */
import { MAX_RECORD_BYTES } from "../event/limits.js";
import { JsonWriter, TOO_LARGE } from "./json-writer.js";
import { ManyKeys } from "./many-keys.js";
import { PlainData } from "./plain-data.js";

export interface JsonLimits {
  /** Most bytes of UTF-8 that the text may have. Less than 64 counts as 64. Default 950,000. */
  readonly maxBytes?: number;
  /** How many levels of arrays and objects are written. Default 200, which is less than the contract stores. */
  readonly maxDepth?: number;
  /** How many items of one array or object are written. Default: as many as fit. */
  readonly maxItems?: number;
}

/** A result of 900 kB travels whole, and names, ids and parameters have 50 kB of the record beside it. */
const DEFAULT_MAX_BYTES = MAX_RECORD_BYTES - 50_000;
const LEAST_MAX_BYTES = 64;
const DEFAULT_MAX_DEPTH = 200;

export function toJson(value: unknown, limits: JsonLimits = {}): string {
  if (typeof value === "boolean" || value === null || value === undefined) return String(value ?? null);
  const { maxBytes = DEFAULT_MAX_BYTES, maxDepth = DEFAULT_MAX_DEPTH, maxItems = Infinity } = limits;
  const bytes = Math.max(maxBytes, LEAST_MAX_BYTES);
  const keys = new ManyKeys();
  const small = writeWhole(value, bytes, maxDepth, maxItems, keys, MAX_NODES_SMALL);
  if (small !== undefined) return small;
  const data = new PlainData(bytes * ESTIMATE_MARGIN, keys);
  if (maxItems === Infinity) {
    const text = plainText(value, bytes, maxDepth, data);
    if (text !== undefined) return text;
  }
  // Where it is known to be too large, writing it whole is not tried.
  const whole = data.isTooLarge
    ? undefined
    : writeWhole(value, bytes, maxDepth, maxItems, keys, MAX_NODES_WHOLE);
  return whole ?? writeFair(value, roomFor(data, bytes), maxDepth, maxItems, keys);
}

/** How much longer than estimated a text may turn out to be. */
const ESTIMATE_MARGIN = 1.25;

/** The usual value has fewer, and each of its getters is read once. */
const MAX_NODES_SMALL = 1_000;
/** Values that are written one by one: the agent waits for it, some 0.4 µs each. */
const MAX_NODES_WHOLE = 25_000;
const MAX_NODES_FAIR = 8_000;
const LEAST_FAIR_BYTES = 65_536;

/** As many bytes as these values have on average that were looked at: few of long texts, many of numbers. */
function roomFor({ size, nodes }: PlainData, bytes: number): number {
  const room = nodes === 0 ? bytes : (size / nodes) * MAX_NODES_FAIR;
  return Math.min(bytes, Math.max(Math.floor(room), LEAST_FAIR_BYTES));
}

/** What is only data the engine writes ten times as fast, and the same. */
function plainText(value: unknown, bytes: number, depth: number, data: PlainData): string | undefined {
  try {
    const text = data.holds(value, depth) ? JSON.stringify(value) : undefined;
    return text !== undefined && fits(text, bytes) ? text : undefined;
  } catch {
    // A circle, or a proxy that throws: the writer knows what to do with it.
    return undefined;
  }
}

function writeWhole(
  value: unknown,
  bytes: number,
  depth: number,
  items: number,
  keys: ManyKeys,
  nodes: number,
): string | undefined {
  try {
    const text = new JsonWriter("whole", depth, items, keys.of, nodes).write(value, bytes);
    return fits(text, bytes) ? text : undefined;
  } catch (error) {
    return error === TOO_LARGE ? undefined : UNWRITABLE;
  }
}

function writeFair(value: unknown, bytes: number, depth: number, items: number, keys: ManyKeys): string {
  try {
    const text = new JsonWriter("fair", depth, items, keys.of).write(value, bytes);
    return fits(text, bytes) ? text : UNWRITABLE;
  } catch {
    return UNWRITABLE;
  }
}

// Only the host's own stack or memory running out leads here: everything else is caught where it is read.
const UNWRITABLE = '"[cannot be written as JSON]"';

// A UTF-16 unit has at most three bytes in UTF-8, so short texts need no counting.
const fits = (text: string, bytes: number): boolean =>
  text.length * 3 <= bytes || Buffer.byteLength(text, "utf8") <= bytes;
