/** How generators, other iterators, streams and async iterables come to their end, without anything being read for it. */
import { types } from "node:util";
import type { Context } from "@opentelemetry/api";
import { sharedByCopies } from "../internal/shared-by-copies.js";
import { callInContext, guarded } from "./guard.js";
import { endWhenCollected, type Outcome } from "./outcome.js";

type Method = (...args: unknown[]) => unknown;

export const ITERATOR_STEPS = ["next", "return", "throw"] as const;

/** Those that came by before: their end is seen already. */
const observed = sharedByCopies("observed-iterations", () => new WeakSet<object>());

/**
 * Sees how a generator, sync or async, or another iterator comes to its end, see {@link watchSteps}. Its result is what it returns,
 * else the last value that it yielded, which is how streaming tools give their final answer.
 *
 * @returns the generator; `undefined` when it is one that came by before
 */
export function observeGenerator(generator: object, outcome: Outcome, context: Context): object | undefined {
  if (observed.has(generator)) return undefined;
  watchSteps(generator, ITERATOR_STEPS, outcome, context);
  observed.add(generator);
  endWhenCollected(generator, outcome);
  return generator;
}

/**
 * Sees how a value that is there to be iterated asynchronously comes to its end: an iterable of a library's own, a web
 * `ReadableStream`, a Node stream that can only be read. The first that reads it is the one that counts. Something with
 * other ways to be used (a socket, an event emitter with methods for its result) is no such value: its call is over when
 * it is returned.
 *
 * @returns the same value; `undefined` for any other value, and for one that came by before
 */
export function observeAsyncIterable(value: object, outcome: Outcome, context: Context): object | undefined {
  if (typeof Reflect.get(value, Symbol.asyncIterator) !== "function" || observed.has(value)) return undefined;
  if (value instanceof ReadableStream) observeReadableStream(value, outcome, context);
  else if (typeof Reflect.get(value, "on") === "function") {
    if (!isOnlyReadable(value)) return undefined;
    observeNodeStream(value, outcome);
  } else if (isIterator(value)) return observeGenerator(value, outcome, context);
  else onFirst(value, Symbol.asyncIterator, (iterator) => observeGenerator(iterator, outcome, context));
  observed.add(value);
  endWhenCollected(value, outcome);
  return value;
}

// All three are there on what `for await` may leave early; each is watched.
const isIterator = (value: object): boolean =>
  ITERATOR_STEPS.every((step) => typeof Reflect.get(value, step) === "function");

interface NodeReadable {
  readonly errored: unknown;
  once(event: "close", listener: () => void): unknown;
}

function isOnlyReadable(value: object): value is NodeReadable {
  return "readableFlowing" in value && !("writableFinished" in value);
}

// Not by `finished()` of node:stream: that listens to `error`, and an error that nobody else listens to would vanish.
function observeNodeStream(stream: NodeReadable, outcome: Outcome): void {
  stream.once("close", () => {
    if (stream.errored) outcome.fail(stream.errored);
    else outcome.succeed(undefined);
  });
}

// What Node itself reads on the inside (`new Response(stream)`) is not seen.
function observeReadableStream(stream: ReadableStream, outcome: Outcome, context: Context): void {
  onFirst(stream, "getReader", (reader) => watchSteps(reader, ["read", "cancel"], outcome, context));
  for (const method of [Symbol.asyncIterator, "values"])
    onFirst(stream, method, (iterator) => observeGenerator(iterator, outcome, context));
  // Handed on: this call is over, and another caller reads the other end.
  for (const method of ["tee", "pipeThrough", "pipeTo", "cancel"])
    onFirst(stream, method, () => outcome.succeed(undefined));
}

function onFirst(value: object, name: PropertyKey, observe: (returned: object) => unknown): void {
  let first = true;
  replaceMethod(value, name, (call) => {
    const returned = call() as object;
    if (first) {
      first = false;
      guarded("what a call returned could not be observed", () => observe(returned));
    }
    return returned;
  });
}

// On the one object: its class is shared by others that nobody records.
function replaceMethod(value: object, name: PropertyKey, around: (call: () => unknown) => unknown): void {
  const method: unknown = Reflect.get(value, name);
  if (typeof method !== "function") return;
  Object.defineProperty(value, name, {
    value: function (this: unknown, ...args: unknown[]) {
      return around(() => Reflect.apply(method as Method, this, args));
    },
    configurable: true,
    writable: true,
  });
}

/**
 * Sees how something that gives its values step by step comes to its end: finished, left early, or thrown. The result is what it
 * gives when it is finished, else the last value before. Each step runs in the context, so that what happens in it belongs
 * to the action. The object stays the same one; one that is frozen throws.
 *
 * @param names the methods that are steps; those that it does not have are left out
 * @param seen called with each value; must not throw
 */
export function watchSteps(
  stepper: object,
  names: readonly PropertyKey[],
  outcome: Outcome,
  context: Context,
  seen?: (value: unknown) => void,
): void {
  if (!Object.isExtensible(stepper)) throw new TypeError("what gives the values cannot be extended");
  let last: unknown;
  // Cancelling a stream gives nothing, and is an end too.
  const note = (result: unknown): unknown => {
    const { done, value } = (result ?? { done: true }) as IteratorResult<unknown>;
    if (done) {
      outcome.succeed(value ?? last);
    } else {
      last = value;
      seen?.(value);
    }
    return result;
  };
  const failed = (error: unknown): never => {
    outcome.fail(error);
    throw error;
  };
  for (const name of names)
    replaceMethod(stepper, name, (step) => {
      try {
        const result = callInContext(context, step);
        return types.isPromise(result) ? noteSettled(result, note, failed) : note(result);
      } catch (error) {
        return failed(error);
      }
    });
}

async function noteSettled(
  step: Promise<unknown>,
  note: (result: unknown) => unknown,
  failed: (error: unknown) => never,
): Promise<unknown> {
  try {
    return note(await step);
  } catch (error) {
    return failed(error);
  }
}
