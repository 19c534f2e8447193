import {
  type Attributes,
  type Context,
  isSpanContextValid,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { DELIVERY_ACK_KEY, type DeliveryAck, LIVE_EXPORTERS_KEY } from "../event/delivery-ack.js";
import { ATTR_ERROR_TYPE } from "../event/semconv.js";
import { describeError, type ErrorDescription } from "../internal/describe-error.js";
import { activeContext, callInContext, guarded, reportProblem } from "./guard.js";
import { observeOutcome } from "./observe-outcome.js";
import type { Outcome } from "./outcome.js";
import type { SpanTimes } from "./span-clock.js";
import type { SpanOutcome, SpanTemplate } from "./span-template.js";

/** What a recorder asks at each call: an actor of the API, or an instrumentation. */
export interface SpanSource {
  /** `undefined`: nothing is recorded now. */
  readonly tracer: Tracer | undefined;
  /** Whether arguments and results are written. */
  readonly capturesContent: boolean;
  /** Adds what all spans of this source carry, where the span does not say it itself. */
  addAttributes?(attributes: Attributes, around: Context): void;
  /** The context for what happens inside a span, before that span is put into it. */
  contextInside?(around: Context, inherited?: Attributes): Context;
}

/** A span that is open until the first of `succeed`, `fail` and `end`. What comes later changes nothing. Only the constructor throws. */
export class RecordedSpan<Template extends SpanTemplate = SpanTemplate> implements Outcome {
  readonly template: Template;
  /** `false` where it is not sampled. It still has to be the parent of what is inside, or that would be sampled by itself. */
  readonly isRecording: boolean;
  readonly #source: SpanSource;
  readonly #around: Context;
  readonly #times: SpanTimes;
  readonly #ack: DeliveryAck | undefined;
  readonly #span: Span;
  #context: Context | undefined;
  #ended = false;

  /** @param ack for whoever wants to know whether a pipeline accepts the event; of this span alone */
  constructor(source: SpanSource, tracer: Tracer, template: Template, times: SpanTimes, ack?: DeliveryAck) {
    const { spanName, kind = SpanKind.INTERNAL, attributes, parent = activeContext() } = template;
    this.template = template;
    this.#source = source;
    this.#around = parent;
    this.#times = times;
    this.#ack = ack;
    source.addAttributes?.(attributes, parent);
    // Only in the context that this span is started in: one that the host's code ran in would hand it to the spans made there.
    const start = ack === undefined ? parent : parent.setValue(DELIVERY_ACK_KEY, ack);
    this.#span = tracer.startSpan(spanName, { kind, attributes, startTime: times.startTime }, start);
    this.isRecording = this.#span.isRecording();
    if (template.content !== undefined) this.#write({ content: template.content });
  }

  /** For what happens inside. */
  get context(): Context {
    this.#context ??= this.#inside();
    return this.#context;
  }

  /** Makes the host's call inside, and ends the span, or the outcome that is given, when the call ends. */
  observe<T>(call: () => T, outcome: Outcome = this): T {
    const { context } = this;
    return observeOutcome(() => callInContext(context, call), outcome, context);
  }

  /** Writes what is known while the call goes on. */
  write(outcome: SpanOutcome): void {
    if (!this.#ended) this.#write(outcome);
  }

  /** Ends with what the template says of the value; where that goes on by itself, when it has finished. */
  succeed(value: unknown): void {
    if (this.#ended) return;
    const { until } = this.template;
    const isPending = until && guarded(UNREADABLE, () => this.#endAfter(until(value), value));
    if (!isPending) this.#succeed(value);
  }

  fail(error: unknown): void {
    if (!this.#ended) this.end(this.failure(error));
  }

  /** What the template writes of what was thrown. */
  failure(error: unknown): SpanOutcome {
    const { threw } = this.template;
    return (threw && guarded(UNREADABLE, () => threw(error))) ?? failureOf(error);
  }

  /** @returns whether a pipeline has accepted the event, where the span was opened with an acknowledgement; once */
  end(outcome: SpanOutcome = {}): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#write(outcome);
    try {
      this.#span.end(this.#times.endTime());
      return this.#ack !== undefined && (this.#ack.taken ?? this.#isExportable());
    } catch (error) {
      reportProblem(UNWRITTEN, error);
      return this.#ack?.taken ?? false;
    }
  }

  spanContext(): SpanContext | undefined {
    return guarded("a span has no context", () => this.#span.spanContext());
  }

  #inside(): Context {
    const around = this.#around;
    try {
      const inside = this.#source.contextInside?.(around, this.template.inherited) ?? around;
      return isSpanContextValid(this.#span.spanContext()) ? trace.setSpan(inside, this.#span) : inside;
    } catch (error) {
      reportProblem("the context of a span could not be made", error);
      return around;
    }
  }

  #endAfter(pending: PromiseLike<unknown> | undefined, value: unknown): boolean {
    pending?.then(
      () => this.#succeed(value),
      (error) => this.fail(error),
    );
    return pending !== undefined;
  }

  #succeed(value: unknown): void {
    if (this.#ended) return;
    let outcome: SpanOutcome | undefined;
    try {
      outcome = this.template.returned?.(value);
    } catch (error) {
      reportProblem(UNREADABLE, error);
    }
    this.end(outcome);
  }

  // No text is made where nothing records.
  #write(outcome: SpanOutcome): void {
    const { attributes, content, failure } = outcome;
    if (!this.isRecording) return;
    try {
      if (attributes !== undefined) this.#span.setAttributes(attributes);
      if (content !== undefined && this.#source.capturesContent) this.#span.setAttributes(content());
    } catch (error) {
      reportProblem(UNWRITTEN, error);
    }
    if (failure !== undefined) guarded(UNWRITTEN, () => writeFailure(this.#span, failure, outcome));
  }

  // Behind somebody else's processor no start of a span is seen, so nobody acknowledges.
  #isExportable(): boolean {
    const isSampled = (this.#span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
    const exporters: unknown = Reflect.get(globalThis, LIVE_EXPORTERS_KEY);
    return this.isRecording && isSampled && typeof exporters === "number" && exporters > 0;
  }
}

const UNREADABLE = "the outcome of a call could not be read";
const UNWRITTEN = "a span could not be written";

/** What was thrown, as it is written where a template says nothing of its own: anything at all may be thrown. */
export function failureOf(thrown: unknown): { readonly failure: ErrorDescription; readonly thrown: unknown } {
  const { type, message } = describeError(thrown);
  return { failure: { type: cut(type), message: cut(message) }, thrown };
}

// Status ERROR with the message, `error.type`, and an exception event where something was thrown.
function writeFailure(span: Span, failure: ErrorDescription, outcome: SpanOutcome): void {
  const [type, message] = [cut(failure.type), cut(failure.message)];
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  span.setAttribute(ATTR_ERROR_TYPE, type);
  if ("thrown" in outcome) span.recordException({ name: type, message, ...stackOf(outcome.thrown) });
}

function stackOf(thrown: unknown): { stack?: string } {
  try {
    // The engine writes the stack when it is first asked for, with the whole message before it, which leaves no room for anything else here.
    if (isLongMessage(Reflect.get(Object(thrown), "message"))) return {};
    const stack: unknown = (thrown as Error | undefined)?.stack;
    return typeof stack === "string" ? { stack: cut(stack) } : {};
  } catch {
    // A getter of the host's: the failure is written without its stack.
    return {};
  }
}

/**
 * A message or a stack longer than this is cut: the place for what is large is the result. An event has less of it, so that redaction sees
 * whole what stands where that is cut.
 */
const MAX_TEXT_CHARACTERS = 49_152;

const isLongMessage = (message: unknown): boolean =>
  typeof message === "string" && message.length > MAX_TEXT_CHARACTERS;

const cut = (text: string): string =>
  text.length <= MAX_TEXT_CHARACTERS ? text : `${text.slice(0, MAX_TEXT_CHARACTERS)}…`;
