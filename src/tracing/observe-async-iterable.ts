import type { Context } from "@opentelemetry/api";
import { endWhenCollected } from "./end-when-collected.js";
import { observeGenerator } from "./observe-generator.js";
import type { Outcome } from "./observe-outcome.js";
import { quietly } from "./quietly.js";
import { watchSteps } from "./watch-steps.js";

type Method = (...args: unknown[]) => unknown;

const observed = new WeakSet<object>();

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
  } else onFirst(value, Symbol.asyncIterator, (iterator) => observeGenerator(iterator, outcome, context));
  observed.add(value);
  endWhenCollected(value, outcome);
  return value;
}

interface NodeReadable {
  readonly errored: unknown;
  once(event: "close", listener: () => void): unknown;
}

function isOnlyReadable(value: object): value is NodeReadable {
  return "readableFlowing" in value && !("writableFinished" in value);
}

// Not by `finished()` of node:stream: that listens to `error`, and an error that nobody else listens to would vanish.
function observeNodeStream(stream: object, outcome: Outcome): void {
  const readable = stream as NodeReadable;
  readable.once("close", () => {
    if (readable.errored) outcome.fail(readable.errored);
    else outcome.succeed(undefined);
  });
}

// What Node itself reads on the inside (`new Response(stream)`) is not seen.
function observeReadableStream(stream: ReadableStream, outcome: Outcome, context: Context): void {
  onFirst(stream, "getReader", (reader) => watchSteps(reader, ["read", "cancel"], outcome, context));
  for (const method of [Symbol.asyncIterator, "values"])
    onFirst(stream, method, (iterator) => observeGenerator(iterator, outcome, context));
  // Handed on: whoever reads the other end, this call is over.
  for (const method of ["tee", "pipeThrough", "pipeTo", "cancel"])
    onFirst(stream, method, () => outcome.succeed(undefined));
}

function onFirst(value: object, name: PropertyKey, observe: (returned: object) => unknown): void {
  const method = Reflect.get(value, name) as Method;
  let first = true;
  Object.defineProperty(value, name, {
    value: function (this: unknown, ...args: unknown[]) {
      const returned = Reflect.apply(method, this, args) as object;
      if (first) {
        first = false;
        quietly("what a call returned could not be observed", () => observe(returned));
      }
      return returned;
    },
    configurable: true,
    writable: true,
  });
}
