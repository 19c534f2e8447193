/** Longer texts stay texts: the agent waits while we decode, and the record keeps a piece of them at best. */
const MAX_DECODED_LENGTH = 4_000_000;

/**
 * The value that a JSON text stands for; any other text is the answer itself. Numbers that a double cannot hold stay texts of digits
 * instead of being rounded. An object or a list that ends in the middle was cut before it came here, as SDKs do by
 * `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`: it stays a text, with {@link CUT_MARK} behind it.
 *
 * @param longest longer texts stay texts
 */
export function decodeJson(text: string, longest = MAX_DECODED_LENGTH): unknown {
  const value = decodeOnce(text, longest);
  return value === undefined ? text : value;
}

/** The same, and a text in which an object or a list was encoded once more is decoded once more. */
export function decodeNestedJson(text: string, longest = MAX_DECODED_LENGTH): unknown {
  const value = decodeJson(text, longest);
  return typeof value === "string" && value !== text && opensContainer(value)
    ? decodeJson(value, longest)
    : value;
}

// Only what can start JSON is tried: a parser that fails costs an exception with a stack.
const STARTS_JSON = /^\s{0,64}(?:[[{"]|-?\d|true\b|false\b|null\b)/;

function decodeOnce(text: string, longest: number): unknown {
  if (text.length > longest || !(text.startsWith("{") || STARTS_JSON.test(text))) return undefined;
  try {
    return parseJsonExactly(text);
  } catch (error) {
    return endsInTheMiddle(text, error) ? `${text}${CUT_MARK}` : undefined;
  }
}

/** Stands behind a text of which only the beginning was recorded. */
export const CUT_MARK = "…[cut before it was recorded]";

/** The least limit that anybody sets; a shorter text is somebody's brackets. */
const MIN_CUT_LENGTH = 16;

// V8 says where it stopped: at the end of the text, or in a text without its end.
function endsInTheMiddle(text: string, error: unknown): boolean {
  if (text.length < MIN_CUT_LENGTH || !opensContainer(text) || !(error instanceof SyntaxError)) return false;
  const at = / at position (\d+)/.exec(error.message)?.[1];
  return /^Unexpected end of JSON|^Unterminated string/.test(error.message) || Number(at) === text.length;
}

/**
 * JSON.parse, but numbers that a double cannot hold become texts of digits: integers beyond 2^53, numbers with more than 17 digits, and
 * those beyond its range (`1e400`).
 *
 * @throws SyntaxError what JSON.parse throws
 */
export function parseJsonExactly(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return LONG_NUMBER.test(text) ? JSON.parse(quoteLongNumbers(text)) : value;
}

const opensContainer = (text: string): boolean => /^\s{0,64}[[{]/.test(text);

// Digits in a row, also around a dot, or an exponent of three digits: what else a double holds.
const LONG_NUMBER = /\d{16}|\d{8,}\.\d{8,}|\d\.\d{15}|\d[eE][+-]?\d{3}/;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING_OR_NUMBER = /["\d-]/g;

// Strings are passed over, so that digits inside them are left alone. The text is known to be valid JSON here. One regular
// expression for whole strings would overflow the stack at some millions of characters.
function quoteLongNumbers(text: string): string {
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
    if (isHeld(token)) continue;
    quoted += `${text.slice(copied, at)}"${token}"`;
    copied = at + token.length;
  }
  return quoted + text.slice(copied);
}

/** Whether a double is the number that these digits say, or the nearest that a program could have meant: 17 digits name any double. */
function isHeld(token: string): boolean {
  const number = Number(token);
  if (/^-?\d+$/.test(token)) return token.length < 16 || Number.isSafeInteger(number);
  const digits = token
    .replace(/[eE].*$/, "")
    .replace(/[-.]/g, "")
    .replace(/^0+/, "")
    .replace(/0+$/, "");
  return Number.isFinite(number) && digits.length <= 17 && (number !== 0 || digits === "");
}

/** The place behind the string that begins at `open`. */
function endOfString(text: string, open: number): number {
  for (let close = text.indexOf('"', open + 1); ; close = text.indexOf('"', close + 1)) {
    let backslashes = 0;
    while (text[close - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return close + 1;
  }
}
