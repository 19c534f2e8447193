import { types } from "node:util";
import type { Context } from "@opentelemetry/api";
import { callInContext } from "./call-in-context.js";
import type { Outcome } from "./observe-outcome.js";

type Step = (...args: unknown[]) => unknown;

/**
 * Sees how something that gives its values step by step comes to its end: finished, left early, or thrown. The result is what it
 * gives when it is finished, else the last value before. Each step runs in the context, so that what happens in it belongs
 * to the action. The object stays the same one; one that is frozen throws.
 *
 * @param names the methods that are steps; those that it does not have are left out
 * @param seen told each value; must not throw
 */
export function watchSteps(
  stepper: object,
  names: readonly PropertyKey[],
  outcome: Outcome,
  context: Context,
  seen?: (value: unknown) => void,
): void {
  if (!Object.isExtensible(stepper)) throw new TypeError("what gives the values cannot be extended");
  const end = new LastStep(outcome, seen);
  for (const name of names) {
    const step: unknown = Reflect.get(stepper, name);
    if (typeof step !== "function") continue;
    Object.defineProperty(stepper, name, {
      value: function (this: unknown, ...args: unknown[]) {
        return end.watch(() => callInContext(context, () => Reflect.apply(step as Step, this, args)));
      },
      configurable: true,
      writable: true,
    });
  }
}

class LastStep {
  readonly #outcome: Outcome;
  readonly #seen: ((value: unknown) => void) | undefined;
  #last: unknown;

  constructor(outcome: Outcome, seen: ((value: unknown) => void) | undefined) {
    this.#outcome = outcome;
    this.#seen = seen;
  }

  watch(step: () => unknown): unknown {
    try {
      const result = step();
      return types.isPromise(result) ? this.#watchAsync(result) : this.#note(result);
    } catch (error) {
      this.#outcome.fail(error);
      throw error;
    }
  }

  async #watchAsync(step: Promise<unknown>): Promise<unknown> {
    try {
      return this.#note(await step);
    } catch (error) {
      this.#outcome.fail(error);
      throw error;
    }
  }

  // Cancelling a stream answers with nothing, and is an end too.
  #note(result: unknown): unknown {
    const { done, value } = (result ?? { done: true }) as IteratorResult<unknown>;
    if (done) {
      this.#outcome.succeed(value ?? this.#last);
    } else {
      this.#last = value;
      this.#seen?.(value);
    }
    return result;
  }
}
