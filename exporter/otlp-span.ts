import type { HrTime, SpanContext } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { isPlainObject } from "../src/event/json.js";
import type { Attributes } from "./dialects/attributes.js";

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
  const endTime = hrTime(value.endTimeUnixNano) ?? [0, 0];
  const parentSpanId = hexId(value.parentSpanId, 8);
  const context = contextOf(traceId, spanId);
  const span = {
    name: typeof value.name === "string" ? value.name : "",
    // OTLP counts from 1 what the API counts from 0.
    kind: Math.max(enumOf(value.kind, KINDS) - 1, 0),
    spanContext: () => context,
    ...(parentSpanId !== undefined && { parentSpanContext: contextOf(traceId, parentSpanId) }),
    startTime,
    endTime,
    duration: durationOf(startTime, endTime),
    status: statusOf(value.status),
    attributes: attributesOf(value.attributes),
    events: listOf(value.events).map(eventOf),
    links: listOf(value.links).map(linkOf),
    ended: endTime[0] > 0,
    resource: { attributes: attributesOf(isPlainObject(resource) ? resource.attributes : undefined) },
    instrumentationScope: scopeOf(scope),
    droppedAttributesCount: Number(value.droppedAttributesCount ?? 0),
    droppedEventsCount: Number(value.droppedEventsCount ?? 0),
    droppedLinksCount: Number(value.droppedLinksCount ?? 0),
  };
  // The resource has only its attributes: its methods are for SDKs, and nobody who reads spans calls them.
  return { ok: true, span: span as unknown as ReadableSpan };
}

const contextOf = (traceId: string, spanId: string): SpanContext => ({ traceId, spanId, traceFlags: 1 });

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

function durationOf(start: HrTime, end: HrTime): HrTime {
  const [seconds, nanos] = [end[0] - start[0], end[1] - start[1]];
  return nanos < 0 ? [seconds - 1, nanos + 1_000_000_000] : [seconds, nanos];
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
  return typeof value === "number" ? value : Math.max(names.indexOf(String(value)), 0);
}

function statusOf(value: unknown): { code: number; message?: string } {
  if (!isPlainObject(value)) return { code: 0 };
  const code = enumOf(value.code, STATUS_CODES);
  return typeof value.message === "string" ? { code, message: value.message } : { code };
}

function scopeOf(value: unknown): { name: string; version?: string } {
  if (!isPlainObject(value)) return { name: "" };
  const name = typeof value.name === "string" ? value.name : "";
  return typeof value.version === "string" ? { name, version: value.version } : { name };
}

function eventOf(value: unknown): object {
  const event = isPlainObject(value) ? value : {};
  const time = hrTime(event.timeUnixNano) ?? [0, 0];
  return { name: String(event.name ?? ""), time, attributes: attributesOf(event.attributes) };
}

function linkOf(value: unknown): object {
  const link = isPlainObject(value) ? value : {};
  const context = contextOf(hexId(link.traceId, 16) ?? "", hexId(link.spanId, 8) ?? "");
  return { context, attributes: attributesOf(link.attributes) };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

// Defines properties, so an attribute `__proto__` stays an attribute.
function attributesOf(value: unknown): Attributes {
  const entries = listOf(value)
    .filter(isPlainObject)
    .map(({ key, value: wrapped }) => [String(key), anyValue(wrapped)] as const);
  return Object.fromEntries(entries.filter(([, read]) => read !== undefined));
}

function anyValue(value: unknown): unknown {
  if (!isPlainObject(value)) return null;
  if (value.stringValue !== undefined) return String(value.stringValue);
  if (value.boolValue !== undefined) return value.boolValue;
  if (value.intValue !== undefined) return exactInteger(value.intValue);
  if (value.doubleValue !== undefined) return Number(value.doubleValue);
  if (value.bytesValue !== undefined) return value.bytesValue;
  if (isPlainObject(value.arrayValue)) return listOf(value.arrayValue.values).map(anyValue);
  return isPlainObject(value.kvlistValue) ? attributesOf(value.kvlistValue.values) : null;
}

// 64-bit integers travel as texts; beyond 2^53 they stay so.
function exactInteger(value: unknown): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
