import { types } from "node:util";
import { type AttributeValue, INVALID_SPAN_CONTEXT, type SpanContext } from "@opentelemetry/api";
import type { Actor } from "./actor.js";
import { type Approval, addApproval } from "./decision.js";
import { activeContext, asFunction, callInContext, guarded } from "./guard.js";
import type { Outcome } from "./outcome.js";
import type { RecordedSpan } from "./recorded-span.js";
import type { SpanRecorder } from "./span-recorder.js";
import type { ActionSpanTemplate } from "./span-template.js";

/**
 * An action that is going on. Nothing here throws, and after the end everything is ignored.
 *
 * As a resource (`await using action = logger.toolCall("Read", params)`) it ends with its block. JavaScript does not tell a
 * resource why its block was left, so there an error is recorded by {@link setError} only; the callback form sees it by itself.
 */
export interface Action extends Disposable, AsyncDisposable {
  /** Records what came out, as it is at this moment. The last call counts; without one, what the callback returns. */
  setResult(result: unknown): this;
  /** Records that the action failed although nothing is thrown. */
  setError(error: unknown): this;
  /** Records of a decision who or what approved, where that is known only while it is made. What was set before stays. */
  setApproval(approval: Approval): this;
  /** An attribute of the span, for other OpenTelemetry backends; it does not become part of the event. */
  setAttribute(key: string, value: AttributeValue): this;
  /** Calls `fn` with this action as the parent of what is recorded inside. In the callback form that is so already. */
  run<T>(fn: () => T): T;
  /** Ends the action, if it has not ended. */
  end(): void;
  /** Trace id and span id, to link to it from elsewhere. All zeros when nothing is recorded. */
  spanContext(): SpanContext;
}

export type ActionCallback<T> = (action: Action) => T;

/**
 * The callback among the arguments of a scoped call; `undefined` where there is none, because the caller wants the action
 * itself. A promise in its place is what somebody writes who forgets the arrow: it counts as what the callback returns.
 */
export function callbackOf<T>(given: unknown): ActionCallback<T> | undefined {
  if (given === undefined || given === null || (typeof given === "object" && !types.isPromise(given)))
    return undefined;
  return asFunction(given as ActionCallback<T>);
}

/**
 * Runs the host's function as an action. Whatever telemetry does, the function runs exactly once, and the caller gets what
 * it returned or threw. With no provider registered nothing else happens: the template is not even made.
 */
export function runAction<T>(
  recorder: SpanRecorder<Actor>,
  template: () => ActionSpanTemplate,
  fn: ActionCallback<T>,
): T {
  const span = recorder.open(template);
  if (span?.isRecording) {
    const action = new RecordedAction(span);
    return span.observe(() => fn(action), action);
  }
  const context = span === undefined ? unrecordedContext(recorder) : span.context;
  return context === undefined ? fn(UNRECORDED) : callInContext(context, () => fn(UNRECORDED));
}

/** The context inside a call that is not recorded; `undefined` where the one around it serves. */
export function unrecordedContext({ source }: SpanRecorder<Actor>) {
  if (!source.propagate) return undefined;
  return guarded("a correlation id could not be set", () => source.contextInside(activeContext()));
}

/** Starts an action that its caller ends. */
export function startAction(recorder: SpanRecorder<Actor>, template: () => ActionSpanTemplate): Action {
  const span = recorder.open(template);
  return span?.isRecording ? new RecordedAction(span) : UNRECORDED;
}

class RecordedAction implements Action, Outcome {
  readonly #span: RecordedSpan<ActionSpanTemplate>;
  #hasResult = false;

  constructor(span: RecordedSpan<ActionSpanTemplate>) {
    this.#span = span;
  }

  setResult(result: unknown): this {
    this.#hasResult = true;
    this.#span.write(this.#span.template.result(result));
    return this;
  }

  setError(error: unknown): this {
    this.#span.write(this.#span.failure(error));
    return this;
  }

  setApproval(approval: Approval): this {
    this.#span.write({ attributes: addApproval({}, approval) });
    return this;
  }

  setAttribute(key: string, value: AttributeValue): this {
    this.#span.write({ attributes: { [key]: value } });
    return this;
  }

  run<T>(fn: () => T): T {
    return callInContext(this.#span.context, asFunction(fn));
  }

  end(): void {
    this.#span.end();
  }

  succeed(returned: unknown): void {
    if (this.#hasResult) this.#span.end();
    else this.#span.succeed(returned);
  }

  fail(error: unknown): void {
    this.#span.fail(error);
  }

  spanContext(): SpanContext {
    return this.#span.spanContext() ?? INVALID_SPAN_CONTEXT;
  }

  [Symbol.dispose](): void {
    this.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.end();
    return Promise.resolve();
  }
}

/** What callers get when nothing is recorded: no provider, not sampled, or a provider that threw. */
const UNRECORDED: Action = Object.freeze({
  setResult: () => UNRECORDED,
  setError: () => UNRECORDED,
  setApproval: () => UNRECORDED,
  setAttribute: () => UNRECORDED,
  run: <T>(fn: () => T): T => asFunction(fn)(),
  end: () => undefined,
  spanContext: () => INVALID_SPAN_CONTEXT,
  [Symbol.dispose]: () => undefined,
  [Symbol.asyncDispose]: () => Promise.resolve(),
});
