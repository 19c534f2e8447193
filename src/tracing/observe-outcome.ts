import { types } from "node:util";
import type { Context } from "@opentelemetry/api";
import { observeAsyncIterable } from "./observe-async-iterable.js";
import { observeGenerator } from "./observe-generator.js";
import { isPlainPromise, observePromise } from "./observe-promise.js";
import { observeThenable, thenOf } from "./observe-thenable.js";
import { quietly } from "./quietly.js";

/** Who is told how a call of the host's ended. The first word counts; neither method throws. */
export interface Outcome {
  succeed(value: unknown): void;
  fail(error: unknown): void;
}

/**
 * Calls the host's function and tells the outcome how it ended: at once, when its promise or thenable settles, or when its
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
    const observed = quietly("what a call returned could not be observed", () =>
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
  const then = thenOf(value);
  return then === undefined
    ? observeAsyncIterable(value, outcome, context)
    : observeThenable(value, then, outcome);
}
