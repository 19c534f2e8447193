/**
 * Sentry's SDK since version 11 has a tracer provider of its own that knows no span processors: its spans are Sentry's. Their hooks
 * report when a span starts and ends, and `spanToJSON` returns what it holds, so they are shown to a processor in the shape that it knows.
 * An exception that was recorded on a span is not kept by Sentry; status and message are.
 */
import { ROOT_CONTEXT } from "@opentelemetry/api";
import type { ReadableSpan, SpanProcessor } from "../read/sdk-types.js";
import { SentrySpanView } from "./sentry-span-view.js";

/** What is used of `import * as Sentry from "@sentry/node"`, version 11. */
export interface SentryModule {
  getClient(): SentryClient | undefined;
  spanToJSON(span: never): SentrySpanJson;
}

export interface SentryClient {
  on(hook: "spanStart" | "spanEnd", callback: (span: never) => void): () => void;
}

export interface SentrySpanJson {
  readonly name?: string | undefined;
  readonly span_id: string;
  readonly trace_id: string;
  readonly parent_span_id?: string | undefined;
  /** Seconds since 1970. */
  readonly start_timestamp: number;
  readonly end_timestamp?: number | undefined;
  readonly status?: string | undefined;
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Shows the spans of Sentry 11 and later to a span processor, from now on. For Sentry 10, whose provider is that of the OpenTelemetry
 * SDK, give the processor to `Sentry.init({ openTelemetrySpanProcessors: [processor] })` instead.
 *
 *     Sentry.init({ dsn, tracesSampleRate: 1 });
 *     readSentrySpans(Sentry, new AgentActionSpanProcessor());
 *
 * @returns how to stop
 * @throws Error when Sentry was not initialised, or is a version without these hooks
 */
export function readSentrySpans(sentry: SentryModule, processor: SpanProcessor): () => void {
  const client = sentry.getClient();
  if (typeof client?.on !== "function" || typeof sentry.spanToJSON !== "function")
    throw new Error(
      "Sentry has no client with span hooks: call Sentry.init() of @sentry/node 11 before readSentrySpans().",
    );
  const views = new WeakMap<object, SentrySpanView>();
  const viewOf = (span: object): SentrySpanView => {
    const view = views.get(span) ?? new SentrySpanView(() => sentry.spanToJSON(span as never));
    views.set(span, view);
    return view;
  };
  const stops = [
    client.on("spanStart", (span: object) => {
      processor.onStart(viewOf(span) as unknown as ReadableSpan, ROOT_CONTEXT);
    }),
    client.on("spanEnd", (span: object) => {
      processor.onEnd(viewOf(span) as unknown as ReadableSpan);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
