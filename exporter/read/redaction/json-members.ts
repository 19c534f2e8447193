import { REDACTED, type TextRule } from "./redaction-options.js";
import type { KeyMatcher } from "./secret-keys.js";

/**
 * Members with secret names in JSON that stands inside a text: a log line, arguments that were encoded twice, a document that
 * was cut off in the middle, a Python dictionary. The text is not parsed and not written anew: all but the hidden values
 * stays as it is, to the last digit.
 */
export const JSON_MEMBERS_RULE: TextRule = {
  name: "json-member",
  condition: (text) => text.includes(":"),
  action: hideMembers,
};

/** The quote may be escaped, once for each layer of encoding. */
const MEMBER_START = /(\\{0,7}["'])([\w.$@/ -]{1,64})\1\s{0,8}:\s{0,8}/g;

function hideMembers(text: string, isSecretKey: KeyMatcher): string {
  let kept = "";
  let from = 0;
  MEMBER_START.lastIndex = 0;
  for (let match = MEMBER_START.exec(text); match !== null; match = MEMBER_START.exec(text)) {
    const [whole, quote = "", name = ""] = match;
    if (!isSecretKey(name)) continue;
    const start = match.index + whole.length;
    const end = valueEnd(text, start, quote);
    if (end === start) continue;
    kept += `${text.slice(from, start)}${quote}${REDACTED}${quote}`;
    from = end;
    MEMBER_START.lastIndex = end;
  }
  return from === 0 ? text : kept + text.slice(from);
}

const LITERAL = /(?:true|false|null|None|True|False|undefined)\b/y;
const SCALAR = /[^\s,\]}\\"']{1,256}/y;

// A value that has no end, because the text was cut, ends with the text.
function valueEnd(text: string, start: number, quote: string): number {
  if (text.startsWith(quote, start)) return closingQuote(text, start + quote.length, quote);
  const first = text.charAt(start);
  if (first === "[" || first === "{") return closingBracket(text, start);
  LITERAL.lastIndex = start;
  if (LITERAL.test(text)) return start;
  SCALAR.lastIndex = start;
  return start + (SCALAR.exec(text)?.[0].length ?? 0);
}

// At a depth where a quote has b backslashes, a quote inside the text has b + 1 more; twice as many are an escaped
// backslash, after which the quote closes the text.
function closingQuote(text: string, start: number, quote: string): number {
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
