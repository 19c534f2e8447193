import type { HrTime, SpanContext } from "@opentelemetry/api";
import type { Attributes } from "./dialects/common/attributes.js";
import type { ReadableSpan } from "./sdk-types.js";

/** What is known of a span that another process has ended. */
export interface SpanParts {
  /** 32 hex digits in lower case. */
  readonly traceId: string;
  /** 16 hex digits in lower case. */
  readonly spanId: string;
  readonly parentSpanId?: string | undefined;
  readonly name: string;
  /** As the API counts: 0 internal, 1 server, 2 client, 3 producer, 4 consumer. */
  readonly kind: number;
  readonly startTime: HrTime;
  /** `[0, 0]` when it had not ended. */
  readonly endTime: HrTime;
  readonly status: { readonly code: number; readonly message?: string };
  readonly attributes: Attributes;
  readonly events?: readonly SpanEvent[];
  readonly links?: readonly SpanLink[];
  readonly resource?: Attributes;
  readonly scope?: { readonly name: string; readonly version?: string };
  readonly dropped?: { readonly attributes: number; readonly events: number; readonly links: number };
}

export interface SpanEvent {
  readonly name: string;
  readonly time: HrTime;
  readonly attributes: Attributes;
}

export interface SpanLink {
  readonly context: SpanContext;
  readonly attributes: Attributes;
}

/** The span in the shape that span processors and exporters see, so what is made for live spans works on it too. */
export function readableSpan(parts: SpanParts): ReadableSpan {
  const { traceId, parentSpanId, startTime, endTime } = parts;
  const context = spanContextOf(traceId, parts.spanId);
  const span = {
    name: parts.name,
    kind: parts.kind,
    spanContext: () => context,
    ...(parentSpanId !== undefined && { parentSpanContext: spanContextOf(traceId, parentSpanId) }),
    startTime,
    endTime,
    duration: durationOf(startTime, endTime),
    status: parts.status,
    attributes: parts.attributes,
    events: parts.events ?? [],
    links: parts.links ?? [],
    ended: endTime[0] > 0,
    resource: { attributes: parts.resource ?? {} },
    instrumentationScope: parts.scope ?? { name: "" },
    droppedAttributesCount: parts.dropped?.attributes ?? 0,
    droppedEventsCount: parts.dropped?.events ?? 0,
    droppedLinksCount: parts.dropped?.links ?? 0,
  };
  // The resource has only its attributes: its methods are for SDKs, and nobody who reads spans calls them.
  return span as unknown as ReadableSpan;
}

export const spanContextOf = (traceId: string, spanId: string): SpanContext => ({
  traceId,
  spanId,
  traceFlags: 1,
});

function durationOf(start: HrTime, end: HrTime): HrTime {
  const [seconds, nanos] = [end[0] - start[0], end[1] - start[1]];
  return nanos < 0 ? [seconds - 1, nanos + 1_000_000_000] : [seconds, nanos];
}
