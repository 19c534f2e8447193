import { createHash } from "node:crypto";
import { readableSpan } from "../readable-span.js";
import type { ReadableSpan } from "../sdk-types.js";

/**
 * The parts of each span as one span, inside the one that they belong to: with an id of its own, because that span comes by itself, with its own
 * times and perhaps with the same contents.
 */
export function joinSpanParts(parts: readonly ReadableSpan[]): readonly ReadableSpan[] {
  const bySpan = new Map<string, ReadableSpan[]>();
  for (const part of parts) {
    const { traceId, spanId } = part.spanContext();
    const key = `${traceId}:${spanId}`;
    const list = bySpan.get(key);
    if (list === undefined) bySpan.set(key, [part]);
    else list.push(part);
  }
  return [...bySpan.entries()].flatMap(([key, list]) => joined(key, list) ?? []);
}

function joined(key: string, parts: readonly ReadableSpan[]): ReadableSpan | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  const { traceId, spanId } = first.spanContext();
  const { version } = first.instrumentationScope;
  return readableSpan({
    traceId,
    spanId: createHash("sha256").update(`part:${key}`).digest("hex").slice(0, 16),
    parentSpanId: spanId,
    name: first.name,
    kind: first.kind,
    startTime: first.startTime,
    endTime: first.endTime,
    status: first.status,
    attributes: Object.assign({}, ...parts.map(({ attributes }) => attributes)) as ReadableSpan["attributes"],
    events: parts.flatMap(({ events }) =>
      events.map((event) => ({ ...event, attributes: event.attributes ?? {} })),
    ),
    resource: first.resource.attributes,
    scope: { name: first.instrumentationScope.name, ...(version !== undefined && { version }) },
  });
}
