import type { ToolCallReading } from "../tool-call-reading.js";
import { dataAt, mayBeMethod } from "./data-at.js";
import { type Members, membersOf } from "./members-of.js";
import type { ToolShape } from "./tool-shape.js";
import { traceMethods } from "./trace-methods.js";

/** A tool of LangChain: `tool()`, `StructuredTool`, `DynamicStructuredTool`. An agent gives it the model's tool call as a whole. */
export const langchainTool: ToolShape = {
  matches: (value) =>
    dataAt(value, "lc_runnable") === true && mayBeMethod(value, "invoke") && mayBeMethod(value, "call"),
  trace: (name, tool, options) => traceMethods(tool, METHODS, name, options, READING),
};

const METHODS: ReadonlySet<PropertyKey> = new Set(["invoke", "call", "func"]);

const READING: ToolCallReading = {
  parameters: ([input]) => toolCall(input)?.args ?? input,
  toolCallId: ([input, config]) => toolCall(input)?.id ?? membersOf(membersOf(config).toolCall).id,
  result: (value) => toolMessage(value)?.content ?? value,
  failure(value) {
    const message = toolMessage(value);
    if (message?.status !== "error") return undefined;
    return { name: "tool_error", message: String(message.content) };
  },
};

function toolCall(input: unknown): Members | undefined {
  const call = membersOf(input);
  return call.type === "tool_call" && "args" in call ? call : undefined;
}

function toolMessage(value: unknown): Members | undefined {
  const message = membersOf(value);
  return "tool_call_id" in message && "content" in message ? message : undefined;
}
