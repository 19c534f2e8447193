import {
  type Attributes,
  type AttributeValue,
  type Context,
  INVALID_SPAN_CONTEXT,
  type Span,
  type SpanContext,
} from "@opentelemetry/api";
import type { Action } from "./action.js";
import type { ActionForm } from "./action-form.js";
import { callInContext } from "./call-in-context.js";
import { callable } from "./callable.js";
import type { Outcome } from "./observe-outcome.js";
import { quietly } from "./quietly.js";
import { recordFailure } from "./record-failure.js";
import type { SpanClock } from "./span-clock.js";

const PROBLEM = "a span could not be written";

/**
 * An action on a span that records. It is open until the first of `succeed`, `fail` and `end`, and ended after; what comes
 * later changes nothing. A span that throws costs what it did not take, never the host.
 */
export class RecordedAction implements Action, Outcome {
  readonly #span: Span;
  readonly #form: ActionForm;
  readonly #context: Context;
  readonly #clock: SpanClock;
  #ended = false;
  #resultGiven = false;

  constructor(span: Span, form: ActionForm, context: Context, clock: SpanClock) {
    this.#span = span;
    this.#form = form;
    this.#context = context;
    this.#clock = clock;
    this.#write(() => form.started());
  }

  setResult(result: unknown): this {
    this.#resultGiven = true;
    if (!this.#ended) this.#write(() => this.#form.result(result));
    return this;
  }

  setError(error: unknown): this {
    if (this.#ended) return this;
    const description = recordFailure(this.#span, error);
    this.#write(() => this.#form.failed(description));
    return this;
  }

  setAttribute(key: string, value: AttributeValue): this {
    if (!this.#ended) quietly(PROBLEM, () => this.#span.setAttribute(key, value));
    return this;
  }

  run<T>(fn: () => T): T {
    return callInContext(this.#context, callable(fn));
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    quietly(PROBLEM, () => this.#span.end(this.#clock.endTime()));
  }

  succeed(returned: unknown): void {
    if (!this.#resultGiven && this.#form.keepsReturnValue) this.setResult(returned);
    const failure = this.#ended ? undefined : this.#form.failureIn?.(returned);
    if (failure !== undefined) this.setError(failure);
    this.end();
  }

  fail(error: unknown): void {
    this.setError(error);
    this.end();
  }

  spanContext(): SpanContext {
    return quietly("a span has no context", () => this.#span.spanContext()) ?? INVALID_SPAN_CONTEXT;
  }

  [Symbol.dispose](): void {
    this.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.end();
    return Promise.resolve();
  }

  #write(attributes: () => Attributes): void {
    quietly(PROBLEM, () => this.#span.setAttributes(attributes()));
  }
}
