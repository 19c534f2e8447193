import type { ActionEvent } from "../../src/event/index.js";
import { UNNAMED } from "../read/dialects/dialect.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import type { ReadSpan, SpanReader } from "../read/span-reader.js";
import type { Transformed } from "../read/transform.js";
import type { Draft } from "./correlation-memory.js";
import type { EventOutcome, SpanToMap } from "./mapped-span.js";
import { type InSession, matchRequest } from "./model-requests.js";
import {
  actionOf,
  type CallObservation,
  callObservationOf,
  isRequestable,
  keyOf,
  type Observation,
  type Origin,
  observe,
  type RecordedCall,
} from "./observation.js";
import { hasIdOf } from "./same-call.js";
import { placeEvent, readingOf } from "./unrecorded-call-event.js";
import { unrecordedCalls } from "./unrecorded-calls.js";

/**
 * What was read of one span that ended, and the steps by which what is known of other spans gets into it and its event: the same for
 * a span of a running program and for one of a batch.
 */
export class SpanReport implements InSession, SpanToMap {
  readonly span: ReadableSpan;
  /** Nearest first. */
  readonly ancestors: readonly ReadableSpan[];
  readonly #read: ReadSpan;
  /** What the span says, with what other spans say of it. */
  one: Observation;

  /** @param withMessages whether a model's input and output are wanted, too: messages are large */
  constructor(read: ReadSpan, { span, ancestors }: SpanToMap, origin: Origin, withMessages: boolean) {
    this.span = span;
    this.ancestors = ancestors;
    this.#read = read;
    this.one = observe(span, read.read, origin, withMessages);
  }

  get transformed(): Transformed {
    return this.#read.transformed;
  }

  /** The event of the action that the span is. */
  get event(): ActionEvent | undefined {
    return actionOf(this.transformed);
  }

  session(): string | undefined {
    return this.#read.nearest?.().sessionId;
  }

  agent(): string | undefined {
    return this.#read.nearest?.().agentName;
  }

  /**
   * Completes a call. One that has the id of the call around it, from which it was handed on, has none of its own. What the model said
   * of it goes into it: its id, where the span does not say it, and the tool's name, where the span knows no more than a class.
   *
   * @param around what of the spans around it is a call
   * @param draft with what models asked for; absent where that is not wanted
   */
  complete(around: () => readonly CallObservation[], draft: Draft | undefined): void {
    const { one, event } = this;
    if (event === undefined || !isRequestable(one)) return;
    const call = one.callId === undefined ? undefined : callObservationOf(one);
    if (call !== undefined && around().some((outer) => hasIdOf(call, outer))) {
      delete event.tool_call_id;
      this.one = { ...one, callId: undefined };
    }
    if (draft === undefined || this.#read.read?.reading.is !== one.is) return;
    const isReported = (callId: string) => around().some((outer) => outer.callId === callId);
    const request = matchRequest(draft, this.one, isReported);
    if (request === undefined) return;
    const name = one.name === UNNAMED ? request.name : one.name;
    event.tool_call_id = request.callId;
    if (one.name === UNNAMED) event.action_name = name;
    this.one = { ...one, name, callId: request.callId };
  }

  /** The events of the calls that this span, when it is a model's, reports and that no span recorded. */
  unrecordedEvents(draft: Draft, reader: SpanReader): readonly EventOutcome[] {
    const { span, ancestors, one } = this;
    const { read, contextCorrelationId } = this.#read;
    if (read === undefined || one.is !== "model_call") return [];
    return unrecordedCalls(draft, this).flatMap((call) => {
      const transformed = reader.build(readingOf(call), read.dialect, span, ancestors, contextCorrelationId);
      const event = actionOf(transformed);
      if (event === undefined || transformed.outcome !== "event") return [];
      placeEvent(event, call, one);
      return [transformed];
    });
  }

  /**
   * The call or run that the span is, and its event.
   *
   * @param runAt which of the spans around it is the nearest run
   * @param isRow whether it was published as running
   */
  recordedCall(call: CallObservation, event: ActionEvent, runAt: number, isRow = false): RecordedCall {
    return {
      ...call,
      event,
      runAt,
      isRow,
      ancestors: this.ancestors.map(keyOf),
      knowsAgent: this.agent() !== undefined,
    };
  }
}
