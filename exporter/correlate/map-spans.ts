import type { MappedSpan, SpanToMap } from "./mapped-span.js";
import { type MapOptions, SpanCorrelator } from "./span-correlator.js";

export type { DeduplicatedSpan, MappedSpan, SpanToMap } from "./mapped-span.js";
export type { MapOptions } from "./span-correlator.js";

/**
 * What becomes of spans that are known all at once: those of a file, or of one request. One entry a span, in the order given;
 * calls without a span follow the span that reports them.
 */
export const mapSpans = (spans: readonly SpanToMap[], options: MapOptions = {}): readonly MappedSpan[] =>
  new SpanCorrelator(options).map(spans);
