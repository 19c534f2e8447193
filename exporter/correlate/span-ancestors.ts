import type { ReadableSpan } from "../read/sdk-types.js";
import type { SpanToMap } from "./mapped-span.js";
import { keyOf, spanKey } from "./observation.js";

/**
 * As many as the span processor keeps, and more than agents nest. Without a bound, twenty thousand spans inside each other would hold two hundred million
 * references, and a request may say that of its spans.
 */
const MAX_ANCESTORS = 32;

/** Gives each of these spans the nearest of them that are around it. The order stays. */
export function withAncestors(spans: readonly ReadableSpan[]): readonly SpanToMap[] {
  const byId = new Map(spans.map((span) => [keyOf(span), span]));
  return spans.map((span) => ({ span, ancestors: ancestorsOf(span, byId) }));
}

function ancestorsOf(span: ReadableSpan, byId: ReadonlyMap<string, ReadableSpan>): readonly ReadableSpan[] {
  const ancestors = new Set<ReadableSpan>();
  for (let parent = span.parentSpanContext; parent !== undefined && ancestors.size < MAX_ANCESTORS; ) {
    const found = byId.get(spanKey(parent));
    // Spans that nobody vouches for may say that one is inside itself.
    if (found === undefined || found === span || ancestors.has(found)) break;
    ancestors.add(found);
    parent = found.parentSpanContext;
  }
  return [...ancestors];
}
