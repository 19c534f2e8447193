import { type HrTime, type SpanContext, SpanKind, SpanStatusCode, TraceFlags } from "@opentelemetry/api";
import type { ReadableSpan } from "../read/sdk-types.js";
import type { SentrySpanJson } from "./sentry-spans.js";

const SENTRY_STATUS_MESSAGE = "sentry.status.message";

/** A span of Sentry in the shape of the SDK. Everything is read anew: it may still be open. */
export class SentrySpanView {
  readonly kind = SpanKind.INTERNAL;
  readonly links: ReadableSpan["links"] = [];
  readonly events: ReadableSpan["events"] = [];
  readonly resource = { attributes: {} };
  readonly droppedAttributesCount = 0;
  readonly droppedEventsCount = 0;
  readonly droppedLinksCount = 0;
  readonly #read: () => SentrySpanJson;
  readonly #context: SpanContext;

  constructor(read: () => SentrySpanJson) {
    this.#read = read;
    const { trace_id, span_id } = read();
    this.#context = { traceId: trace_id, spanId: span_id, traceFlags: TraceFlags.SAMPLED };
  }

  readonly spanContext = (): SpanContext => this.#context;

  get parentSpanContext(): SpanContext | undefined {
    const { parent_span_id } = this.#read();
    return parent_span_id === undefined ? undefined : { ...this.#context, spanId: parent_span_id };
  }

  get name(): string {
    return this.#read().name ?? "";
  }

  get attributes(): Readonly<Record<string, unknown>> {
    return this.#read().attributes ?? {};
  }

  get instrumentationScope(): { readonly name: string } {
    const origin = this.attributes["sentry.origin"];
    return { name: typeof origin === "string" ? origin : "sentry" };
  }

  // Sentry says "ok" of every span that did not fail, which nobody set.
  get status(): { readonly code: SpanStatusCode; readonly message?: string } {
    const { status, attributes = {} } = this.#read();
    if (status === undefined || status === "ok") return { code: SpanStatusCode.UNSET };
    const message = attributes[SENTRY_STATUS_MESSAGE] ?? status;
    return { code: SpanStatusCode.ERROR, message: String(message) };
  }

  get startTime(): HrTime {
    return hrTime(this.#read().start_timestamp);
  }

  get endTime(): HrTime {
    return hrTime(this.#read().end_timestamp ?? 0);
  }

  get duration(): HrTime {
    const { start_timestamp, end_timestamp = start_timestamp } = this.#read();
    return hrTime(Math.max(0, end_timestamp - start_timestamp));
  }

  get ended(): boolean {
    return this.#read().end_timestamp !== undefined;
  }
}

// To microseconds: a double has no more of the seconds since 1970.
function hrTime(seconds: number): HrTime {
  const whole = Math.floor(seconds);
  return [whole, Math.min(Math.round((seconds - whole) * 1_000_000), 999_999) * 1_000];
}
