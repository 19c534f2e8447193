import type { ToolCallReading } from "../tool-call-reading.js";
import { membersOf } from "./members-of.js";

/** A tool's result by the Model Context Protocol: `{ content: [...], structuredContent?, isError? }`. */
export const mcpResult = {
  result: (value) => plainResult(value),
  failure: (value) => {
    if (membersOf(value).isError !== true) return undefined;
    const plain = plainResult({ content: membersOf(value).content });
    // `tool_error` is the conventions' `error.type` for it.
    return { name: "tool_error", message: typeof plain === "string" ? plain : "the tool says isError" };
  },
} satisfies ToolCallReading;

// What a reader of the row wants: the structured value, the text where there is nothing but text, else the parts.
function plainResult(value: unknown): unknown {
  const { structuredContent, content } = membersOf(value);
  if (structuredContent !== undefined) return structuredContent;
  if (!Array.isArray(content)) return value;
  const texts = content.map((part) => (membersOf(part).type === "text" ? membersOf(part).text : undefined));
  return texts.every((text) => typeof text === "string") && texts.length > 0 ? texts.join("\n") : content;
}
