import { type ActionEvent, actionId } from "../../../src/event/index.js";
import { HIDDEN } from "../../read/dialects/common/captured.js";
import {
  type DecisionReading,
  type ModelCallReading,
  type ModelMessages,
  type ToolCallReading,
  UNNAMED,
} from "../../read/dialects/dialect.js";
import { spanTimes } from "../../read/mapping/span-times.js";
import type { ReadableSpan } from "../../read/sdk-types.js";
import type { ReadSpan, SpanReader } from "../../read/span-reader.js";
import type { Transformed } from "../../read/transform.js";
import { actionOf } from "../folding/recorded-call.js";
import { millisBetween } from "../folding/same-call.js";
import { answerFailure, wordsOf } from "./answer-failure.js";
import { CallLedger, type CallWithoutSpan } from "./call-ledger.js";
import { RequestMatcher } from "./request-matcher.js";

/**
 * Calls that no instrumentation recorded: denied approvals, tools that the agent does not have, arguments that do not fit, tools whose
 * failure left no span. What tells of them is what the model is told in its next turn.
 */
export class CallsWithoutSpan {
  readonly #reader: SpanReader;
  readonly #ledger = new CallLedger();
  readonly #requests = new RequestMatcher();
  readonly #messages = new WeakMap<ModelCallReading, Calls>();

  constructor(reader: SpanReader) {
    this.#reader = reader;
  }

  /** Remembers the call that a span recorded. To be called with every span, before those that tell of it. */
  saw(span: ReadableSpan, { read }: ReadSpan): void {
    if (read !== undefined) this.#ledger.saw(span, read.reading);
  }

  /** Remembers what a model asked for. To be called with every span, before those of the calls that answer to it. */
  asked(span: ReadableSpan, { read }: ReadSpan): void {
    if (read?.reading.is !== "model_call") return;
    this.#requests.asked(span, this.#messagesOf(read.reading).requested);
  }

  /**
   * What was read of a tool's span, with what the model said of the call: its id, where the span does not tell it, and the tool's name,
   * where the span knows no more than a class.
   */
  completed<Read extends ReadSpan>(span: ReadableSpan, ancestors: readonly ReadableSpan[], one: Read): Read {
    const reading = one.read?.reading;
    const event = actionOf(one.transformed);
    if (one.read === undefined || reading?.is !== "tool_call" || event === undefined) return one;
    const isNamed = reading.name !== UNNAMED;
    const call = {
      traceId: span.spanContext().traceId,
      start: span.startTime,
      name: isNamed ? reading.name : undefined,
      callId: reading.callId,
      parameters: reading.parameters,
    };
    const request = this.#requests.take(call, (callId) => this.#isToldAround(ancestors, callId));
    if (request === undefined) return one;
    const name = isNamed ? reading.name : request.name;
    event.tool_call_id = request.callId;
    event.action_name = isNamed ? event.action_name : name;
    return { ...one, read: { ...one.read, reading: { ...reading, name, callId: request.callId } } };
  }

  #isToldAround(ancestors: readonly ReadableSpan[], callId: string): boolean {
    return ancestors.some((around, at) => {
      const reading = this.#reader.glance(around, ancestors.slice(at + 1))?.reading;
      return reading?.is === "tool_call" && reading.callId === callId;
    });
  }

  // Messages are large, and asked for twice.
  #messagesOf(reading: ModelCallReading): Calls {
    const known = this.#messages.get(reading) ?? messagesOf(reading);
    this.#messages.set(reading, known);
    return known;
  }

  /** The events of the calls that this span, when it is a model's, tells of and that no span recorded. */
  toldBy(
    span: ReadableSpan,
    ancestors: readonly ReadableSpan[],
    { read, contextCorrelationId }: ReadSpan,
  ): readonly Extract<Transformed, { outcome: "event" }>[] {
    if (read?.reading.is !== "model_call") return [];
    const { dialect } = read;
    return this.#ledger.asked(span, this.#messagesOf(read.reading)).flatMap((call) => {
      const transformed = this.#reader.build(readingOf(call), dialect, span, ancestors, contextCorrelationId);
      const event = actionOf(transformed);
      if (event === undefined || transformed.outcome !== "event") return [];
      placeEvent(event, call, span);
      return [transformed];
    });
  }
}

type Calls = Pick<ModelMessages, "requested" | "answered">;

// A dialect may fail over messages that are not what they seem.
function messagesOf(reading: ModelCallReading): Calls {
  try {
    return reading.messages();
  } catch {
    return { requested: [], answered: [] };
  }
}

function readingOf({ answer, request }: CallWithoutSpan): ToolCallReading | DecisionReading {
  const name = answer.name ?? "";
  const parameters = request === undefined ? HIDDEN : request.call.parameters;
  const extras = { without_span: true };
  if (answer.outcome === "denied")
    return {
      is: "decision",
      type: "approval",
      name,
      context: parameters,
      result: { approved: false, reason: wordsOf(answer.result) ?? null },
      callId: answer.callId,
      failure: undefined,
      extras,
    };
  return {
    is: "tool_call",
    name,
    parameters,
    result: undefined,
    callId: answer.callId,
    failure: answerFailure(answer.result),
    extras,
  };
}

/**
 * The event was built from the model's span, which names agent, session and correlation. It lies between the two calls of the model,
 * and is named by the trace and the call, so that it is the same row whoever tells of it again.
 */
function placeEvent(event: ActionEvent, { key, request }: CallWithoutSpan, teller: ReadableSpan): void {
  const { traceId } = teller.spanContext();
  const hasBegun = request !== undefined && millisBetween(request.end, teller.startTime) >= 0;
  const startTime = hasBegun ? request.end : teller.startTime;
  const times = spanTimes({ startTime, endTime: teller.startTime });
  event.id = actionId(times.startMillis, `call:${traceId}:${key}`);
  delete event.span_id;
  delete event.parent_span_id;
  const isSameTrace = request === undefined || request.traceId === traceId;
  const parentSpanId = isSameTrace && request ? request.parentSpanId : teller.parentSpanContext?.spanId;
  if (parentSpanId !== undefined) event.parent_span_id = parentSpanId;
  if (times.startedAt !== undefined) {
    event.timestamp = times.startedAt;
    event.started_at = times.startedAt;
  }
  if (times.endedAt !== undefined) event.ended_at = times.endedAt;
  event.duration_ms = times.durationMillis ?? 0;
}
