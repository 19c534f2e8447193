import { originalOf, overlay } from "../overlay.js";
import type { ToolCallReading } from "../tool-call-reading.js";
import { type ToolFunction, traceFunction } from "../trace-function.js";
import type { TraceToolOptions } from "../trace-tool-options.js";

/** The same object, some methods of which are calls of the tool. All its methods run on the original. */
export function traceMethods(
  tool: object,
  methods: ReadonlySet<PropertyKey>,
  name: string,
  options: TraceToolOptions,
  reading: ToolCallReading,
): object {
  return replaceMethods(tool, (key, method, receiverOf) =>
    methods.has(key) ? traceFunction(name, method, options, receiverOf, reading) : undefined,
  );
}

/**
 * The same object with other methods.
 *
 * @param replace what stands in a method's place; `undefined` for the method itself, called on the original
 */
export function replaceMethods(
  object: object,
  replace: (
    key: PropertyKey,
    method: ToolFunction,
    receiverOf: (receiver: unknown) => unknown,
  ) => ToolFunction | undefined,
): object {
  const original = originalOf(object);
  return overlay(original, (standIn) => {
    const receiverOf = (receiver: unknown) => (receiver === standIn() ? original : receiver);
    return (key, value) => {
      if (typeof value !== "function" || key === "constructor") return value;
      const method = value as ToolFunction;
      return replace(key, method, receiverOf) ?? onOriginal(method, receiverOf);
    };
  });
}

function onOriginal(method: ToolFunction, receiverOf: (receiver: unknown) => unknown): ToolFunction {
  return new Proxy(method, {
    apply: (target, receiver: unknown, args: never[]) => Reflect.apply(target, receiverOf(receiver), args),
  });
}
