import type { ReadableSpan } from "../read/sdk-types.js";

/** A span, with those that are around it as far as they are known. */
export interface SpanWithAncestors {
  readonly span: ReadableSpan;
  /** Nearest first. */
  readonly ancestors: readonly ReadableSpan[];
}

/**
 * As many as the span processor keeps, and more than agents nest. Without a bound, twenty thousand spans inside each other would hold two hundred million
 * references, and a request may say that of its spans.
 */
const MAX_ANCESTORS = 32;

/** Gives each of these spans the nearest of them that are around it. The order stays. */
export function withAncestors(spans: readonly ReadableSpan[]): readonly SpanWithAncestors[] {
  const byId = new Map(spans.map((span) => [keyOf(span.spanContext()), span]));
  return spans.map((span) => ({ span, ancestors: ancestorsOf(span, byId) }));
}

const keyOf = ({ traceId, spanId }: { traceId: string; spanId: string }): string => `${traceId}:${spanId}`;

function ancestorsOf(span: ReadableSpan, byId: ReadonlyMap<string, ReadableSpan>): readonly ReadableSpan[] {
  const ancestors = new Set<ReadableSpan>();
  for (let parent = span.parentSpanContext; parent !== undefined && ancestors.size < MAX_ANCESTORS; ) {
    const found = byId.get(keyOf(parent));
    // Spans that nobody vouches for may say that one is inside itself.
    if (found === undefined || found === span || ancestors.has(found)) break;
    ancestors.add(found);
    parent = found.parentSpanContext;
  }
  return [...ancestors];
}
