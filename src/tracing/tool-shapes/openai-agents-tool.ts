import type { ToolCallReading } from "../tool-call-reading.js";
import { dataAt, mayBeMethod } from "./data-at.js";
import { jsonArguments } from "./json-arguments.js";
import { membersOf } from "./members-of.js";
import type { ToolShape } from "./tool-shape.js";
import { traceMethods } from "./trace-methods.js";

/** `tool()` of the OpenAI Agents SDK: `{ type: "function", name, invoke(runContext, json, details) }`. */
export const openaiAgentsTool: ToolShape = {
  matches: (value) =>
    dataAt(value, "type") === "function" &&
    typeof dataAt(value, "name") === "string" &&
    mayBeMethod(value, "invoke"),
  trace: (name, tool, options) => traceMethods(tool, INVOKE, name, options, READING),
};

const INVOKE: ReadonlySet<PropertyKey> = new Set(["invoke"]);

/** What the SDK's default error function tells the model in place of what the tool threw; older versions add the error. */
const FAILED = "An error occurred while running the tool.";

const READING: ToolCallReading = {
  parameters: ([, input]) => jsonArguments(input),
  toolCallId: ([, , details]) => membersOf(membersOf(details).toolCall).callId,
  failure: (value) =>
    typeof value === "string" && value.startsWith(FAILED)
      ? { name: "tool_error", message: value }
      : undefined,
};
