import { type ActionEvent, actionId } from "../../src/event/index.js";
import { HIDDEN } from "../read/dialects/common/captured.js";
import type { DecisionReading, ToolCallReading } from "../read/dialects/dialect.js";
import { spanTimes } from "../read/mapping/span-times.js";
import { answerFailure, wordsOf } from "./answer-failure.js";
import { type Observation, putFields } from "./observation.js";
import { millisBetween } from "./same-call.js";
import type { UnrecordedCall } from "./unrecorded-calls.js";

/** The call, as a dialect would read it in a span of its own. */
export function readingOf({ answer, asked }: UnrecordedCall): ToolCallReading | DecisionReading {
  const { name, callId } = answer;
  const parameters = asked === undefined ? HIDDEN : asked.parameters;
  const extras = { without_span: true };
  if (answer.outcome === "denied")
    return {
      is: "decision",
      type: "approval",
      name,
      context: parameters,
      result: { approved: false, reason: wordsOf(answer.result) ?? null },
      callId,
      failure: undefined,
      extras,
    };
  const hasFailed = answer.outcome === "error";
  return {
    is: "tool_call",
    name,
    parameters,
    result: hasFailed ? undefined : answer.result,
    callId,
    failure: hasFailed ? answerFailure(answer.result) : undefined,
    extras,
  };
}

/**
 * The event was built from the model's span, which names agent, session and correlation. It lies between the two calls of the model,
 * and is named by the trace and the call, so that it is the same row whoever reports it again.
 */
export function placeEvent(event: ActionEvent, { key, request }: UnrecordedCall, model: Observation): void {
  const { traceId } = model;
  const hasBegun = request !== undefined && millisBetween(request.end, model.start) >= 0;
  const startTime = hasBegun ? request.end : model.start;
  const times = spanTimes({ startTime, endTime: model.start });
  const { parentSpanId } = request?.traceId === traceId ? request : model;
  putFields(event, {
    id: actionId(times.startMillis, `call:${traceId}:${key}`),
    span_id: undefined,
    parent_span_id: parentSpanId,
    timestamp: times.startedAt ?? event.timestamp,
    started_at: times.startedAt ?? event.started_at,
    ended_at: times.endedAt ?? event.ended_at,
    duration_ms: times.durationMillis,
  });
}
