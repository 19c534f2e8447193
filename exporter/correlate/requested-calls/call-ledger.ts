import type { HrTime } from "@opentelemetry/api";
import type { Captured } from "../../read/dialects/common/captured.js";
import type { AnsweredCall, ModelMessages, Reading, RequestedCall } from "../../read/dialects/dialect.js";
import type { ReadableSpan } from "../../read/sdk-types.js";
import { millisBetween } from "../folding/same-call.js";
import { BoundedMap } from "./bounded-map.js";
import { type SeenCall, SeenCalls } from "./seen-calls.js";

/** A call that a model asked for. */
export interface Request {
  readonly call: RequestedCall;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly start: HrTime;
  readonly end: HrTime;
}

/** A model was told that a call failed or was denied, and no span recorded the call. */
export interface CallWithoutSpan {
  /** Names the call in its trace. */
  readonly key: string;
  readonly answer: AnsweredCall;
  /** Absent when the model asked in another process, or too long ago. */
  readonly request: Request | undefined;
}

const MAX_REQUESTS = 5_000;
const MAX_TOLD = 5_000;
/** Where ids are counted up, each run has the same ones. */
const MAX_SAME_KEY = 31;

/**
 * What models asked for, what was done, and what models were told of it: bounded, and over the traces of one process, because an
 * approval may be answered in a later run.
 */
export class CallLedger {
  readonly #seen = new SeenCalls();
  readonly #requests = new BoundedMap<readonly Request[]>(MAX_REQUESTS);
  readonly #told = new BoundedMap<true>(MAX_TOLD);

  /** Remembers that a span recorded a call, whatever became of it. */
  saw(span: ReadableSpan, reading: Reading): void {
    const call = callIn(span, reading);
    if (call !== undefined) this.#seen.add(call);
  }

  /**
   * Remembers what a model asked for, and answers which of the calls that it was told about failed or were denied without a span. Each
   * is answered once, however many models and layers of models are told.
   */
  asked(
    span: ReadableSpan,
    { requested, answered }: Pick<ModelMessages, "requested" | "answered">,
  ): readonly CallWithoutSpan[] {
    this.#seen.expectModels();
    const found = answered.flatMap((answer, at) => {
      const nth = answered.slice(0, at).filter(({ name }) => name === answer.name).length;
      return this.#withoutSpan(span, answer, nth, at) ?? [];
    });
    for (const call of requested) this.#remember(span, call);
    return found;
  }

  #withoutSpan(
    span: ReadableSpan,
    answer: AnsweredCall,
    nth: number,
    at: number,
  ): CallWithoutSpan | undefined {
    if (answer.outcome !== "error" && answer.outcome !== "denied") return undefined;
    const { traceId, spanId } = span.spanContext();
    const request = this.#requestOf(span, answer, nth);
    const name = answer.name ?? request?.call.name;
    if (name === undefined) return undefined;
    const callId = answer.callId ?? request?.call.callId;
    const key = callId ?? `${request?.spanId ?? spanId}:${name}:${at}`;
    const once = `${request ? `${request.traceId}:${request.spanId}` : traceId}:${key}`;
    const isCovered = this.#seen.covers({
      key: once,
      traceId,
      callId,
      name,
      parameters: request?.call.parameters,
      askedAt: request?.start,
      toldAt: span.startTime,
    });
    if (isCovered || this.#told.get(once)) return undefined;
    this.#told.set(once, true);
    return { key, answer: { ...answer, callId, name }, request };
  }

  // An answer without an id is to the tool's call of that number, among those that the model asked for last.
  #requestOf(span: ReadableSpan, { callId, name }: AnsweredCall, nth: number): Request | undefined {
    const { traceId } = span.spanContext();
    const known = this.#requests.get(callId ?? nameKey(traceId, name)) ?? [];
    const before = known.filter(({ start }) => millisBetween(start, span.startTime) >= 0);
    const last = before.findLast((request) => request.traceId === traceId) ?? before.at(-1);
    if (callId !== undefined) return last;
    const asked = before.filter(({ spanId }) => spanId === last?.spanId);
    return asked[nth] ?? last;
  }

  #remember(span: ReadableSpan, call: RequestedCall): void {
    const { traceId, spanId } = span.spanContext();
    const request = {
      call,
      traceId,
      spanId,
      parentSpanId: span.parentSpanContext?.spanId,
      start: span.startTime,
      end: span.endTime,
    };
    const keys = [nameKey(traceId, call.name), ...(call.callId === undefined ? [] : [call.callId])];
    for (const key of keys)
      this.#requests.set(key, [...(this.#requests.get(key) ?? []).slice(-MAX_SAME_KEY), request]);
  }
}

const nameKey = (traceId: string, name: string | undefined): string => `${traceId}:${name}`;

function callIn(span: ReadableSpan, reading: Reading): SeenCall | undefined {
  switch (reading.is) {
    case "tool_call":
      return seen(span, reading.name, reading.callId, reading.parameters);
    case "decision":
      return seen(span, reading.name, reading.callId, reading.context);
    case "explicit":
      return seen(span, reading.name, reading.callId, reading.details.tool_parameters);
    default:
      return undefined;
  }
}

const seen = (
  span: ReadableSpan,
  name: string,
  callId: string | undefined,
  parameters: Captured,
): SeenCall => ({ traceId: span.spanContext().traceId, start: span.startTime, name, callId, parameters });
