export const SPAN_ATTRIBUTIONS = ["awaited", "all"] as const;

/** Of which spans attributions are sent: those that an action of this process refers to, or all. */
export type SpanAttributionsMode = (typeof SPAN_ATTRIBUTIONS)[number];

/** 32 MiB. */
export const MAX_CORRELATION_BYTES = 33_554_432;
