import type { ToolCallReading } from "../tool-call-reading.js";
import { dataAt, mayBeMethod } from "./data-at.js";
import { membersOf } from "./members-of.js";
import type { ToolShape } from "./tool-shape.js";
import { traceMethods } from "./trace-methods.js";

/** `createTool()` of Mastra: `{ id, inputSchema, execute(input, context) }`. */
export const mastraTool: ToolShape = {
  matches: (value) =>
    typeof dataAt(value, "id") === "string" &&
    typeof dataAt(value, "type") !== "string" &&
    dataAt(value, "description") !== undefined &&
    mayBeMethod(value, "execute"),
  trace: (name, tool, options) => traceMethods(tool, EXECUTE, name, options, READING),
};

const EXECUTE: ReadonlySet<PropertyKey> = new Set(["execute"]);

const READING: ToolCallReading = {
  parameters: ([input]) => inputOf(input),
  toolCallId: ([, context]) =>
    membersOf(membersOf(context).agent).toolCallId ?? membersOf(context).toolCallId,
  // What does not fit a schema is told to the model as a result.
  failure(value) {
    const { error, message } = membersOf(value);
    return error === true && typeof message === "string" ? { name: "validation_error", message } : undefined;
  },
};

// Up to version 0.x one argument has all: `{ context: input, runtimeContext, ... }`.
function inputOf(input: unknown): unknown {
  const all = membersOf(input);
  return "context" in all && "runtimeContext" in all ? all.context : input;
}
