import { type AttributeValue, INVALID_SPAN_CONTEXT, type SpanContext } from "@opentelemetry/api";
import { callable } from "./callable.js";

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
  /** An attribute of the span, for other OpenTelemetry backends; it does not become part of the event. */
  setAttribute(key: string, value: AttributeValue): this;
  /** Calls `fn` with this action as the parent of what is recorded inside. In the callback form that is so already. */
  run<T>(fn: () => T): T;
  /** Ends the action, if it has not ended. */
  end(): void;
  /** Trace id and span id, to link to it from elsewhere. All zeros when nothing is recorded. */
  spanContext(): SpanContext;
}

/** What callers get when nothing is recorded: no provider, not sampled, or a provider that threw. */
export const UNRECORDED: Action = Object.freeze({
  setResult: () => UNRECORDED,
  setError: () => UNRECORDED,
  setAttribute: () => UNRECORDED,
  run: <T>(fn: () => T): T => callable(fn)(),
  end: () => undefined,
  spanContext: () => INVALID_SPAN_CONTEXT,
  [Symbol.dispose]: () => undefined,
  [Symbol.asyncDispose]: () => Promise.resolve(),
});
