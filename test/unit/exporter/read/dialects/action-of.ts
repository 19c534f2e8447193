import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { createTransform } from "../../../../../exporter/read/transform.js";
import type { ActionEvent } from "../../../../../src/event/index.js";
import { type SpanParts, spanOf } from "../../spans.js";

/** The action that a span becomes; a test that expects none asks for the reason. */
export function actionOf(parts: SpanParts, ancestors: readonly ReadableSpan[] = []): ActionEvent {
  const transformed = createTransform({ captureContent: true })(spanOf(parts), { ancestors });
  if (transformed.outcome !== "event") throw new Error(transformed.reason);
  return transformed.event as ActionEvent;
}

export function reasonOf(parts: SpanParts, ancestors: readonly ReadableSpan[] = []): string {
  const transformed = createTransform({ captureContent: true })(spanOf(parts), { ancestors });
  return transformed.outcome === "event" ? "an action" : transformed.reason;
}
