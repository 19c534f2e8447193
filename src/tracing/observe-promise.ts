import { types } from "node:util";
import type { Outcome } from "./observe-outcome.js";

/**
 * A promise of the language itself. One of a subclass, or with a `then` of its own, may be lazy, or may do something else
 * when `then` is called: it is left to whoever awaits it, see {@link observeThenable}.
 */
export function isPlainPromise(value: object): value is Promise<unknown> {
  return (
    types.isPromise(value) &&
    Object.getPrototypeOf(value) === Promise.prototype &&
    !Object.hasOwn(value, "then") &&
    !Object.hasOwn(value, "constructor")
  );
}

/**
 * The promise that the caller gets instead. Not the same one with handlers attached: a rejection that nobody handles
 * would then count as handled, and vanish. What hangs on the promise (`cancel`, ...) is carried over.
 */
export function observePromise<T>(
  promise: Promise<T>,
  fulfilled: (value: T) => T,
  outcome: Outcome,
): Promise<T> {
  const observed = promise.then(fulfilled, (error: unknown) => {
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
