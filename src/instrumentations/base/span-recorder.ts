import {
  type Attributes,
  type Context,
  isSpanContextValid,
  type Span,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { ATTR_ERROR_TYPE } from "../../event/semconv.js";
import { describeError } from "../../internal/describe-error.js";
import { activeContext } from "../../tracing/active-context.js";
import { callInContext } from "../../tracing/call-in-context.js";
import { observeOutcome } from "../../tracing/observe-outcome.js";
import { quietly } from "../../tracing/quietly.js";
import { recordFailure } from "../../tracing/record-failure.js";
import { SpanClock } from "../../tracing/span-clock.js";
import type { CallForm, Outcome } from "./call-form.js";
import { observeStream } from "./observe-stream.js";

/** What a recorder asks its instrumentation, at each call. */
export interface RecorderSource {
  readonly enabled: boolean;
  readonly capturesContent: boolean;
  readonly tracer: Tracer;
}

/**
 * Writes the spans of an instrumentation. Whatever telemetry does, the host's call is made exactly once, and the host gets
 * what it returned or threw.
 */
export class SpanRecorder {
  readonly #source: RecorderSource;

  constructor(source: RecorderSource) {
    this.#source = source;
  }

  get enabled(): boolean {
    return this.#source.enabled;
  }

  get capturesContent(): boolean {
    return this.#source.capturesContent;
  }

  /**
   * Makes the host's call inside a span, which ends when the call does: at once, when its promise or thenable settles, or when
   * the generator or stream that it gives is finished.
   *
   * @param form `undefined`: this call is none that is recorded
   * @param call given the context that it runs in, for what carries it to another process
   */
  run<T>(form: () => CallForm | undefined, call: (context: Context | undefined) => T): T {
    const opened = this.open(form);
    if (opened === undefined) return call(undefined);
    const { context } = opened;
    const outcome = {
      succeed: (value: unknown) => {
        const goesOn =
          opened.follow(value) || quietly(UNREADABLE, () => observeStream(value, opened, context));
        if (!goesOn) opened.succeed(value);
      },
      fail: (error: unknown) => opened.fail(error),
    };
    return observeOutcome(() => callInContext(context, () => call(context)), outcome, context);
  }

  /** Starts a span for something that the host tells of step by step; whoever opens it ends it. Never throws. */
  open(form: () => CallForm | undefined): OpenCall | undefined {
    if (!this.#source.enabled) return undefined;
    return quietly("a span could not be started", () => {
      const made = form();
      return made === undefined ? undefined : new OpenCall(this.#source, made);
    });
  }
}

/** A call whose span is open, until the first of `succeed`, `fail` and `end`. What comes later changes nothing. Never throws. */
export class OpenCall {
  /** For what happens inside: also a span that is not sampled has to be its parent. */
  readonly context: Context;
  readonly #span: Span;
  readonly #form: CallForm;
  readonly #source: RecorderSource;
  readonly #clock = new SpanClock();
  #ended = false;

  constructor(source: RecorderSource, form: CallForm) {
    this.#source = source;
    this.#form = form;
    const { spanName, kind, attributes, parent = activeContext() } = form;
    const options = { attributes, startTime: this.#clock.startTime, ...(kind !== undefined && { kind }) };
    this.#span = source.tracer.startSpan(spanName, options, parent);
    this.context = isSpanContextValid(this.#span.spanContext()) ? trace.setSpan(parent, this.#span) : parent;
    this.#write(undefined, form.content);
  }

  setAttributes(attributes: Attributes): void {
    if (!this.#ended) this.#write(attributes);
  }

  /** Ends with what the value itself says is its end, where the form knows how; else answers `false`. */
  follow(value: unknown): boolean {
    const rest = quietly(UNREADABLE, () => this.#form.until?.(value));
    if (rest === undefined) return false;
    rest.then(
      () => this.succeed(value),
      (error) => this.fail(error),
    );
    return true;
  }

  succeed(value: unknown): void {
    const outcome = this.#ended ? undefined : quietly(UNREADABLE, () => this.#form.returned?.(value));
    this.end(outcome);
  }

  fail(error: unknown): void {
    const { threw = failureOf } = this.#form;
    this.end((!this.#ended && quietly(UNREADABLE, () => threw(error))) || failureOf(error));
  }

  end(outcome: Outcome = {}): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#write(outcome.attributes, outcome.content);
    this.#writeFailure(outcome);
    quietly(UNWRITTEN, () => this.#span.end(this.#clock.endTime()));
  }

  #write(attributes: Attributes | undefined, content?: () => Attributes): void {
    quietly(UNWRITTEN, () => {
      if (!this.#span.isRecording()) return;
      if (attributes !== undefined) this.#span.setAttributes(attributes);
      if (content !== undefined && this.#source.capturesContent) this.#span.setAttributes(content());
    });
  }

  #writeFailure({ failure, thrown }: Outcome): void {
    if (failure === undefined) return;
    if (thrown !== undefined) {
      recordFailure(this.#span, thrown, failure);
      return;
    }
    quietly(UNWRITTEN, () => {
      this.#span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
      this.#span.setAttribute(ATTR_ERROR_TYPE, failure.type);
    });
  }
}

const UNREADABLE = "the outcome of a call could not be read";
const UNWRITTEN = "a span could not be written";

/** What was thrown, as it is written where a form says nothing of its own. */
export const failureOf = (thrown: unknown): Outcome => ({ failure: describeError(thrown), thrown });
