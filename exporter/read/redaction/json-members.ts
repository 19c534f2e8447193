import { FILLER } from "./escapes.js";
import { isGivenTo, isWorkingDirectory, looksMadeUp } from "./plausible-secret.js";
import { REDACTED } from "./redaction-options.js";
import type { Hide, SearchedText, TextRule } from "./text-rule.js";

/**
 * Members with secret names in JSON that stands inside a text: a log line, arguments that were encoded twice, a document that
 * was cut off in the middle, a Python dictionary. The text is not parsed and not written anew: all but the hidden values stays
 * as it is, to the last digit.
 *
 * @param colon where a colon stands after a quoted name
 * @returns where the hidden value ends, if it is hidden
 */
export function hideMember(text: SearchedText, colon: number, hide: Hide): number | undefined {
  const { raw } = text;
  let quoteEnd = colon;
  while (colon - quoteEnd < 64 && isBlank(raw.charCodeAt(quoteEnd - 1))) quoteEnd--;
  // The quote may be escaped, once for each layer of encoding.
  let nameEnd = quoteEnd - 1;
  while (quoteEnd - nameEnd < 64 && isBackslash(raw.charCodeAt(nameEnd - 1))) nameEnd--;
  let nameStart = nameEnd;
  while (nameEnd - nameStart < MAX_NAME_LENGTH && isNameCharacter(raw.charCodeAt(nameStart - 1))) nameStart--;
  if (nameStart === nameEnd) return;
  const quote = raw.slice(nameEnd, quoteEnd);
  // `case "token":` and `x ? "secret" : y` are no members.
  if (
    /(?:\bcase|\?)\s{0,4}$/.test(
      raw.slice(Math.max(0, nameStart - quote.length - 8), nameStart - quote.length),
    )
  )
    return;
  return raw.endsWith(quote, nameStart)
    ? hideValue(text, raw.slice(nameStart, nameEnd), quote, colon + 1, hide)
    : undefined;
}

/** Lists of pairs, and of `{"name": ..., "value": ...}`. */
export const JSON_LISTS: TextRule = {
  name: "item of a list in JSON",
  literals: [],
  find(text, hide) {
    for (const [hint, start] of LISTS) {
      if (!hint.test(text.raw)) continue;
      for (const { index, 0: whole, 1: quote = "", 2: name = "" } of text.raw.matchAll(start)) {
        const after = index + whole.length;
        if (start === PAIR && (!text.isSecretKey(name) || !isSecretItem(text.raw, after, quote))) continue;
        hideValue(text, name, quote, after, hide);
      }
    }
  },
};

const PAIR = /[[(]\s{0,8}(\\*["'])([\w.$@/ -]{1,64})\1\s{0,8},\s{0,8}(?=\1)/g;

// Of two texts in brackets the second is more often another name.
function isSecretItem(raw: string, start: number, quote: string): boolean {
  const [, value = ""] = raw.slice(start, start + 256).split(quote);
  return looksMadeUp(value) || /^(?:Bearer|Basic|Token) ./i.test(value);
}

const LISTS = [
  [
    /[Vv]alue\\*["']/,
    /(?<!\\)(\\*["'])(?:[Nn]ame|[Kk]ey|header|variable)\1\s{0,8}:\s{0,8}\1([\w.$@/ -]{1,64})\1\s{0,8},\s{0,8}\1[Vv]alue\1\s{0,8}:\s{0,8}/g,
  ],
  [/[[(]\s{0,8}\\*["']/, PAIR],
] as const;

const MAX_NAME_LENGTH = 64;
/** Of `[\w.$@/ -]`. */
const isNameCharacter = (code: number) =>
  (code >= 97 && code <= 122) ||
  (code >= 64 && code <= 90) ||
  (code >= 45 && code <= 57) ||
  code === 95 ||
  code === 36 ||
  code === 32;
const isBackslash = (code: number) => code === 92 || code === 1;
const isBlank = (code: number) => code === 32 || code === 1 || (code >= 9 && code <= 13);

function hideValue(
  text: SearchedText,
  name: string,
  quote: string,
  after: number,
  hide: Hide,
): number | undefined {
  const isSecret = text.isSecretKey(name);
  if (!isSecret && !text.isWeakKey(name)) return;
  let start = after;
  while (start - after < 64 && !text.raw.startsWith(quote, start) && isBlank(text.raw.charCodeAt(start)))
    start++;
  const closed = valueEnd(text.raw, start, quote);
  const isUnclosed = closed === text.raw.length && text.raw.startsWith(quote, start) && quote !== '"';
  const end = isUnclosed ? endOfUnclosed(text.raw, start + quote.length, closed) : closed;
  const value = text.raw.slice(start, Math.min(end, start + 1024)).replaceAll(quote, "");
  const isHidden = isSecret
    ? !isWorkingDirectory(name, value)
    : isGivenTo(name, value) || isUserAndPassword(name, value);
  if (end === start || !isHidden) return;
  const isClosed =
    text.raw.startsWith(quote, start) && text.raw.endsWith(quote, end) && end - start > 2 * quote.length;
  if (isClosed) hide(start + quote.length, end - quote.length);
  else hide(start, end, asWritten(`${quote}${REDACTED}${quote}`));
  return end;
}

const asWritten = (text: string): string => text.replaceAll(FILLER, "");

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
 * quote inside the text has b + 1 more; twice as many are an escaped backslash, after which the quote closes the text. One with
 * fewer closes a text around it, in which this one has no end: it ends there.
 */
export function closingQuote(text: string, start: number, quote: string): number {
  const layer = quote.length;
  const mark = quote.slice(-1);
  for (let at = text.indexOf(mark, start); at >= 0; at = text.indexOf(mark, at + 1)) {
    let slashes = 0;
    while (at - slashes > start && isBackslash(text.charCodeAt(at - slashes - 1))) slashes++;
    if (slashes < layer - 1) return at - slashes;
    if ((slashes - layer + 1) % (2 * layer) < layer) return at + 1;
  }
  return text.length;
}

/**
 * Where a value ends whose quote is not closed before `end`: in a whole JSON document, with the text that it stands in
 * (`{"text": "password: 'x", "lines": 1}`); elsewhere at `end`, for the value may have been cut in the middle.
 */
export function endOfUnclosed(text: string, start: number, end: number): number {
  if (!/^\s{0,8}[[{]/.test(text) || !/[\]}]\s{0,8}$/.test(text.slice(-9))) return end;
  const length = text.slice(start, end).search(/"(?=[ \t]{0,8}[,}\]:])/);
  return length < 0 ? end : start + length;
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
