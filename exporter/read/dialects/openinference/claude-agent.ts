/** The Claude Agent SDK under OpenInference (Python): the agent has no name, and a sub-agent that of the tool that started it. */
import { isPlainObject } from "../../../../src/event/json.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { scopeName, textAt } from "../common/attributes.js";
import { type Captured, captured, capturedText } from "../common/captured.js";
import type { Failure } from "../common/failure.js";
import { unwrapMcpContent } from "../common/mcp-content.js";

export const isClaudeAgent = (span: ReadableSpan): boolean =>
  scopeName(span) === "openinference.instrumentation.claude_agent_sdk";

/** The type of the sub-agent that the tool around was asked to start, else the SDK's name. */
export function claudeAgentName(span: ReadableSpan, [tool]: readonly ReadableSpan[]): string | undefined {
  const given = captured(tool?.attributes["input.value"]);
  const type = isPlainObject(given) ? textAt(given, "subagent_type") : undefined;
  return type ?? span.name.split(".")[0];
}

/** Blocks of content, as tools of MCP give them; of a sub-agent, the last thing that it said. */
export function claudeResult(output: Captured): Captured {
  if (Array.isArray(output)) return unwrapMcpContent({ content: output })?.result ?? output;
  if (!isPlainObject(output) || !Array.isArray(output.content) || !("agentType" in output)) return output;
  const last = output.content.findLast((block) => isPlainObject(block) && typeof block.text === "string");
  return isPlainObject(last) ? capturedText(last.text) : output;
}

const TAG = /^<tool_use_error>([\s\S]*)<\/tool_use_error>$/;

/** A tool that does not exist, or whose arguments do not fit: no tool ran, which the type does not say. */
export function claudeFailure(failure: Failure | undefined): Failure | undefined {
  if (failure?.message === undefined) return failure;
  const message = TAG.exec(failure.message)?.[1] ?? failure.message;
  if (/^Error: No such tool available: /.test(message)) return { ...failure, type: "unknown_tool", message };
  if (/^(?:Input validation error|InputValidationError): /.test(message))
    return { ...failure, type: "invalid_arguments", message };
  return message === failure.message ? failure : { ...failure, message };
}
