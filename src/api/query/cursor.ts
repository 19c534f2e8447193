/**
 * A place in a list: the keys of the last row that was shown, and the time range of the first page. Keyset pagination: however
 * far a list is read, a page costs the same, and rows that arrive meanwhile move nothing.
 */
import { option } from "../../config/option.js";
import type { TimeRange } from "./time-range.js";

export interface Cursor {
  readonly keys: readonly string[];
  readonly range: TimeRange;
  /** What the rows are sorted by; `undefined` for the list's own order. */
  readonly sort?: string | undefined;
}

/** Opaque to whoever keeps it. */
export function cursorText({ keys, range, sort }: Cursor): string {
  const { since, until } = range;
  return Buffer.from(JSON.stringify([since ?? null, until ?? null, sort ?? null, ...keys])).toString(
    "base64url",
  );
}

const isText = (value: unknown): value is string => typeof value === "string" && !value.includes("\0");
const isOptionalText = (value: unknown): value is string | null => value === null || isText(value);

export function parseCursor(text: string): Cursor | undefined {
  if (!/^[\w-]+$/.test(text)) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (!Array.isArray(parsed)) return undefined;
    const [since, until, sort, ...keys]: unknown[] = parsed;
    if (!isOptionalText(since) || !isOptionalText(until) || !isOptionalText(sort) || !keys.every(isText))
      return undefined;
    return {
      keys,
      range: { since: since ?? undefined, until: until ?? undefined },
      sort: sort ?? undefined,
    };
  } catch {
    return undefined;
  }
}

export const CURSOR_OPTION = option<Cursor>(
  { description: "Where to go on: `next` of the page before. The other parameters have to be the same." },
  { expected: "the member next of a page", fromText: parseCursor, fromCode: () => undefined },
);
