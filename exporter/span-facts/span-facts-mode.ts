export const SPAN_FACTS = ["awaited", "all"] as const;

/** Of which spans facts are sent: those that something of this process awaits, or all. */
export type SpanFactsMode = (typeof SPAN_FACTS)[number];
