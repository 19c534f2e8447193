import { createHash } from "node:crypto";

/** What distinguishes two errors stands at the beginning; what comes later is a stack or a quotation. */
const MAX_CHARS = 1_000;

/**
 * What differs between two messages of one error, in the order in which it is taken out. A path is found before the
 * numbers in it, and a quotation before the path in it.
 */
const VARYING: readonly (readonly [RegExp, string])[] = [
  // As GNU's programs and shells quote: `so', also with apostrophes in it, to the end of the line or to the first that a word does not go on after.
  [/`[^`\n]*'(?=[ \t]*$)|`[^`\n]*?'(?=[\s.,:;)])/gm, "?"],
  [/"[^"\n]*"|`[^`\n]*`|“[^”\n]*”|«[^»\n]*»/g, "?"],
  // An apostrophe inside a word opens nothing: "can't find user's file".
  [/(?<![\p{L}\p{N}])'[^'\n]*'(?![\p{L}\p{N}])/gu, "?"],
  [/[a-z][a-z0-9+.-]{1,20}:\/\/[^\s,;)\]}>]+/gi, "?"],
  // A Windows path, an absolute one, and one with a folder in it.
  [/(?<![\w?])[a-z]:\\[^\s,;:)\]}>]*/gi, "?"],
  [/(?<![\w?])[\w.~@-]*\/[^\s,;:)\]}>]*/g, "?"],
  [/[\w.+-]+@[\w-]+\.[\w.-]+/g, "?"],
  // Numbers, versions, times, ids: every word with a digit in it, and what hangs on it by dots, dashes and colons.
  [/[+-]?[\p{L}_]*\d[\p{L}\p{N}_]*(?:[.:-][\p{L}\p{N}_]+)*%?/gu, "?"],
  // Lists of any length are one list.
  [/\?(?:[\s,;|x×-]*\?)+/g, "?"],
  [/\s+/g, " "],
];

/**
 * Errors that differ only in numbers, ids, paths and quotations have the same group: 16 hex digits of the SHA-256 of what
 * the message says without them. `undefined` where there is no message.
 *
 * Stored as `error_group`, so that a thousand failures read as the dozen errors that they are.
 */
export function errorGroup(message: string | undefined): string | undefined {
  if (message === undefined) return undefined;
  const pattern = errorPattern(message);
  if (pattern === "") return undefined;
  return createHash("sha256").update(pattern, "utf8").digest("hex").slice(0, 16);
}

/** The message without what varies, in lower case. */
export function errorPattern(message: string): string {
  let pattern = message.slice(0, MAX_CHARS);
  for (const [varying, mark] of VARYING) pattern = pattern.replace(varying, mark);
  return pattern.trim().toLowerCase();
}
