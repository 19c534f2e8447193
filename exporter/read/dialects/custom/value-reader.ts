import type { ReadableSpan } from "../../sdk-types.js";
import { scopeName } from "../common/attributes.js";
import { type Captured, captured } from "../common/captured.js";
import type { PlaceSource, SpanPlace, ValueSource } from "./definition.js";
import { type JsonPath, memberAt, parseJsonPath } from "./json-path.js";

/** Gives the value as it stands there, texts of JSON undecoded. */
type Reader = (span: ReadableSpan) => unknown;

export type TextReader = (span: ReadableSpan) => string | undefined;
export type ValueReader = (span: ReadableSpan) => Captured;

/** A text that says something; a number counts as its digits. The source is known to be valid. */
export function textReader(source: ValueSource | undefined): TextReader {
  const readers = readersOf(source);
  return (span) => {
    for (const read of readers) {
      const value = read(span);
      if (typeof value === "string" && value.trim() !== "") return value;
      if (typeof value === "number" || typeof value === "boolean") return String(value);
    }
    return undefined;
  };
}

/** The value that is there first, decoded. */
export function valueReader(source: ValueSource | undefined): ValueReader {
  const readers = readersOf(source);
  return (span) => {
    for (const read of readers) {
      const value = read(span);
      if (value !== undefined && value !== null) return captured(value);
    }
    return undefined;
  };
}

function readersOf(source: ValueSource | undefined): readonly Reader[] {
  if (source === undefined) return [];
  if (typeof source === "string") return [placeReader(source)];
  if (isList(source)) return source.flatMap(readersOf);
  if ("prefix" in source) return [prefixReader(source.prefix)];
  if ("value" in source) return [() => source.value];
  return [insideReader(source)];
}

const isList = (source: ValueSource): source is readonly ValueSource[] => Array.isArray(source);

function placeReader(key: string): Reader {
  const place = PLACES[key as SpanPlace] as Reader | undefined;
  return (span) => span.attributes[key] ?? place?.(span);
}

const PLACES: Readonly<Record<SpanPlace, Reader>> = {
  "span.name": ({ name }) => name,
  "scope.name": scopeName,
  "status.message": ({ status }) => status.message || undefined,
};

function prefixReader(prefix: string): Reader {
  return ({ attributes }) => {
    const keys = Object.keys(attributes).filter((key) => key.startsWith(prefix) && key !== prefix);
    if (keys.length === 0) return undefined;
    return Object.fromEntries(keys.map((key) => [key.slice(prefix.length), captured(attributes[key])]));
  };
}

function insideReader({ from, path, pattern }: PlaceSource): Reader {
  const read = placeReader(from);
  const steps = pathOf(path);
  const expression = pattern === undefined ? undefined : new RegExp(pattern);
  return (span) => {
    const whole = read(span);
    const value = steps === undefined ? whole : memberAt(captured(whole), steps);
    return expression === undefined ? value : found(expression, value);
  };
}

const pathOf = (path: PlaceSource["path"]): JsonPath | undefined =>
  typeof path === "string" ? parseJsonPath(path) : path;

function found(expression: RegExp, value: unknown): string | undefined {
  const text = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  if (typeof text !== "string") return undefined;
  const match = expression.exec(text.slice(0, MAX_SEARCHED));
  return match?.[1] ?? match?.[0];
}

/** The agent waits while an expression of somebody's is tried. */
export const MAX_SEARCHED = 10_000;
