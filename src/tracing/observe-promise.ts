import { types } from "node:util";
import type { Outcome } from "./observe-outcome.js";

/**
 * A promise of the language itself. One of a subclass may be lazy, or do something else when `then` is called: it is left to
 * whoever awaits it, see {@link observeThenable}.
 */
export function isPlainPromise(value: object): value is Promise<unknown> {
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
export function observePromise(
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
