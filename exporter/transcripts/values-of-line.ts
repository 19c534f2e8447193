/**
 * The JSON objects of one line. A program that was killed leaves a line that is not complete, and the next one that writes to the file
 * goes on behind it; two that write at once put two objects on a line.
 */
export interface LineValues {
  readonly values: readonly object[];
  /** There is something else than objects in it. */
  readonly isTorn: boolean;
}

/** @param parse returns `undefined` for what is not JSON */
export function valuesOfLine(line: string, parse: Parse = parseJson): LineValues {
  if (line.trim() === "") return { values: [], isTorn: false };
  const whole = parsedObject(line, parse);
  return whole === undefined ? scattered(line, parse) : { values: [whole], isTorn: false };
}

type Parse = (text: string) => unknown;

/** What begins no object is passed over this often. */
const MAX_TRIES = 10_000;

function scattered(line: string, parse: Parse): LineValues {
  const values: object[] = [];
  let isTorn = false;
  let at = 0;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const begin = line.indexOf("{", at);
    const end = begin === -1 ? undefined : endOfObject(line, begin);
    isTorn ||= line.slice(at, begin === -1 ? undefined : begin).trim() !== "";
    if (begin === -1) return { values, isTorn };
    const value = end === undefined ? undefined : parsedObject(line.slice(begin, end), parse);
    if (value !== undefined && end !== undefined) {
      values.push(value);
      at = end;
    } else {
      isTorn = true;
      const next = line.indexOf('{"', begin + 1);
      if (next === -1) return { values, isTorn };
      at = next;
    }
  }
  return { values, isTorn: true };
}

// Behind the brace that closes the one at `begin`; `undefined` when the line ends before.
function endOfObject(line: string, begin: number): number | undefined {
  let depth = 0;
  let isText = false;
  for (let at = begin; at < line.length; at++) {
    const char = line.charCodeAt(at);
    if (isText) {
      if (char === BACKSLASH) at++;
      else if (char === QUOTE) isText = false;
    } else if (char === QUOTE) isText = true;
    else if (char === OPEN) depth++;
    else if (char === CLOSE && --depth === 0) return at + 1;
  }
  return undefined;
}

const [QUOTE, BACKSLASH, OPEN, CLOSE] = [34, 92, 123, 125];

function parsedObject(text: string, parse: Parse): object | undefined {
  const value = parse(text);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
