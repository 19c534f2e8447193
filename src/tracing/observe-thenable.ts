import { endWhenCollected } from "./end-when-collected.js";
import type { Outcome } from "./observe-outcome.js";

type Then = (...args: unknown[]) => unknown;

const THEN = "then";

const observed = new WeakSet<object>();

export function thenOf(value: object): Then | undefined {
  const { then } = value as { readonly then?: unknown };
  return typeof then === "function" ? (then as Then) : undefined;
}

/**
 * Sees how a thenable settles without calling its `then`: a query builder would run its query twice, a lazy promise before
 * it is wanted. Its `then` is replaced by one that passes the caller's call on and listens. Throws for a frozen one.
 *
 * @returns the same thenable; `undefined` when it is one that came by before, whose `then` listens already
 */
export function observeThenable(thenable: object, then: Then, outcome: Outcome): object | undefined {
  if (observed.has(thenable)) return undefined;
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
  observed.add(thenable);
  endWhenCollected(thenable, outcome);
  return thenable;
}
