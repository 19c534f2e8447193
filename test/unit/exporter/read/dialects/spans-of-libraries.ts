import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { createTransform, type TransformOptions } from "../../../../../exporter/read/transform.js";
import type { ActionEvent } from "../../../../../src/event/index.js";
import { type SpanParts, spanOf } from "../../spans.js";

/** A span as a library of another language writes it, by its source, with events that are no exceptions. */
export interface LibrarySpan extends SpanParts {
  readonly says?: readonly (readonly [event: string, attributes: Readonly<Record<string, unknown>>])[];
}

export function librarySpan({ says = [], ...parts }: LibrarySpan): ReadableSpan {
  const span = spanOf(parts);
  const events = says.map(([name, attributes]) => ({ name, time: [1, 0], attributes }));
  return { ...span, events: [...span.events, ...events] } as unknown as ReadableSpan;
}

export function actionOf(
  parts: LibrarySpan,
  ancestors: readonly ReadableSpan[] = [],
  options: TransformOptions = {},
): ActionEvent {
  const transformed = createTransform({ captureContent: true, ...options })(librarySpan(parts), {
    ancestors,
  });
  if (transformed.outcome !== "event") throw new Error(transformed.reason);
  return transformed.event as ActionEvent;
}

export function reasonOf(parts: LibrarySpan): string {
  const transformed = createTransform()(librarySpan(parts), { ancestors: [] });
  return transformed.outcome === "event" ? "an action" : transformed.reason;
}
