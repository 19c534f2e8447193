import { reportProblem } from "./problems.js";
import { quietly } from "./quietly.js";
import { type ToolFunction, traceFunction } from "./trace-function.js";
import type { TraceToolOptions } from "./trace-tool-options.js";

/**
 * The same function, each call of which is recorded as a call of this tool: with its arguments, what it returns or throws,
 * and everything recorded inside as its children. `this`, arguments, result, errors, own properties, `name`, `length`,
 * `prototype` and `new` stay what they are, and so does the type with its generics and overloads.
 */
export function traceTool<Tool extends ToolFunction>(
  name: string,
  tool: Tool,
  options?: TraceToolOptions<Parameters<Tool>>,
): Tool {
  if (typeof tool !== "function") {
    reportProblem("traceTool was not given a function; it gives back what it was given");
    return tool;
  }
  const traced = quietly("a tool could not be traced", () =>
    traceFunction(name, tool, options as TraceToolOptions | undefined),
  );
  return (traced ?? tool) as Tool;
}
