/** Traces of Jaeger: what its query API returns and its page downloads. https://www.jaegertracing.io/docs/latest/apis */

import { isPlainObject } from "../../src/event/json.js";
import type { Attributes } from "../read/dialects/common/attributes.js";
import { readableSpan, type SpanEvent, spanContextOf } from "../read/readable-span.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import type { SpanFileFormat } from "./span-file-format.js";
import { spanIdOf, traceIdOf } from "./span-ids.js";
import { later, timeOfCount } from "./span-time.js";
import { statusCodeOf } from "./status-code.js";
import { textOf } from "./text-of.js";

export const jaegerFormat: SpanFileFormat = {
  name: "Jaeger JSON",
  matches: (value) =>
    tracesIn(value).some((trace) => Array.isArray(trace.spans) && isPlainObject(trace.processes)),
  read: (value, problems, place) =>
    tracesIn(value).flatMap((trace, index) => spansOfTrace(trace, problems, `${place}data[${index}]`)),
};

function tracesIn(value: unknown): readonly Record<string, unknown>[] {
  if (!isPlainObject(value)) return [];
  return Array.isArray(value.data) ? value.data.filter(isPlainObject) : [value];
}

function spansOfTrace(
  { spans, processes }: Record<string, unknown>,
  problems: string[],
  place: string,
): readonly ReadableSpan[] {
  return listOf(spans).flatMap((span, index) => {
    const read = isPlainObject(span) ? spanOf(span, processes) : "not an object";
    if (typeof read !== "string") return [read];
    problems.push(`${place}.spans[${index}]: ${read}`);
    return [];
  });
}

/** The span, or what is wrong with it. */
function spanOf(span: Record<string, unknown>, processes: unknown): ReadableSpan | string {
  const traceId = traceIdOf(span.traceID);
  const spanId = spanIdOf(span.spanID);
  const startTime = timeOfCount(span.startTime, "micros");
  if (traceId === undefined) return "traceID is none";
  if (spanId === undefined) return "spanID is none";
  if (startTime === undefined) return "startTime is not a time in microseconds";
  const tags = tagsOf(span.tags);
  const references = listOf(span.references).filter(isPlainObject);
  const parent = references.find((reference) => isParent(reference, traceId));
  return readableSpan({
    traceId,
    spanId,
    parentSpanId: spanIdOf(parent?.spanID ?? span.parentSpanID),
    name: textOf(span.operationName),
    kind: Math.max(KINDS.indexOf(textOf(tags["span.kind"])), 0),
    startTime,
    endTime: later(startTime, microsOf(span.duration)),
    status: statusOf(tags),
    attributes: Object.fromEntries(Object.entries(tags).filter(([key]) => !OF_THE_SPAN.has(key))),
    events: listOf(span.logs).filter(isPlainObject).map(eventOf),
    links: references
      .filter((reference) => reference !== parent)
      .map(({ traceID, spanID }) => ({
        context: spanContextOf(traceIdOf(traceID) ?? "", spanIdOf(spanID) ?? ""),
        attributes: {},
      })),
    resource: resourceOf(span, processes),
    scope: scopeOf(tags),
  });
}

const microsOf = (duration: unknown): number =>
  typeof duration === "number" && duration > 0 ? duration * 1_000 : 0;

const isParent = ({ refType, traceID }: Record<string, unknown>, traceId: string): boolean =>
  refType === "CHILD_OF" && traceIdOf(traceID) === traceId;

const KINDS = ["internal", "server", "client", "producer", "consumer"];

// What the exporters to Jaeger make tags of, because its spans have no field for it.
const OF_THE_SPAN = new Set([
  "span.kind",
  "internal.span.format",
  "error",
  "otel.status_code",
  "otel.status_description",
  "otel.scope.name",
  "otel.scope.version",
  "otel.library.name",
  "otel.library.version",
]);

function statusOf(tags: Attributes): { code: number; message?: string } {
  const code = statusCodeOf(tags["otel.status_code"]);
  const message = tags["otel.status_description"];
  const isError = code === 2 || tags.error === true || tags.error === "true";
  if (isError) return typeof message === "string" ? { code: 2, message } : { code: 2 };
  return { code };
}

function scopeOf(tags: Attributes): { name: string; version?: string } {
  const name = textOf(tags["otel.scope.name"] ?? tags["otel.library.name"]);
  const version = tags["otel.scope.version"] ?? tags["otel.library.version"];
  return version === undefined ? { name } : { name, version: textOf(version) };
}

function resourceOf(span: Record<string, unknown>, processes: unknown): Attributes {
  const named = isPlainObject(processes) ? processes[textOf(span.processID)] : undefined;
  const process = isPlainObject(span.process) ? span.process : named;
  if (!isPlainObject(process)) return {};
  return { ...tagsOf(process.tags), "service.name": process.serviceName };
}

function eventOf({ timestamp, fields }: Record<string, unknown>): SpanEvent {
  const { event, ...attributes } = tagsOf(fields);
  return {
    name: typeof event === "string" ? event : "log",
    time: timeOfCount(timestamp, "micros") ?? [0, 0],
    attributes,
  };
}

function tagsOf(tags: unknown): Attributes {
  return Object.fromEntries(
    listOf(tags)
      .filter(isPlainObject)
      .map(({ key, type, value }) => [textOf(key), tagValue(type, value)]),
  );
}

// Integers are texts where they were too long for a number.
function tagValue(type: unknown, value: unknown): unknown {
  if (type === "bool") return value === true || value === "true";
  if (type === "float64") return Number(value);
  if (type !== "int64" || typeof value !== "string") return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
