import type { Context } from "@opentelemetry/api";
import { endWhenCollected } from "../../tracing/end-when-collected.js";
import { observeGenerator } from "../../tracing/observe-generator.js";
import type { Outcome } from "../../tracing/observe-outcome.js";

/**
 * Sees how an async iterable (a stream of a model's or a graph's steps) comes to its end, and runs each step in the context, so
 * that what it does belongs to the call. The iterable stays the same object. One that nobody reads ends when it is garbage.
 *
 * @returns whether the value is one, and is observed now
 */
export function observeStream(value: unknown, outcome: Outcome, context: Context): boolean {
  if (typeof value !== "object" || value === null) return false;
  const iterate: unknown = Reflect.get(value, Symbol.asyncIterator);
  if (typeof iterate !== "function") return false;
  if (isIterator(value)) return observeGenerator(value, outcome, context) !== undefined;
  const defined = Reflect.defineProperty(value, Symbol.asyncIterator, {
    value: function (this: unknown, ...args: unknown[]) {
      const iterator: unknown = Reflect.apply(iterate, this, args);
      if (isIterator(iterator)) observeGenerator(iterator, outcome, context);
      return iterator;
    },
    configurable: true,
    writable: true,
  });
  if (defined) endWhenCollected(value, outcome);
  return defined;
}

const STEPS = ["next", "return", "throw"] as const;

// All three are there on what `for await` may leave early; the observer wraps each.
const isIterator = (value: unknown): value is object =>
  typeof value === "object" &&
  value !== null &&
  STEPS.every((step) => typeof Reflect.get(value, step) === "function");
