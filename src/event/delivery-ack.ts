/**
 * How a span processor reports to the API whether it accepted the event: `tracing/` starts a span in a context that holds an
 * acknowledgement, the processor remembers it at `onStart` and fills it in at `onEnd`. Neither module imports the other.
 *
 * Context keys of OpenTelemetry are symbols; a registered one is the same in every copy of this package. Its text is that of
 * version 0.1.0, so that copies of different versions meet.
 */
export const DELIVERY_ACK_KEY: symbol = Symbol.for("otel-agent-actions.receipt");

export interface DeliveryAck {
  /** `true`: the pipeline has accepted the event; `false`: it was dropped and counted; absent: no processor saw it. */
  taken?: boolean;
  /** The span that it is for: the first that was started with it. Filled in by the processors. */
  spanId?: string;
}

/**
 * A registered symbol on `globalThis` under which an exporter that stands behind somebody else's processor (and so sees no
 * start of a span) counts itself, for the API to know that there is a pipeline at all.
 */
export const LIVE_EXPORTERS_KEY: symbol = Symbol.for("otel-agent-actions.live-exporters");

/**
 * A registered symbol on `globalThis` under which a processor or exporter that keeps large contents whole says how many bytes of JSON it takes of
 * one, so that the API does not trim it before.
 */
export const LARGE_CONTENTS_KEY: symbol = Symbol.for("otel-agent-actions.large-contents");

/** The name of the context key under which a correlation id is passed on. The API makes one symbol a name, in every copy of it. */
export const CORRELATION_CONTEXT_KEY = "otel-agent-actions.correlation-id";
