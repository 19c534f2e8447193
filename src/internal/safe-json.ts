/**
 * JSON text of anything whatsoever. The promise:
 *
 * - It never throws, and what it returns is always JSON that parses.
 * - It is never longer than `maxBytes` of UTF-8.
 * - Its work is bounded by `maxBytes` too, not by the size of what it is given: first everything is written in full; as
 *   soon as that does not fit, it stops and writes again with a fair share for each part, so that a huge file content
 *   does not push out the short path beside it. (Reading the keys of one object is a single step of the engine, which
 *   nobody can bound.)
 *
 * What JSON has no form for is given one, see {@link plainForm}.
 */
import { MAX_RECORD_BYTES } from "../event/limits.js";
import { JsonWriter, TOO_LARGE } from "./json-writer.js";

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
  if (bytes > DEFAULT_MAX_BYTES && maxItems === Infinity) {
    const text = plainText(value, bytes, maxDepth);
    if (text !== undefined) return text;
  }
  return writeWhole(value, bytes, maxDepth, maxItems) ?? writeFair(value, bytes, maxDepth, maxItems);
}

/** What is only data the engine writes ten times as fast, and the same; that counts where it may be megabytes. */
function plainText(value: unknown, bytes: number, depth: number): string | undefined {
  try {
    const text = isPlainData(value, depth) ? JSON.stringify(value) : undefined;
    return text !== undefined && fits(text, bytes) ? text : undefined;
  } catch {
    // A circle, or a proxy that throws: the writer knows what to do with it.
    return undefined;
  }
}

/** Plain objects and arrays of texts, finite numbers, booleans, null and undefined, no more than `levels` deep. */
function isPlainData(value: unknown, levels: number): boolean {
  if (typeof value === "string" || typeof value === "boolean" || value === null || value === undefined)
    return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || levels <= 0) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value)) {
    if (prototype !== Array.prototype) return false;
    for (let index = 0; index < value.length; index++)
      if (!isPlainData(value[index], levels - 1)) return false;
    return !("toJSON" in value);
  }
  if ((prototype !== Object.prototype && prototype !== null) || "toJSON" in value) return false;
  for (const key in value)
    if (!isPlainData((value as Readonly<Record<string, unknown>>)[key], levels - 1)) return false;
  return true;
}

function writeWhole(value: unknown, bytes: number, depth: number, items: number): string | undefined {
  try {
    const text = new JsonWriter("whole", depth, items).write(value, bytes);
    return fits(text, bytes) ? text : undefined;
  } catch (error) {
    return error === TOO_LARGE ? undefined : UNWRITABLE;
  }
}

function writeFair(value: unknown, bytes: number, depth: number, items: number): string {
  try {
    const text = new JsonWriter("fair", depth, items).write(value, bytes);
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
