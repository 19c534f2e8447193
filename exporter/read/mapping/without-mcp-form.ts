import { unwrapMcpContent } from "../dialects/common/mcp-content.js";
import type { ToolCallReading } from "../dialects/dialect.js";

/**
 * A tool call whose result is an answer of the Model Context Protocol, as frameworks hand it on (`{content: [...], isError}`): with what the
 * tool gave, and with the failure that only the answer tells.
 */
export function withoutMcpForm(reading: ToolCallReading): ToolCallReading {
  const content = unwrapMcpContent(reading.result);
  if (content === undefined) return reading;
  const told = "error" in content ? { type: "tool_error", message: content.error } : undefined;
  return { ...reading, result: content.result, failure: reading.failure ?? told };
}
