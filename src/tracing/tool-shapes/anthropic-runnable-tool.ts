import type { ToolCallReading } from "../tool-call-reading.js";
import { dataAt } from "./data-at.js";
import { membersOf } from "./members-of.js";
import type { ToolShape } from "./tool-shape.js";
import { traceMethods } from "./trace-methods.js";

/** A tool for the Anthropic SDK's tool runner: `betaTool()`, `betaZodTool()`, `betaMemoryTool()`, with `run`. */
export const anthropicRunnableTool: ToolShape = {
  matches: (value) =>
    typeof dataAt(value, "run") === "function" &&
    typeof dataAt(value, "name") === "string" &&
    (dataAt(value, "input_schema") !== undefined || typeof dataAt(value, "type") === "string"),
  trace: (name, tool, options) => traceMethods(tool, RUN, name, options, READING),
};

const RUN: ReadonlySet<PropertyKey> = new Set(["run"]);

/** The context says which block of the model's message is served; `toolUseBlock` in older versions. */
const READING: ToolCallReading = {
  parameters: ([input]) => input,
  toolCallId: ([, context]) => {
    const { toolUse, toolUseBlock } = membersOf(context);
    return membersOf(toolUse ?? toolUseBlock).id;
  },
};
