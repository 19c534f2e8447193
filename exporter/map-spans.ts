import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { createTransform, type Transformed, type TransformOptions } from "./transform.js";

export type MapOptions = TransformOptions;

/** A span that ended, with the spans around it that are known. */
export interface SpanToMap {
  readonly span: ReadableSpan;
  /** Nearest first. */
  readonly ancestors: readonly ReadableSpan[];
}

/** The span recorded a call that another span recorded as well, and that one's event stands for both. */
export interface FoldedSpan {
  readonly outcome: "folded";
  /** The id of the span whose event stands for both. */
  readonly into: string;
  /** The dialect that the folded span spoke. */
  readonly dialect: string;
}

export interface MappedSpan {
  readonly span: ReadableSpan;
  readonly transformed: Transformed | FoldedSpan;
  /**
   * The event is a call that has no span of its own: `span` is a model's, which tells of it, and has an entry of its own
   * before this one.
   */
  readonly isToldOnly?: true;
}

/**
 * What becomes of spans that are known all at once: those of a file, or of one request. One entry a span, in the order given;
 * calls without a span follow the span that tells of them.
 */
export function mapSpans(spans: readonly SpanToMap[], options: MapOptions = {}): readonly MappedSpan[] {
  const transform = createTransform(options);
  return spans.map(({ span, ancestors }) => ({ span, transformed: transform(span, { ancestors }) }));
}
