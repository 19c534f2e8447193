import { types } from "node:util";
import type { Context } from "@opentelemetry/api";
import { callInContext } from "./call-in-context.js";
import { endWhenCollected } from "./end-when-collected.js";
import type { Outcome } from "./observe-outcome.js";

type Step = (...args: unknown[]) => unknown;

const STEPS = ["next", "return", "throw"] as const;

const observed = new WeakSet<object>();

/**
 * Sees how a generator, sync or async, comes to its end: finished, returned early, or thrown. Its result is what it returns,
 * else the last value that it yielded, which is how streaming tools give their final answer. Each step runs in the
 * context, so that what the body does belongs to the action. The generator stays the same object; one that is frozen throws.
 *
 * @returns the generator; `undefined` when it is one that came by before
 */
export function observeGenerator(generator: object, outcome: Outcome, context: Context): object | undefined {
  if (observed.has(generator)) return undefined;
  if (!Object.isExtensible(generator)) throw new TypeError("the generator cannot be extended");
  const end = new GeneratorEnd(outcome);
  for (const name of STEPS) {
    const step = Reflect.get(generator, name) as Step;
    Object.defineProperty(generator, name, {
      value: function (this: unknown, ...args: unknown[]) {
        return end.watch(() => callInContext(context, () => Reflect.apply(step, this, args)));
      },
      configurable: true,
      writable: true,
    });
  }
  observed.add(generator);
  endWhenCollected(generator, outcome);
  return generator;
}

class GeneratorEnd {
  readonly #outcome: Outcome;
  #last: unknown;

  constructor(outcome: Outcome) {
    this.#outcome = outcome;
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

  #note(result: unknown): unknown {
    const { done, value } = result as IteratorResult<unknown>;
    if (done) this.#outcome.succeed(value ?? this.#last);
    else this.#last = value;
    return result;
  }
}
