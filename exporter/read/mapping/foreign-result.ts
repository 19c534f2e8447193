import { outcomeOfWords } from "../dialects/common/call-outcome.js";
import type { Captured } from "../dialects/common/captured.js";
import type { Failure } from "../dialects/common/failure.js";
import { unwrapMcpContent } from "../dialects/common/mcp-content.js";
import { reportedFailure } from "../dialects/common/reported-failure.js";
import type { DecisionReading, ToolCallReading } from "../dialects/dialect.js";

/**
 * A tool call with what the tool gave, where the result is an answer of the Model Context Protocol as frameworks hand it on
 * (`{content: [...], isError}`), and with the failure that only the result reports.
 */
export function withForeignResult(reading: ToolCallReading): ToolCallReading | DecisionReading {
  const { name, failure, callId } = reading;
  if (failure === undefined && isRefusal(reading.result))
    return {
      is: "decision",
      type: "approval",
      name,
      context: reading.parameters,
      result: { approved: false, reason: reading.result },
      callId,
      failure,
    };
  const missing = failure === undefined ? unknownTool(name, reading.result) : undefined;
  if (missing !== undefined) return { ...reading, result: undefined, failure: missing };
  const content = unwrapMcpContent(reading.result);
  const result = content === undefined ? reading.result : content.result;
  const failed = content !== undefined && "error" in content;
  const reported = failed ? { type: "tool_error", message: content.error } : reportedFailure(result);
  if (content === undefined && reported === undefined) return reading;
  return { ...reading, result, failure: reading.failure ?? reported };
}

/** A person or a rule said no, and the framework records its answer to the model as what the tool gave. */
const isRefusal = (result: Captured): boolean =>
  typeof result === "string" && outcomeOfWords(result) === "denied";

/** A framework that has no tool of this name may record its answer to the model as what the tool gave. */
function unknownTool(name: string, result: Captured): Failure | undefined {
  if (typeof result !== "string" || !/not found\b|does not exist/.test(result)) return undefined;
  if (!result.includes(name) || outcomeOfWords(result) !== "error") return undefined;
  return { type: "unknown_tool", message: result };
}
