import { isPlainObject } from "../../src/event/json.js";
import { readableSpan, type SpanEvent, type SpanLink, spanContextOf } from "../read/readable-span.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import { attributesOf, enumOf, hexId, hrTime, listOf, scopeOf, textOf } from "./otlp-values.js";
import { statusCodeOf } from "./status-code.js";

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

const KINDS = [
  "SPAN_KIND_UNSPECIFIED",
  "SPAN_KIND_INTERNAL",
  "SPAN_KIND_SERVER",
  "SPAN_KIND_CLIENT",
  "SPAN_KIND_PRODUCER",
  "SPAN_KIND_CONSUMER",
];

const countOf = (value: unknown): number => (typeof value === "number" ? value : 0);

function statusOf(value: unknown): { code: number; message?: string } {
  if (!isPlainObject(value)) return { code: 0 };
  const code = statusCodeOf(value.code);
  return typeof value.message === "string" ? { code, message: value.message } : { code };
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
