/**
 * What PostgreSQL's jsonb and text refuse, replaced: NUL characters and lone surrogates by U+FFFD, numbers beyond a
 * double by their name, and what lies deeper than {@link MAX_DEPTH} by its own JSON text.
 *
 * Done on values, never by a pattern over serialized text: there the six characters `\u0000` may be ordinary text.
 */
export interface Sanitized {
  /** The same reference as the input when nothing had to be replaced. */
  readonly value: unknown;
  readonly changed: boolean;
}

/** Far below where PostgreSQL's parser (`max_stack_depth` 2 MB) and JSON.stringify (V8's stack) give up. */
export const MAX_DEPTH = 256;

export const REPLACEMENT_CHARACTER = "\ufffd";

/** @param value a JSON value, as JSON.parse gives it */
export function sanitizeJson(value: unknown): Sanitized {
  const clean = sanitizeValue(value, 0);
  return { value: clean, changed: clean !== value };
}

/** The text with NUL characters and lone surrogates replaced by U+FFFD; the same string when it has none. */
export function sanitizeText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes("\0") ? whole.replaceAll("\0", REPLACEMENT_CHARACTER) : whole;
}

function sanitizeValue(value: unknown, depth: number): unknown {
  if (typeof value === "string") return sanitizeText(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return deepText(value);
  return Array.isArray(value) ? sanitizeArray(value, depth) : sanitizeObject(value, depth);
}

function sanitizeArray(array: readonly unknown[], depth: number): unknown {
  let copy: unknown[] | undefined;
  for (let index = 0; index < array.length; index++) {
    const item = array[index];
    const clean = sanitizeValue(item, depth + 1);
    if (clean === item) continue;
    copy ??= array.slice();
    copy[index] = clean;
  }
  return copy ?? array;
}

function sanitizeObject(object: object, depth: number): unknown {
  const members = object as Readonly<Record<string, unknown>>;
  // Made only where something has to be replaced: nearly all objects are right as they are, and looking costs no list of their names.
  let entries: [string, unknown][] | undefined;
  for (const name in members) {
    const member = members[name];
    const key = sanitizeText(name);
    const value = sanitizeValue(member, depth + 1);
    if (entries === undefined && key === name && value === member) continue;
    if (!Object.hasOwn(members, name)) continue;
    entries ??= entriesBefore(name, members);
    entries.push([key, value]);
  }
  return entries === undefined ? object : fromDistinctEntries(entries);
}

function entriesBefore(name: string, members: Readonly<Record<string, unknown>>): [string, unknown][] {
  const names = Object.keys(members);
  return names.slice(0, names.indexOf(name)).map((before) => [before, members[before]]);
}

// Two keys may become one by the replacement; the later one gets a further mark instead of hiding the earlier one.
// `Object.fromEntries` defines properties, so a key `__proto__` stays a key.
function fromDistinctEntries(entries: [string, unknown][]): object {
  const taken = new Set<string>();
  for (const entry of entries) {
    while (taken.has(entry[0])) entry[0] += REPLACEMENT_CHARACTER;
    taken.add(entry[0]);
  }
  return Object.fromEntries(entries);
}

// JSON.stringify recurses: some thousand levels further down it runs out of stack.
function deepText(value: object): string {
  try {
    return sanitizeText(JSON.stringify(value));
  } catch {
    return `[nested more than ${MAX_DEPTH} levels deep]`;
  }
}
