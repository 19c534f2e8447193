import type { HrTime } from "@opentelemetry/api";
import { isPlainObject } from "../../src/event/json.js";
import type { Attributes } from "../read/dialects/common/attributes.js";
import { readableSpan, type SpanEvent, type SpanLink, spanContextOf } from "../read/readable-span.js";
import type { ReadableSpan } from "../read/sdk-types.js";

export type SpanReading =
  | { readonly ok: true; readonly span: ReadableSpan }
  | { readonly ok: false; readonly problem: string };

/** One span of an OTLP/JSON document, in the shape that span processors see; or what is wrong with it. */
export function readSpan(value: unknown, resource: unknown, scope: unknown): SpanReading {
  if (!isPlainObject(value)) return { ok: false, problem: "not an object" };
  const traceId = hexId(value.traceId, 16);
  const spanId = hexId(value.spanId, 8);
  const startTime = hrTime(value.startTimeUnixNano);
  if (traceId === undefined) return { ok: false, problem: "traceId is not 32 hex digits" };
  if (spanId === undefined) return { ok: false, problem: "spanId is not 16 hex digits" };
  if (startTime === undefined)
    return { ok: false, problem: "startTimeUnixNano is not a time in nanoseconds" };
  const span = readableSpan({
    traceId,
    spanId,
    parentSpanId: hexId(value.parentSpanId, 8),
    name: textOf(value.name),
    // OTLP counts from 1 what the API counts from 0.
    kind: Math.max(enumOf(value.kind, KINDS) - 1, 0),
    startTime,
    endTime: hrTime(value.endTimeUnixNano) ?? [0, 0],
    status: statusOf(value.status),
    attributes: attributesOf(value.attributes),
    events: listOf(value.events).map(eventOf),
    links: listOf(value.links).map(linkOf),
    resource: attributesOf(isPlainObject(resource) ? resource.attributes : undefined),
    scope: scopeOf(scope),
    dropped: {
      attributes: countOf(value.droppedAttributesCount),
      events: countOf(value.droppedEventsCount),
      links: countOf(value.droppedLinksCount),
    },
  });
  return { ok: true, span };
}

// Hex by the standard; base64 where a general protobuf library wrote the JSON.
function hexId(value: unknown, bytes: number): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  if (value.length === bytes * 2 && /^[0-9a-f]+$/i.test(value)) return value.toLowerCase();
  const decoded = Buffer.from(value, "base64");
  return decoded.length === bytes ? decoded.toString("hex") : undefined;
}

const NANOS_PER_SECOND = 1_000_000_000n;

// A text of digits, because a double rounds nanoseconds of today to steps of 256.
function hrTime(value: unknown): HrTime | undefined {
  const digits = typeof value === "number" && value >= 0 ? BigInt(Math.trunc(value)) : value;
  if (typeof digits !== "bigint" && !(typeof digits === "string" && /^\d{1,20}$/.test(digits)))
    return undefined;
  const nanos = BigInt(digits);
  return nanos === 0n ? undefined : [Number(nanos / NANOS_PER_SECOND), Number(nanos % NANOS_PER_SECOND)];
}

const KINDS = [
  "SPAN_KIND_UNSPECIFIED",
  "SPAN_KIND_INTERNAL",
  "SPAN_KIND_SERVER",
  "SPAN_KIND_CLIENT",
  "SPAN_KIND_PRODUCER",
  "SPAN_KIND_CONSUMER",
];
const STATUS_CODES = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];

// A number by the standard; the name where a general protobuf library wrote the JSON.
function enumOf(value: unknown, names: readonly string[]): number {
  return typeof value === "number" ? value : Math.max(names.indexOf(textOf(value)), 0);
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

const countOf = (value: unknown): number => (typeof value === "number" ? value : 0);

function statusOf(value: unknown): { code: number; message?: string } {
  if (!isPlainObject(value)) return { code: 0 };
  const code = enumOf(value.code, STATUS_CODES);
  return typeof value.message === "string" ? { code, message: value.message } : { code };
}

function scopeOf(value: unknown): { name: string; version?: string } {
  if (!isPlainObject(value)) return { name: "" };
  const name = textOf(value.name);
  return typeof value.version === "string" ? { name, version: value.version } : { name };
}

function eventOf(value: unknown): SpanEvent {
  const event = isPlainObject(value) ? value : {};
  const time = hrTime(event.timeUnixNano) ?? [0, 0];
  return { name: textOf(event.name), time, attributes: attributesOf(event.attributes) };
}

function linkOf(value: unknown): SpanLink {
  const link = isPlainObject(value) ? value : {};
  const context = spanContextOf(hexId(link.traceId, 16) ?? "", hexId(link.spanId, 8) ?? "");
  return { context, attributes: attributesOf(link.attributes) };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

// Defines properties, so an attribute `__proto__` stays an attribute.
function attributesOf(value: unknown, depth = 0): Attributes {
  const entries = listOf(value)
    .filter(isPlainObject)
    .map(({ key, value: wrapped }) => [textOf(key), anyValue(wrapped, depth)] as const);
  return Object.fromEntries(entries.filter(([, read]) => read !== undefined));
}

/** As protobuf has it. Nobody writes such values; a sender may, to see the stack overflow. */
const MAX_DEPTH = 100;

function anyValue(value: unknown, depth: number): unknown {
  if (!isPlainObject(value) || depth > MAX_DEPTH) return null;
  if (isScalar(value.stringValue)) return String(value.stringValue);
  if (value.boolValue !== undefined) return value.boolValue;
  if (isScalar(value.intValue)) return exactInteger(value.intValue);
  if (isScalar(value.doubleValue)) return exactDouble(value.doubleValue);
  if (value.bytesValue !== undefined) return value.bytesValue;
  if (isPlainObject(value.arrayValue))
    return listOf(value.arrayValue.values).map((item) => anyValue(item, depth + 1));
  return isPlainObject(value.kvlistValue) ? attributesOf(value.kvlistValue.values, depth + 1) : null;
}

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
