/** The values of OTLP/JSON that spans and log records share. */
import type { HrTime } from "@opentelemetry/api";
import { isPlainObject } from "../../src/event/json.js";
import type { Attributes } from "../read/dialects/common/attributes.js";

// Hex by the standard; base64 where a general protobuf library wrote the JSON.
export function hexId(value: unknown, bytes: number): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  if (value.length === bytes * 2 && /^[0-9a-f]+$/i.test(value)) return value.toLowerCase();
  const decoded = Buffer.from(value, "base64");
  return decoded.length === bytes ? decoded.toString("hex") : undefined;
}

const NANOS_PER_SECOND = 1_000_000_000n;

// A text of digits, because a double rounds nanoseconds of today to steps of 256.
export function hrTime(value: unknown): HrTime | undefined {
  const digits = typeof value === "number" && value >= 0 ? BigInt(Math.trunc(value)) : value;
  if (typeof digits !== "bigint" && !(typeof digits === "string" && /^\d{1,20}$/.test(digits)))
    return undefined;
  const nanos = BigInt(digits);
  return nanos === 0n ? undefined : [Number(nanos / NANOS_PER_SECOND), Number(nanos % NANOS_PER_SECOND)];
}

// A number by the standard, also as text; the name where a general protobuf library wrote the JSON.
export function enumOf(value: unknown, names: readonly string[]): number {
  if (typeof value === "number") return value;
  const text = textOf(value);
  return /^\d{1,9}$/.test(text) ? Number(text) : Math.max(names.indexOf(text), 0);
}

export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

export function scopeOf(value: unknown): { name: string; version?: string } {
  if (!isPlainObject(value)) return { name: "" };
  const name = textOf(value.name);
  return typeof value.version === "string" ? { name, version: value.version } : { name };
}

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

// A list by the standard; an object of names and values where a program wrote it that was not made from the schema.
// Defines properties, so an attribute `__proto__` stays an attribute.
export function attributesOf(value: unknown, depth = 0): Attributes {
  const named = isPlainObject(value)
    ? Object.entries(value)
    : listOf(value)
        .filter(isPlainObject)
        .map(({ key, value: wrapped }) => [textOf(key), wrapped] as const);
  const entries = named.map(([key, wrapped]) => [key, anyValue(wrapped, depth)] as const);
  return Object.fromEntries(entries.filter(([, read]) => read !== undefined));
}

/** As protobuf has it. Nobody writes such values; a sender may, to see the stack overflow. */
const MAX_DEPTH = 100;

/** A value in its wrapper, `{"stringValue": "x"}`; one that has none is taken as it is. */
export function anyValue(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.map((item) => anyValue(item, depth + 1));
  if (!isPlainObject(value)) return isScalar(value) ? value : null;
  if (isScalar(value.stringValue)) return String(value.stringValue);
  if (value.boolValue !== undefined) return value.boolValue;
  if (isScalar(value.intValue)) return exactInteger(value.intValue);
  if (isScalar(value.doubleValue)) return exactDouble(value.doubleValue);
  if (value.bytesValue !== undefined) return value.bytesValue;
  if (isPlainObject(value.arrayValue))
    return listOf(value.arrayValue.values).map((item) => anyValue(item, depth + 1));
  if (isPlainObject(value.kvlistValue)) return attributesOf(value.kvlistValue.values, depth + 1);
  const names = Object.keys(value);
  return names.length === 0 || names.some((name) => WRAPPERS.has(name))
    ? null
    : attributesOf(value, depth + 1);
}

const WRAPPERS = new Set(
  "stringValue boolValue intValue doubleValue bytesValue arrayValue kvlistValue".split(" "),
);

const isScalar = (value: unknown): value is string | number | boolean =>
  ["string", "number", "boolean"].includes(typeof value);

// `NaN` travels as a text; digits that a double cannot hold stay one.
function exactDouble(value: string | number | boolean): number | string {
  const number = Number(value);
  return typeof value === "string" && /\d/.test(value) && !Number.isFinite(number) ? value : number;
}

// 64-bit integers travel as texts; beyond 2^53 they stay so.
function exactInteger(value: string | number | boolean): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
