import type { Context } from "@opentelemetry/api";
import { endWhenCollected } from "./end-when-collected.js";
import type { Outcome } from "./observe-outcome.js";
import { watchSteps } from "./watch-steps.js";

const STEPS = ["next", "return", "throw"] as const;

const observed = new WeakSet<object>();

/**
 * Sees how a generator, sync or async, or another iterator comes to its end, see {@link watchSteps}. Its result is what it returns,
 * else the last value that it yielded, which is how streaming tools give their final answer.
 *
 * @returns the generator; `undefined` when it is one that came by before
 */
export function observeGenerator(generator: object, outcome: Outcome, context: Context): object | undefined {
  if (observed.has(generator)) return undefined;
  watchSteps(generator, STEPS, outcome, context);
  observed.add(generator);
  endWhenCollected(generator, outcome);
  return generator;
}
