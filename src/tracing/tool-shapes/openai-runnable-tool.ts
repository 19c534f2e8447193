import { originalOf, overlay } from "../overlay.js";
import type { ToolCallReading } from "../tool-call-reading.js";
import { type ToolFunction, traceFunction } from "../trace-function.js";
import type { TraceToolOptions } from "../trace-tool-options.js";
import { dataAt } from "./data-at.js";
import { jsonArguments } from "./json-arguments.js";
import { membersOf } from "./members-of.js";
import type { ToolShape } from "./tool-shape.js";

/**
 * A tool for `runTools()` of the OpenAI SDK: `{ type: "function", function: { function, parse? } }`, or what `zodFunction()` and
 * `zodResponsesFunction()` make, which have their function as `$callback`.
 */
export const openaiRunnableTool: ToolShape = {
  matches: (value) =>
    dataAt(value, "type") === "function" &&
    (typeof dataAt(value, "$callback") === "function" || isRunnable(value)),
  trace: (name, tool, options) => {
    const called = nameOf(tool) ?? name;
    return overlay(originalOf(tool), () => (key, value) => {
      if (key === "$callback") return traced(called, value, options);
      if (key !== "function" || !isRunnable(tool)) return value;
      return overlay(
        originalOf(value as object),
        () => (inner, member) => (inner === "function" ? traced(called, member, options) : member),
      );
    });
  },
};

function isRunnable(tool: object): boolean {
  const definition = dataAt(tool, "function");
  return (
    typeof definition === "object" &&
    definition !== null &&
    typeof dataAt(definition, "function") === "function"
  );
}

function nameOf(tool: object): string | undefined {
  const definition = membersOf(dataAt(tool, "function"));
  const own = [dataAt(tool, "name"), definition.name, membersOf(definition.function).name];
  return own.find((name): name is string => typeof name === "string" && name !== "");
}

function traced(name: string, tool: unknown, options: TraceToolOptions): unknown {
  if (typeof tool !== "function") return tool;
  return traceFunction(name, tool as ToolFunction, options, undefined, readingOf(name));
}

const readingOf = (name: string): ToolCallReading => ({
  parameters: ([input]) => jsonArguments(input),
  toolCallId: ([, runner]) => callIdIn(membersOf(runner).messages, name),
});

// The function is not told which call it serves. The runner's history tells it where the model asked for this tool once.
function callIdIn(messages: unknown, name: string): unknown {
  if (!Array.isArray(messages)) return undefined;
  const asked = messages.findLast((message) => Array.isArray(membersOf(message).tool_calls));
  const calls = membersOf(asked).tool_calls as readonly unknown[] | undefined;
  const own = (calls ?? []).filter((call) => membersOf(membersOf(call).function).name === name);
  return own.length === 1 ? membersOf(own[0]).id : undefined;
}
