/**
 * What was read of one span that ended, and the steps by which what is known of other spans gets into it: the same for a span of a
 * running program and for one of a batch.
 */
import type { ActionEvent } from "../../src/event/index.js";
import { UNNAMED } from "../read/dialects/dialect.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import type { ReadSpan, SpanReader } from "../read/span-reader.js";
import type { Draft } from "./correlation-memory.js";
import type { EventOutcome } from "./mapped-span.js";
import { type InSession, matchRequest } from "./model-requests.js";
import {
  actionOf,
  type CallObservation,
  callObservationOf,
  type Observation,
  type Origin,
  observe,
  type RecordedCall,
  spanKey,
} from "./observation.js";
import { hasIdOf } from "./same-call.js";
import { placeEvent, readingOf } from "./unrecorded-call-event.js";
import { unrecordedCalls } from "./unrecorded-calls.js";

export interface SpanReport extends ReadSpan {
  readonly span: ReadableSpan;
  /** Nearest first. */
  readonly ancestors: readonly ReadableSpan[];
  readonly observation: Observation;
}

export function reportOf(
  read: ReadSpan,
  span: ReadableSpan,
  ancestors: readonly ReadableSpan[],
  origin: Origin,
  withMessages: boolean,
): SpanReport {
  // Member by member: spreading costs a microsecond on each span.
  return {
    transformed: read.transformed,
    read: read.read,
    nearest: read.nearest,
    contextCorrelationId: read.contextCorrelationId,
    span,
    ancestors,
    observation: observe(span, read.read, origin, withMessages),
  };
}

export const inSession = ({ observation, nearest }: SpanReport): InSession => ({
  one: observation,
  session: () => nearest?.().sessionId,
  agent: () => nearest?.().agentName,
});

/**
 * The report without a call id that is another call's: of the span around it, from which it was handed on.
 *
 * @param around what of the spans around it is a call
 */
export function withOwnId(report: SpanReport, around: () => Iterable<CallObservation>): SpanReport {
  const { observation } = report;
  if (observation.is !== "tool_call" || observation.callId === undefined) return report;
  const call = callObservationOf(observation);
  const event = actionOf(report.transformed);
  if (call === undefined || event === undefined) return report;
  for (const outer of around()) {
    if (!hasIdOf(call, outer)) continue;
    delete event.tool_call_id;
    return { ...report, observation: { ...observation, callId: undefined } };
  }
  return report;
}

/**
 * The report with what the model said of the call: its id, where the span does not say it, and the tool's name, where the span knows no
 * more than a class.
 */
export function withRequest(
  report: SpanReport,
  draft: Draft,
  around: () => Iterable<CallObservation>,
): SpanReport {
  const event = actionOf(report.transformed);
  const { observation } = report;
  const reading = report.read?.reading.is;
  if (
    (observation.is !== "tool_call" && observation.is !== "decision") ||
    reading !== observation.is ||
    event === undefined
  )
    return report;
  const isReported = (callId: string) => [...around()].some((outer) => outer.callId === callId);
  const request = matchRequest(draft, observation, isReported);
  if (request === undefined) return report;
  const name = observation.name === UNNAMED ? request.name : observation.name;
  event.tool_call_id = request.callId;
  if (observation.name === UNNAMED) event.action_name = name;
  return { ...report, observation: { ...observation, name, callId: request.callId } };
}

/** The events of the calls that this span, when it is a model's, reports and that no span recorded. */
export function unrecordedEvents(
  report: SpanReport,
  draft: Draft,
  reader: SpanReader,
): readonly EventOutcome[] {
  const { span, ancestors, observation, contextCorrelationId, read } = report;
  if (read === undefined || observation.is !== "model_call") return [];
  return unrecordedCalls(draft, inSession(report)).flatMap((call) => {
    const transformed = reader.build(readingOf(call), read.dialect, span, ancestors, contextCorrelationId);
    const event = actionOf(transformed);
    if (event === undefined || transformed.outcome !== "event") return [];
    placeEvent(event, call, observation);
    return [transformed];
  });
}

/**
 * The call or run that a span is, and its event.
 *
 * @param runAt which of the spans around it is the nearest run
 * @param isRow whether it was published as running
 */
export const recordedCall = (
  { ancestors, nearest }: SpanReport,
  call: CallObservation,
  event: ActionEvent,
  runAt: number,
  isRow = false,
): RecordedCall => ({
  ...call,
  event,
  runAt,
  isRow,
  ancestors: ancestors.map((ancestor) => spanKey(ancestor.spanContext())),
  knowsAgent: nearest?.().agentName !== undefined,
});
