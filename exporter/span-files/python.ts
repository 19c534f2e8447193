/**
 * Spans as Python programs write them: `ReadableSpan.to_json()`, which the SDK's console exporter prints and Monocle's file
 * exporter keeps, and the dump of any-agent's traces, with integers for ids and times.
 */
import type { HrTime } from "@opentelemetry/api";
import { isPlainObject } from "../../src/event/json.js";
import type { Attributes } from "../read/dialects/common/attributes.js";
import { readableSpan, type SpanEvent, type SpanLink, spanContextOf } from "../read/readable-span.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import type { SpanFileFormat } from "./span-file-format.js";
import { decimalId, spanIdOf, traceIdOf } from "./span-ids.js";
import { timeOfCount, timeOfText } from "./span-time.js";
import { statusCodeOf } from "./status-code.js";
import { textOf } from "./text-of.js";

export const pythonFormat: SpanFileFormat = {
  name: "spans of OpenTelemetry's Python SDK (console exporter, Monocle)",
  matches: (value) => isPythonSpan(value) && typeof value.start_time === "string",
  read: (value, problems, place) => readOne(value, problems, place, TEXTS),
};

export const anyAgentFormat: SpanFileFormat = {
  name: "any-agent trace",
  matches: (value) => spansIn(value).some(isPythonSpan) || (isPythonSpan(value) && hasCounts(value)),
  read: (value, problems, place) =>
    isPythonSpan(value)
      ? readOne(value, problems, place, COUNTS)
      : spansIn(value).flatMap((span, index) =>
          readOne(
            span,
            problems,
            `${place}spans[${index}]: `,
            isPythonSpan(span) && hasCounts(span) ? COUNTS : TEXTS,
          ),
        ),
};

function isPythonSpan(value: unknown): value is Record<string, unknown> {
  // Phoenix says the kind of its own in `span_kind`.
  if (!isPlainObject(value) || !isPlainObject(value.context) || value.span_kind !== undefined) return false;
  return "trace_id" in value.context && "start_time" in value;
}

// Long integers are read as texts of digits.
const hasCounts = ({ start_time: start }: Record<string, unknown>): boolean =>
  typeof start === "number" || /^\d+$/.test(textOf(start));

function spansIn(value: unknown): readonly unknown[] {
  return isPlainObject(value) && Array.isArray(value.spans) ? value.spans : [];
}

/** How ids and times are written. */
interface Notation {
  traceId(value: unknown): string | undefined;
  spanId(value: unknown): string | undefined;
  time(value: unknown): HrTime | undefined;
}

const TEXTS: Notation = { traceId: traceIdOf, spanId: spanIdOf, time: timeOfText };
const COUNTS: Notation = {
  traceId: (value) => decimalId(value, 32),
  spanId: (value) => decimalId(value, 16),
  time: (value) => timeOfCount(value, "nanos"),
};

function readOne(
  value: unknown,
  problems: string[],
  place: string,
  notation: Notation,
): readonly ReadableSpan[] {
  const read = isPlainObject(value) ? spanOf(value, notation) : "not an object";
  if (typeof read !== "string") return [read];
  problems.push(`${place}${read}`);
  return [];
}

function spanOf(span: Record<string, unknown>, notation: Notation): ReadableSpan | string {
  const context = isPlainObject(span.context) ? span.context : {};
  const traceId = notation.traceId(context.trace_id);
  const spanId = notation.spanId(context.span_id);
  const startTime = notation.time(span.start_time);
  if (traceId === undefined) return "context.trace_id is none";
  if (spanId === undefined) return "context.span_id is none";
  if (startTime === undefined) return "start_time is not a time";
  const parent = isPlainObject(span.parent) ? span.parent.span_id : span.parent_id;
  return readableSpan({
    traceId,
    spanId,
    parentSpanId: notation.spanId(parent),
    name: textOf(span.name),
    kind: Math.max(
      KINDS.indexOf(
        textOf(span.kind)
          .replace(/^SpanKind\./, "")
          .toLowerCase(),
      ),
      0,
    ),
    startTime,
    endTime: notation.time(span.end_time) ?? [0, 0],
    status: statusOf(span.status),
    attributes: attributesOf(span.attributes),
    events: listOf(span.events).map((event) => eventOf(event, notation)),
    links: listOf(span.links).map((link) => linkOf(link, notation)),
    resource: attributesOf(isPlainObject(span.resource) ? span.resource.attributes : undefined),
    scope: scopeOf(span.instrumentation_scope ?? span.instrumentation_info),
  });
}

const KINDS = ["internal", "server", "client", "producer", "consumer"];

function statusOf(status: unknown): { code: number; message?: string } {
  if (!isPlainObject(status)) return { code: 0 };
  const code = statusCodeOf(status.status_code);
  return typeof status.description === "string" ? { code, message: status.description } : { code };
}

function eventOf(event: Record<string, unknown>, { time }: Notation): SpanEvent {
  return {
    name: textOf(event.name),
    time: time(event.timestamp) ?? [0, 0],
    attributes: attributesOf(event.attributes),
  };
}

function linkOf({ context, attributes }: Record<string, unknown>, { traceId, spanId }: Notation): SpanLink {
  const ids = isPlainObject(context) ? context : {};
  return {
    context: spanContextOf(traceId(ids.trace_id) ?? "", spanId(ids.span_id) ?? ""),
    attributes: attributesOf(attributes),
  };
}

// `to_json` leaves the scope out; any-agent's dump may have it.
function scopeOf(scope: unknown): { name: string; version?: string } {
  if (!isPlainObject(scope)) return { name: "" };
  const name = textOf(scope.name);
  return typeof scope.version === "string" ? { name, version: scope.version } : { name };
}

const attributesOf = (value: unknown): Attributes => (isPlainObject(value) ? value : {});

const listOf = (value: unknown): readonly Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter(isPlainObject) : [];
