import type { ToolCallReading } from "../tool-call-reading.js";
import { mayBeMethod } from "./data-at.js";
import { membersOf } from "./members-of.js";
import type { ToolShape } from "./tool-shape.js";
import { traceMethods } from "./trace-methods.js";

/** By which the ecosystem's tool objects are called. */
const METHODS: ReadonlySet<string> = new Set(["execute", "invoke", "func", "call", "handler"]);

/**
 * An object with a method that does the work: the AI SDK's `tool({ execute })` and `dynamicTool()`, and others with `invoke`,
 * `func`, `call` or `handler`. The first argument is the input, what follows is the framework's (abort signals, contexts).
 */
export const methodTool: ToolShape = {
  matches: (value) => [...METHODS].some((method) => mayBeMethod(value, method)),
  trace: (name, tool, options) => traceMethods(tool, METHODS, name, options, READING),
};

/** The AI SDK says the call's id in the second argument. */
const READING: ToolCallReading = {
  parameters: ([input]) => input,
  toolCallId: ([, context]) => membersOf(context).toolCallId,
};
