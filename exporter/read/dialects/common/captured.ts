import { plainJson } from "../../../../src/internal/plain-json.js";
import { decodeJson, decodeNestedJson } from "./decode-json.js";
import { decodePython } from "./decode-python.js";

/** The span says that there was a value, and not what it was: content capture was off, or somebody masked it. */
export const HIDDEN: unique symbol = Symbol("hidden");

/** What was recorded of a value: JSON, {@link HIDDEN}, or `undefined` where there was none. */
export type Captured = unknown;

/** What OpenInference writes where a value is hidden. */
export const OPENINFERENCE_MASK = "__REDACTED__";

/**
 * What an attribute captured. JSON text is decoded, also where an object was encoded twice; a structured value is copied, so
 * that nobody who changes it later changes the event.
 */
export function captured(value: unknown): Captured {
  return capture(value, decodeNestedJson);
}

/** The same for a writer that encodes exactly once: what looks like JSON inside is what the tool gave. */
export function capturedOnce(value: unknown): Captured {
  return capture(value, decodeJson);
}

let longestContent = Number.POSITIVE_INFINITY;

/** So many characters of what other programs recorded are decoded at least: it may say that the call failed. */
export const LONGEST_FOREIGN = 400_000;

/** What {@link capturedContent} and {@link capturedContentOnce} read in `work` stays a text where it has more characters. */
export function decodingContentsUpTo<Result>(length: number, work: () => Result): Result {
  const before = longestContent;
  longestContent = length;
  try {
    return work();
  } finally {
    longestContent = before;
  }
}

/** {@link captured} of arguments and results, also as Python writes a dictionary or a list: those that a thread of its own decodes stay texts. */
export function capturedContent(value: unknown): Captured {
  if (isKeptAsText(value, Math.max(longestContent, LONGEST_FOREIGN))) return value;
  const read = captured(value);
  return typeof read === "string" ? decodePython(read) : read;
}

/** {@link capturedOnce} of arguments and results. */
export const capturedContentOnce = (value: unknown): Captured =>
  isKeptAsText(value, longestContent) ? value : capturedOnce(value);

const isKeptAsText = (value: unknown, longest: number): boolean =>
  typeof value === "string" && value.length > longest;

/** The same for a text that may be no JSON: only what is an object or a list beyond doubt is decoded. */
export function capturedText(value: unknown): Captured {
  return capture(value, (text) => {
    const decoded = decodeJson(text);
    return typeof decoded === "object" && decoded !== null ? decoded : text;
  });
}

function capture(value: unknown, decode: (text: string) => unknown): Captured {
  if (value === undefined) return undefined;
  if (value === OPENINFERENCE_MASK) return HIDDEN;
  return typeof value === "string" ? decode(value) : plainJson(value);
}
