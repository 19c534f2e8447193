import type { TraceToolOptions } from "../trace-tool-options.js";

/** One form in which the ecosystem hands a tool to an agent. One file a shape; index.ts has them in order. */
export interface ToolShape {
  /** Whether the value is a tool of this shape. Triggers no getter. */
  matches(value: object): boolean;
  /**
   * The same tool, traced.
   *
   * @param receiverOf the `this` that a function of a traced set is to be called with
   */
  trace(
    name: string,
    tool: object,
    options: TraceToolOptions,
    receiverOf: (receiver: unknown) => unknown,
  ): object;
}
