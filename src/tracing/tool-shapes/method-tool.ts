import { originalOf, overlay } from "../overlay.js";
import { type ToolFunction, traceFunction } from "../trace-function.js";
import type { TraceToolOptions } from "../trace-tool-options.js";
import type { ToolShape } from "./tool-shape.js";

/** By which the ecosystem's tool objects are called. */
const METHODS: ReadonlySet<PropertyKey> = new Set(["execute", "invoke", "func", "call", "handler"]);

/**
 * An object with a method that does the work: the AI SDK's `tool({ execute })`, and others with `invoke`, `func`, `call`
 * or `handler`. The first argument is the input, what follows is the framework's (abort signals, contexts).
 */
export const methodTool: ToolShape = {
  matches: (value) => [...METHODS].some((method) => mayBeMethod(value, method)),
  trace(name, tool, options) {
    const original = originalOf(tool);
    const called: TraceToolOptions = { parameters: (input) => input, toolCallId: callIdOf, ...options };
    return overlay(original, (standIn) => {
      const receiverOf = (receiver: unknown) => (receiver === standIn() ? original : receiver);
      return (key, value) => {
        if (typeof value !== "function" || key === "constructor") return value;
        return METHODS.has(key)
          ? traceFunction(name, value as ToolFunction, called, receiverOf)
          : onOriginal(value as ToolFunction, receiverOf);
      };
    });
  },
};

// A getter counts without being asked: it may connect to something.
function mayBeMethod(value: object, name: PropertyKey): boolean {
  for (let holder: object | null = value; holder !== null; holder = Object.getPrototypeOf(holder)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(holder, name);
    if (descriptor !== undefined)
      return descriptor.get !== undefined || typeof descriptor.value === "function";
  }
  return false;
}

/** The AI SDK says it in the second argument. */
function callIdOf(_input: unknown, context: unknown): string | undefined {
  const id: unknown = (context as { readonly toolCallId?: unknown } | undefined)?.toolCallId;
  return typeof id === "string" ? id : undefined;
}

function onOriginal(method: ToolFunction, receiverOf: (receiver: unknown) => unknown): ToolFunction {
  return new Proxy(method, {
    apply: (target, receiver: unknown, args: never[]) => Reflect.apply(target, receiverOf(receiver), args),
  });
}
