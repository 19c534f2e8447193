import type { FieldSpec } from "./field.js";
import { isPlainObject } from "./json.js";
import { trimText } from "./limits.js";
import { parseTimestamp } from "./timestamp.js";
import { parseUuid } from "./uuid.js";

/** What a field's value turned out to be. Reasons never quote the value: they travel in headers and logs. */
export type FieldReading =
  | { readonly outcome: "ok"; readonly value: unknown }
  | { readonly outcome: "repaired"; readonly value: unknown; readonly how: string; readonly keep?: true }
  /** Not usable in its column, but no error: the value is kept among the unknown fields. */
  | { readonly outcome: "aside" }
  | { readonly outcome: "wrong"; readonly reason: string };

/** Reads one present value by its description, mending what can be mended without guessing. Never throws. */
export function readField(spec: FieldSpec, value: unknown): FieldReading {
  switch (spec.type) {
    case "text":
      return readText(value, spec.maxBytes);
    case "choice":
      return readChoice(value, spec.of, spec.synonyms);
    case "uuid":
      return readUuid(value);
    case "integer":
      return inRange(readNumber(value, true), spec);
    case "number":
      return inRange(readNumber(value, false), spec);
    case "boolean":
      return readBoolean(value);
    case "timestamp":
      return readTimestamp(value);
    case "object":
      return readContainer(value, isPlainObject, "an object");
    case "array":
      return readContainer(value, Array.isArray, "an array");
    case "texts":
      return readContainer(value, isTexts, "an array of texts");
  }
}

function readText(value: unknown, maxBytes = Number.POSITIVE_INFINITY): FieldReading {
  if (typeof value === "number") return repaired(String(value), "number as text");
  if (typeof value !== "string") return wrong("a text", value);
  const trimmed = trimText(value, maxBytes);
  return trimmed === value ? ok(value) : { outcome: "repaired", value: trimmed, how: "trimmed", keep: true };
}

function readChoice(
  value: unknown,
  choices: readonly string[],
  synonyms: Readonly<Record<string, string>> = {},
): FieldReading {
  if (typeof value !== "string") return wrong(`one of ${choices.join(", ")}`, value);
  if (choices.includes(value)) return ok(value);
  const lower = value.trim().toLowerCase();
  if (choices.includes(lower)) return repaired(lower, "letter case");
  const meant = Object.hasOwn(synonyms, lower) ? synonyms[lower] : undefined;
  if (meant !== undefined) return repaired(meant, `${lower} means ${meant}`);
  return { outcome: "wrong", reason: `is none of ${choices.join(", ")}` };
}

function readUuid(value: unknown): FieldReading {
  if (typeof value !== "string") return wrong("a UUID", value);
  const uuid = parseUuid(value);
  return uuid === undefined ? { outcome: "aside" } : ok(uuid);
}

function readNumber(value: unknown, whole: boolean): FieldReading {
  const number = typeof value === "string" && isNumeral(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) return wrong("a number", value);
  const result = whole ? Math.round(number) : number;
  if (result === value) return ok(value);
  return repaired(result, result === number ? "text as number" : "rounded");
}

const isNumeral = (text: string): boolean => /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text);

function inRange(reading: FieldReading, range: { minimum?: number; maximum?: number }): FieldReading {
  if (reading.outcome !== "ok" && reading.outcome !== "repaired") return reading;
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = range;
  const number = Number(reading.value);
  if (number >= minimum && number <= maximum) return reading;
  return { outcome: "wrong", reason: `is outside ${minimum} to ${maximum}` };
}

function readBoolean(value: unknown): FieldReading {
  if (typeof value === "boolean") return ok(value);
  const text = typeof value === "string" ? value.trim().toLowerCase() : value;
  if (text === "true" || text === 1 || text === "1") return repaired(true, "text as boolean");
  if (text === "false" || text === 0 || text === "0") return repaired(false, "text as boolean");
  return wrong("a boolean", value);
}

function readTimestamp(value: unknown): FieldReading {
  const time = parseTimestamp(value);
  // Writing a time in another form is what the contract promises, so it is no repair.
  return time === undefined ? wrong("ISO 8601 or epoch milliseconds", value) : ok(time.iso);
}

// Some producers encode an object twice; its text says without doubt what was meant.
function readContainer(value: unknown, fits: (value: unknown) => boolean, name: string): FieldReading {
  if (fits(value)) return ok(value);
  const decoded = typeof value === "string" ? decode(value) : undefined;
  return fits(decoded) ? repaired(decoded, "text as JSON") : wrong(name, value);
}

function decode(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

const ok = (value: unknown): FieldReading => ({ outcome: "ok", value });
const repaired = (value: unknown, how: string): FieldReading => ({ outcome: "repaired", value, how });

function wrong(wanted: string, value: unknown): FieldReading {
  const found = Array.isArray(value) ? "array" : typeof value;
  return { outcome: "wrong", reason: `is not ${wanted} (found: ${found})` };
}
