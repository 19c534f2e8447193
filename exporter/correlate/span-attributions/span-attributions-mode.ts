export const SPAN_ATTRIBUTIONS = ["awaited", "all"] as const;

/** Of which spans facts are sent: those that something of this process awaits, or all. */
export type SpanAttributionsMode = (typeof SPAN_ATTRIBUTIONS)[number];
