import { types } from "node:util";
import type { Context } from "@opentelemetry/api";
import { sharedByCopies } from "../internal/shared-by-copies.js";
import { guarded } from "./guard.js";
import { observeAsyncIterable, observeGenerator } from "./observe-iteration.js";
import { endWhenCollected, type Outcome } from "./outcome.js";

/**
 * Calls the host's function and reports to the outcome how it ended: at once, when its promise or thenable settles, or when its
 * generator, stream or other async iterable is finished. What the caller gets is of the same kind as what the function gave: a value is that value, a
 * promise a promise, a thenable that thenable, awaited by nobody but the caller; what it threw is thrown on unchanged.
 *
 * @param context in which the body of a generator runs, each time that it goes on
 */
export function observeOutcome<T>(call: () => T, outcome: Outcome, context: Context): T {
  let value: T;
  try {
    value = call();
  } catch (error) {
    outcome.fail(error);
    throw error;
  }
  return observeValue(value, outcome, context);
}

function observeValue<T>(value: T, outcome: Outcome, context: Context): T {
  if ((typeof value === "object" && value !== null) || typeof value === "function") {
    const observed = guarded("what a call returned could not be observed", () =>
      observeLater(value, outcome, context),
    );
    if (observed !== undefined) return observed as T;
  }
  outcome.succeed(value);
  return value;
}

function observeLater(value: object, outcome: Outcome, context: Context): object | undefined {
  if (isPlainPromise(value))
    return observePromise(value, (settled) => observeValue(settled, outcome, context), outcome);
  if (types.isGeneratorObject(value)) return observeGenerator(value, outcome, context);
  const { then } = value as { readonly then?: unknown };
  return typeof then === "function"
    ? observeThenable(value, then as Then, outcome)
    : observeAsyncIterable(value, outcome, context);
}

/**
 * A promise of the language itself. One of a subclass may be lazy, or do something else when `then` is called: it is left to
 * whoever awaits it, see {@link observeThenable}.
 */
function isPlainPromise(value: object): value is Promise<unknown> {
  return (
    types.isPromise(value) &&
    Object.getPrototypeOf(value) === Promise.prototype &&
    !Object.hasOwn(value, "constructor")
  );
}

/**
 * The promise that the caller gets instead. Not the same one with handlers attached: a rejection that nobody handles
 * would then count as handled, and vanish. What hangs on the promise (`cancel`, ...) is carried over.
 */
function observePromise(
  promise: Promise<unknown>,
  fulfilled: (value: unknown) => unknown,
  outcome: Outcome,
): Promise<unknown> {
  // The built-in method, as `await` has it: a `then` that hangs on the promise is for those who call it.
  const observed = Promise.prototype.then.call(promise, fulfilled, (error: unknown) => {
    outcome.fail(error);
    throw error;
  });
  // Only names: the symbols are those by which async_hooks follows this very promise.
  for (const name of Object.getOwnPropertyNames(promise)) {
    const descriptor = Object.getOwnPropertyDescriptor(promise, name);
    if (descriptor !== undefined) Reflect.defineProperty(observed, name, descriptor);
  }
  return observed;
}

type Then = (...args: unknown[]) => unknown;

const THEN = "then";

const observedThenables = sharedByCopies("observed-thenables", () => new WeakSet<object>());

/**
 * Sees how a thenable settles without calling its `then`: a query builder would run its query twice, a lazy promise before
 * it is wanted. Its `then` is replaced by one that passes the caller's call on and listens. Throws for a frozen one.
 *
 * @returns the same thenable; `undefined` when it is one that came by before, whose `then` listens already
 */
function observeThenable(thenable: object, then: Then, outcome: Outcome): object | undefined {
  if (observedThenables.has(thenable)) return undefined;
  Object.defineProperty(thenable, THEN, {
    value: function (this: unknown, onFulfilled: unknown, onRejected: unknown, ...others: unknown[]) {
      return Reflect.apply(then, this, [
        (value: unknown) => {
          outcome.succeed(value);
          return typeof onFulfilled === "function" ? onFulfilled(value) : value;
        },
        (error: unknown) => {
          outcome.fail(error);
          if (typeof onRejected === "function") return onRejected(error);
          throw error;
        },
        ...others,
      ]);
    },
    configurable: true,
    writable: true,
    enumerable: Object.getOwnPropertyDescriptor(thenable, THEN)?.enumerable ?? false,
  });
  observedThenables.add(thenable);
  endWhenCollected(thenable, outcome);
  return thenable;
}
