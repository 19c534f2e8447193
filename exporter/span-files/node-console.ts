/**
 * What `ConsoleSpanExporter` of OpenTelemetry's JavaScript SDK prints, 1.x and 2.x. It prints for people: three levels deep, and
 * long lists and texts are cut. What was left out is missing here too.
 */

import { isPlainObject } from "../../src/event/json.js";
import type { Attributes } from "../read/dialects/common/attributes.js";
import { readableSpan } from "../read/readable-span.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import type { SpanFileFormat } from "./span-file-format.js";
import { spanIdOf, traceIdOf } from "./span-ids.js";
import { later, timeOfCount } from "./span-time.js";
import { textOf } from "./text-of.js";

export const nodeConsoleFormat: SpanFileFormat = {
  name: "console exporter of OpenTelemetry's JavaScript SDK",
  matches: (value) =>
    isPlainObject(value) &&
    "traceId" in value &&
    "timestamp" in value &&
    "duration" in value &&
    // Zipkin's have the same names, and its attributes elsewhere.
    !("localEndpoint" in value || "tags" in value),
  read(value, problems, place) {
    const read = isPlainObject(value) ? spanOf(value) : "not an object";
    if (typeof read !== "string") return [read];
    problems.push(`${place}${read}`);
    return [];
  },
};

function spanOf(span: Readonly<Record<string, unknown>>): ReadableSpan | string {
  const traceId = traceIdOf(span.traceId);
  const spanId = spanIdOf(span.id);
  const startTime = timeOfCount(span.timestamp, "micros");
  if (traceId === undefined) return "traceId is none";
  if (spanId === undefined) return "id is none";
  if (startTime === undefined) return "timestamp is not a time in microseconds";
  const parent = isPlainObject(span.parentSpanContext) ? span.parentSpanContext.spanId : span.parentId;
  const status = isPlainObject(span.status) ? span.status : {};
  return readableSpan({
    traceId,
    spanId,
    parentSpanId: spanIdOf(parent),
    name: textOf(span.name),
    kind: Number(span.kind ?? 0),
    startTime,
    endTime: later(startTime, typeof span.duration === "number" ? span.duration * 1_000 : 0),
    status: {
      code: Number(status.code ?? 0),
      ...(typeof status.message === "string" && { message: status.message }),
    },
    attributes: attributesOf(span.attributes),
    events: (Array.isArray(span.events) ? span.events : []).filter(isPlainObject).map((event) => ({
      name: textOf(event.name),
      time: hrTimeOf(event.time) ?? startTime,
      attributes: attributesOf(event.attributes),
    })),
    resource: attributesOf(isPlainObject(span.resource) ? span.resource.attributes : undefined),
    scope: scopeOf(span.instrumentationScope),
  });
}

function hrTimeOf(value: unknown): [number, number] | undefined {
  const [seconds, nanos] = Array.isArray(value) ? (value as readonly unknown[]) : [];
  return typeof seconds === "number" && typeof nanos === "number" ? [seconds, nanos] : undefined;
}

function scopeOf(value: unknown): { name: string; version?: string } {
  const { name, version } = isPlainObject(value) ? value : {};
  return typeof version === "string" ? { name: textOf(name), version } : { name: textOf(name) };
}

// `[Object]` and `undefined` are read as undefined: their value was not printed.
function attributesOf(value: unknown): Attributes {
  if (!isPlainObject(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined));
}
