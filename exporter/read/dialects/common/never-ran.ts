import { withoutMiddle } from "./call-outcome.js";
import type { Failure } from "./failure.js";

/**
 * Whether words say that no tool ran, because the agent has none of that name or because the arguments do not fit. Libraries put it in words
 * of their own: AI SDK, LangGraph, OpenAI Agents, Mastra, Google ADK, MCP, CrewAI, Agno, AG2, AgentScope, smolagents, the Agent Framework.
 */
export function whyNeverRan(message: string): "unknown_tool" | "invalid_arguments" | undefined {
  const words = withoutMiddle(message);
  if (UNKNOWN_TOOL.test(words)) return "unknown_tool";
  return INVALID_ARGUMENTS.test(words) ? "invalid_arguments" : undefined;
}

const UNKNOWN_TOOL =
  /(?:unknown|unavailable|no such|unrecognized) (?:tool|function)|is not a valid tool|NoSuchTool|ToolNotFound|^(?:tool|function) not found\b|requested (?:tool|function) does not exist|\b(?:tool|function)(?: named)? \S{1,200} (?:(?:was )?not found|does(?: not|n't) exist|is not available)/i;
const INVALID_ARGUMENTS =
  /invalid input for tool|did not match expected schema|invalid json input|validation (?:failed|errors?)|input validation|arguments? (?:parsing|validation)|invalid (?:tool )?(?:arguments?|parameters?|input)\b|InvalidToolInput|ToolInputParsing|missing required|mandatory input parameters|not in the tool's input schema|unexpected keyword argument/i;

/** The failure with that as its type, where the span knows no type. */
export function namedNeverRan(failure: Failure | undefined): Failure | undefined {
  if (failure?.type !== "Error" || failure.message === undefined) return failure;
  const type = whyNeverRan(failure.message);
  return type === undefined ? failure : { ...failure, type };
}
