import { unwrapMcpContent } from "../dialects/common/mcp-content.js";
import { reportedFailure } from "../dialects/common/reported-failure.js";
import type { ToolCallReading } from "../dialects/dialect.js";

/**
 * A tool call with what the tool gave, where the result is an answer of the Model Context Protocol as frameworks hand it on
 * (`{content: [...], isError}`), and with the failure that only the result reports.
 */
export function withForeignResult(reading: ToolCallReading): ToolCallReading {
  const content = unwrapMcpContent(reading.result);
  const result = content === undefined ? reading.result : content.result;
  const failed = content !== undefined && "error" in content;
  const reported = failed ? { type: "tool_error", message: content.error } : reportedFailure(result);
  if (content === undefined && reported === undefined) return reading;
  return { ...reading, result, failure: reading.failure ?? reported };
}
