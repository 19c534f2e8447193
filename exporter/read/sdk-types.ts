/**
 * What this package uses of the tracing SDK's types: the same in `@opentelemetry/sdk-trace-base` 2 and `@opentelemetry/sdk-trace` 3. As
 * types of its own, so that a program compiles with whichever of them it has.
 */
import type { Context, HrTime, SpanContext } from "@opentelemetry/api";

type Attributes = Readonly<Record<string, unknown>>;

/** A span as processors and exporters see it. */
export interface ReadableSpan {
  readonly name: string;
  /** `SpanKind` of the API. */
  readonly kind: number;
  readonly spanContext: () => SpanContext;
  readonly parentSpanContext?: SpanContext;
  readonly startTime: HrTime;
  /** `[0, 0]` as long as it is open. */
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly ended: boolean;
  readonly status: SpanStatus;
  /** Since SDK 3 a value may be an object, a mixed list or null. */
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  readonly resource: Resource;
  readonly instrumentationScope: { readonly name: string; readonly version?: string };
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

export interface SpanStatus {
  /** `SpanStatusCode` of the API. */
  readonly code: number;
  readonly message?: string;
}

export interface SpanEvent {
  readonly name: string;
  readonly time: HrTime;
  readonly attributes?: Attributes;
}

export interface SpanLink {
  readonly context: SpanContext;
  readonly attributes?: Attributes;
}

export interface Resource {
  readonly attributes: Attributes;
  /** Detectors are still at work; until they are done, `attributes` complains in the host's log. */
  readonly asyncAttributesPending?: boolean | undefined;
  getRawAttributes?(): readonly (readonly [string, unknown])[];
}

/** What a tracer provider shows of its spans. */
export interface SpanProcessor {
  /** The span is live: what it says may change until it ends. */
  onStart(span: ReadableSpan, parentContext: Context): void;
  onEnd(span: ReadableSpan): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** What a span processor of the SDK hands ended spans to. */
export interface SpanExporter {
  export(spans: readonly ReadableSpan[], resultCallback: (result: ExportResult) => void): void;
  forceFlush?(): Promise<void>;
  shutdown(): Promise<void>;
}

/** `code` is 0 for success and 1 for failure, as `ExportResultCode` of the SDK. */
export interface ExportResult {
  readonly code: number;
  readonly error?: Error;
}
