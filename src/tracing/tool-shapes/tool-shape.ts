import { originalOf, overlay } from "../overlay.js";
import type { ToolCallReading, ToolFunction, WrapFunction } from "../trace-function.js";

/** One form in which the ecosystem hands a tool to an agent; index.ts has them in order. */
export interface ToolShape {
  /** Whether the value is a tool of this shape. Triggers no getter. */
  matches(value: object): boolean;
  /**
   * The same tool with other functions in the place of those that do its work.
   *
   * @param wrap makes them, such as the traced ones
   * @param receiverOf the `this` that a function of a set is to be called with
   */
  wrap(name: string, tool: object, wrap: WrapFunction, receiverOf: (receiver: unknown) => unknown): object;
}

/** The shape of an object some methods of which are calls of the tool. All its methods run on the original. */
export function methodShape(
  matches: (value: object) => boolean,
  methods: readonly PropertyKey[],
  reading: ToolCallReading,
): ToolShape {
  return {
    matches,
    wrap: (name, tool, wrap) =>
      replaceMethods(tool, (key, method, receiverOf) =>
        methods.includes(key) ? wrap(name, method, receiverOf, reading) : undefined,
      ),
  };
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
