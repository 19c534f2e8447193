/** Longer texts stay texts: the agent waits while we decode, and the record keeps a piece of them at best. */
const MAX_DECODED_LENGTH = 4_000_000;

/**
 * The value that a JSON text stands for; any other text is the answer itself. Integers that a double cannot hold stay
 * texts of digits instead of being rounded.
 */
export function decodeJson(text: string): unknown {
  const value = decodeOnce(text);
  return value === undefined ? text : value;
}

/** The same, and a text in which an object or a list was encoded once more is decoded once more. */
export function decodeNestedJson(text: string): unknown {
  const value = decodeJson(text);
  return typeof value === "string" && value !== text && opensContainer(value) ? decodeJson(value) : value;
}

// Only what can start JSON is tried: a parser that fails costs an exception with a stack.
const STARTS_JSON = /^\s{0,64}(?:[[{"]|-?\d|true\b|false\b|null\b)/;

function decodeOnce(text: string): unknown {
  if (text.length > MAX_DECODED_LENGTH || !(text.startsWith("{") || STARTS_JSON.test(text))) return undefined;
  try {
    return parseJsonExactly(text);
  } catch {
    return undefined;
  }
}

/**
 * JSON.parse, but integers that a double cannot hold become texts of digits.
 *
 * @throws SyntaxError what JSON.parse throws
 */
export function parseJsonExactly(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return text.length >= 16 && LONG_INTEGER.test(text) ? JSON.parse(quoteLongIntegers(text)) : value;
}

const opensContainer = (text: string): boolean => /^\s{0,64}[[{]/.test(text);

const LONG_INTEGER = /\d{16}/;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING_OR_NUMBER = /["\d-]/g;

// Strings are passed over, so that digits inside them are left alone. The text is known to be valid JSON here. One regular
// expression for whole strings would overflow the stack at some millions of characters.
function quoteLongIntegers(text: string): string {
  let quoted = "";
  let copied = 0;
  STRING_OR_NUMBER.lastIndex = 0;
  for (let found = STRING_OR_NUMBER.exec(text); found !== null; found = STRING_OR_NUMBER.exec(text)) {
    const at = found.index;
    if (found[0] === '"') {
      STRING_OR_NUMBER.lastIndex = endOfString(text, at);
      continue;
    }
    NUMBER.lastIndex = at;
    const [token = ""] = NUMBER.exec(text) ?? [];
    STRING_OR_NUMBER.lastIndex = at + token.length;
    if (!/^-?\d{16,}$/.test(token) || Number.isSafeInteger(Number(token))) continue;
    quoted += `${text.slice(copied, at)}"${token}"`;
    copied = at + token.length;
  }
  return quoted + text.slice(copied);
}

/** The place behind the string that begins at `open`. */
function endOfString(text: string, open: number): number {
  for (let close = text.indexOf('"', open + 1); ; close = text.indexOf('"', close + 1)) {
    let backslashes = 0;
    while (text[close - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return close + 1;
  }
}
