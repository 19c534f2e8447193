import { isWorkingDirectory, looksGenerated } from "./plausible-secret.js";
import { REDACTED } from "./redaction-options.js";
import { isWeakName } from "./secret-keys.js";
import type { SearchedText, TextRule } from "./text-rule.js";

/**
 * Members with secret names in JSON that stands inside a text: a log line, arguments that were encoded twice, a document that
 * was cut off in the middle, a Python dictionary, a list of pairs or of `{"name": ..., "value": ...}`. The text is not parsed
 * and not written anew: all but the hidden values stays as it is, to the last digit.
 */
export const JSON_MEMBERS: TextRule = {
  name: "member of JSON",
  literals: [],
  find(text, hide) {
    MEMBER_START.lastIndex = 0;
    for (let match = MEMBER_START.exec(text.raw); match !== null; match = MEMBER_START.exec(text.raw)) {
      const { name, quote } = nameAndQuote(match);
      const start = match.index + match[0].length;
      const end = valueEnd(text.raw, start, quote);
      if (!isHidden(text, name, start, end, quote)) continue;
      hide(start, end, `${quote}${REDACTED}${quote}`);
      MEMBER_START.lastIndex = end;
    }
  },
};

// The quote may be escaped, once for each layer of encoding. Three forms: a member; a member `name` and one `value` after it;
// the first of two items in brackets.
const NAME = "([\\w.$@/ -]{1,64})";
const MEMBER_START = new RegExp(
  [
    `(\\\\{0,7}["'])(?:[Nn]ame|[Kk]ey|header|variable)\\1\\s{0,8}:\\s{0,8}\\1${NAME}\\1\\s{0,8},\\s{0,8}\\1[Vv]alue\\1\\s{0,8}:\\s{0,8}`,
    `(\\\\{0,7}["'])${NAME}\\3\\s{0,8}:\\s{0,8}`,
    `[[(]\\s{0,8}(\\\\{0,7}["'])${NAME}\\5\\s{0,8},\\s{0,8}(?=\\5)`,
  ].join("|"),
  "g",
);

function nameAndQuote(match: RegExpExecArray): { name: string; quote: string } {
  return { name: match[2] ?? match[4] ?? match[6] ?? "", quote: match[1] ?? match[3] ?? match[5] ?? "" };
}

function isHidden(
  { raw, isSecretKey }: SearchedText,
  name: string,
  start: number,
  end: number,
  quote: string,
): boolean {
  if (end === start) return false;
  const isSecret = isSecretKey(name);
  if (!isSecret && !isWeakName(name)) return false;
  const value = raw.slice(start, Math.min(end, start + 1024)).replaceAll(quote, "");
  return isSecret
    ? !isWorkingDirectory(name, value)
    : looksGenerated(value) || isUserAndPassword(name, value);
}

/** Docker's `"auth": "dXNlcjpwYXNz"`: base64 of a user and a password. */
function isUserAndPassword(name: string, value: string): boolean {
  return (
    /auth$/i.test(name) &&
    /^[\w+/]{6,}={0,2}$/.test(value) &&
    /^[\x20-\x7e]+:[\x20-\x7e]+$/.test(Buffer.from(value, "base64").toString("latin1"))
  );
}

const LITERAL = /(?:true|false|null|None|True|False|undefined)\b/y;
const SCALAR = /[^\s,\]}\\"']{1,256}/y;

// A value that has no end, because the text was cut, ends with the text.
function valueEnd(text: string, start: number, quote: string): number {
  if (text.startsWith(quote, start)) return closingQuote(text, start + quote.length, quote);
  // Python's b'x'.
  if (/[bur]/.test(text.charAt(start)) && text.startsWith(quote, start + 1))
    return closingQuote(text, start + 1 + quote.length, quote);
  const first = text.charAt(start);
  if (first === "[" || first === "{") return closingBracket(text, start);
  LITERAL.lastIndex = start;
  if (LITERAL.test(text)) return start;
  SCALAR.lastIndex = start;
  return start + (SCALAR.exec(text)?.[0].length ?? 0);
}

/**
 * Where the quote ends that closes what `quote` opened, or the end of the text. At a depth where a quote has b backslashes, a
 * quote inside the text has b + 1 more; twice as many are an escaped backslash, after which the quote closes the text.
 */
export function closingQuote(text: string, start: number, quote: string): number {
  const layer = quote.length;
  for (let at = text.indexOf(quote, start); at >= 0; at = text.indexOf(quote, at + quote.length)) {
    let slashes = 0;
    while (at - slashes > start && text.charAt(at - slashes - 1) === "\\") slashes++;
    if (slashes % (2 * layer) < layer) return at + quote.length;
  }
  return text.length;
}

// Brackets inside texts may be unbalanced; then a little more, or all of the rest, is hidden.
function closingBracket(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "[" || character === "{") depth++;
    else if ((character === "]" || character === "}") && --depth === 0) return at + 1;
  }
  return text.length;
}
