import type { ActionEvent } from "../../../src/event/index.js";
import type { ReadableSpan } from "../../read/sdk-types.js";
import type { ReadSpan, SpanReader } from "../../read/span-reader.js";
import type { Transformed } from "../../read/transform.js";
import { type CallSight, type RecordedCall, sightOf, spanKey } from "./call-sight.js";

/** The event, when it is one of an action. */
export function actionOf(transformed: Transformed): ActionEvent | undefined {
  return transformed.outcome === "event" && transformed.kind === "action"
    ? (transformed.event as ActionEvent)
    : undefined;
}

/** The call or run that a span is, where an action became of it. */
export function callSightOf(span: ReadableSpan, { transformed, read }: ReadSpan): CallSight | undefined {
  if (read === undefined || actionOf(transformed) === undefined) return undefined;
  return sightOf(span, read.dialect.name, read.reading);
}

/** All that folding needs to know of a call, without the span. */
export function recordedCall(
  sight: CallSight,
  event: ActionEvent,
  span: ReadableSpan,
  ancestors: readonly ReadableSpan[],
  runAt: number,
  reader: SpanReader,
): RecordedCall {
  return {
    ...sight,
    event,
    runAt,
    ancestors: ancestors.map((ancestor) => spanKey(ancestor.spanContext())),
    knowsAgent: reader.knowsAgent(span, ancestors),
  };
}
