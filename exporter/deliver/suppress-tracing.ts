import { type Context, createContextKey } from "@opentelemetry/api";

// The key that `@opentelemetry/core` makes; context keys are registered symbols, so the same text is the same key in
// every copy. Taken over as text because a dependency on that package would cost each agent 10 MB.
const SUPPRESS_TRACING_KEY = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");

/** A context in which every SDK answers with spans that record nothing, so that sending spans does not make spans. */
export function suppressTracing(context: Context): Context {
  return context.setValue(SUPPRESS_TRACING_KEY, true);
}
