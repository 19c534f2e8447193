import { AsyncResource } from "node:async_hooks";
import { type Context, context, createContextKey, ROOT_CONTEXT } from "@opentelemetry/api";

// The key that `@opentelemetry/core` makes; context keys are registered symbols, so the same text is the same key in
// every copy. Taken over as text because a dependency on that package would cost each agent 10 MB.
const SUPPRESS_TRACING_KEY = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");

/** A context in which every SDK returns spans that record nothing, so that sending spans does not make spans. */
export function suppressTracing(given: Context): Context {
  return given.setValue(SUPPRESS_TRACING_KEY, true);
}

/**
 * What is started in here holds nothing of the agent: sockets and timers of the Kafka client live for hours, and would
 * otherwise keep alive (and show to every callback) the `AsyncLocalStorage` values of whichever action came first.
 * It also makes no spans, whatever instrumentations are in place.
 */
export function runDetached<Result>(work: () => Result): Result {
  return SCOPE.runInAsyncScope(() => context.with(suppressTracing(ROOT_CONTEXT), work));
}

// Made when this module is loaded, which is before any action.
const SCOPE = new AsyncResource("otel-agent-actions.exporter", { requireManualDestroy: true });
