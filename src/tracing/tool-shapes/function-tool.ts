import { type ToolFunction, traceFunction } from "../trace-function.js";
import type { ToolShape } from "./tool-shape.js";

/** A plain function: `{ read: (path) => ... }`. */
export const functionTool: ToolShape = {
  matches: (value) => typeof value === "function",
  trace: (name, tool, options, receiverOf) => traceFunction(name, tool as ToolFunction, options, receiverOf),
};
