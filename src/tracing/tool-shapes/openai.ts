import { originalOf, overlay } from "../overlay.js";
import type { ToolCallReading, ToolFunction } from "../trace-function.js";
import { dataAt, jsonArguments, mayBeMethod, membersOf } from "./members.js";
import { methodShape, type ToolShape } from "./tool-shape.js";

/** What the SDK's default error function gives to the model in place of what the tool threw; older versions add the error. */
const FAILED = "An error occurred while running the tool.";

/** `tool()` of the OpenAI Agents SDK: `{ type: "function", name, invoke(runContext, json, details) }`. */
export const openaiAgentsTool = methodShape(
  (value) =>
    dataAt(value, "type") === "function" &&
    typeof dataAt(value, "name") === "string" &&
    mayBeMethod(value, "invoke"),
  ["invoke"],
  {
    parameters: ([, input]) => jsonArguments(input),
    toolCallId: ([, , details]) => membersOf(membersOf(details).toolCall).callId,
    failure: (value) =>
      typeof value === "string" && value.startsWith(FAILED)
        ? { name: "tool_error", message: value }
        : undefined,
  },
);

/**
 * A tool for `runTools()` of the OpenAI SDK: `{ type: "function", function: { function, parse? } }`, or what `zodFunction()` and
 * `zodResponsesFunction()` make, which have their function as `$callback`.
 */
export const openaiRunnableTool: ToolShape = {
  matches: (value) =>
    dataAt(value, "type") === "function" &&
    (typeof dataAt(value, "$callback") === "function" || isRunnable(value)),
  wrap: (name, tool, wrap) =>
    replaceRunnable(originalOf(tool), (own, called) =>
      wrap(own ?? name, called, (receiver) => receiver, readingOf(own ?? name)),
    ),
};

/** The same tool with another function. */
export function replaceRunnable(
  tool: object,
  replace: (name: string | undefined, called: ToolFunction) => ToolFunction,
): object {
  const name = nameOf(tool);
  const replaced = (called: unknown) =>
    typeof called === "function" ? replace(name, called as ToolFunction) : called;
  return overlay(tool, () => (key, value) => {
    if (key === "$callback") return replaced(value);
    if (key !== "function" || !isRunnable(tool)) return value;
    return overlay(
      value as object,
      () => (inner, member) => (inner === "function" ? replaced(member) : member),
    );
  });
}

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

const readingOf = (name: string): ToolCallReading => ({
  parameters: ([input]) => jsonArguments(input),
  toolCallId: ([, runner]) => callIdIn(membersOf(runner).messages, name),
});

// The function does not learn which call it serves. The runner's history says it where the model asked for this tool once.
function callIdIn(messages: unknown, name: string): unknown {
  if (!Array.isArray(messages)) return undefined;
  const asked = messages.findLast((message) => Array.isArray(membersOf(message).tool_calls));
  const calls = membersOf(asked).tool_calls as readonly unknown[] | undefined;
  const own = (calls ?? []).filter((call) => membersOf(membersOf(call).function).name === name);
  return own.length === 1 ? membersOf(own[0]).id : undefined;
}
