/** The Claude Agent SDK under OpenInference (Python): the agent has no name, and a sub-agent that of the tool that started it. */
import { isPlainObject } from "../../../../src/event/json.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { scopeName, textAt } from "../common/attributes.js";
import { withoutTag } from "../common/call-outcome.js";
import { captured } from "../common/captured.js";
import type { Failure } from "../common/failure.js";
import { whyNeverRan } from "../common/never-ran.js";

export const isClaudeAgent = (span: ReadableSpan): boolean =>
  scopeName(span) === "openinference.instrumentation.claude_agent_sdk";

/** The type of the sub-agent that the tool around was asked to start, else the SDK's name. */
export function claudeAgentName(span: ReadableSpan, [tool]: readonly ReadableSpan[]): string | undefined {
  const given = captured(tool?.attributes["input.value"]);
  const type = isPlainObject(given) ? textAt(given, "subagent_type") : undefined;
  return type ?? span.name.split(".")[0];
}

/** A tool that does not exist, or whose arguments do not fit: no tool ran, which the type does not say. */
export function claudeFailure(failure: Failure | undefined): Failure | undefined {
  if (failure?.message === undefined) return failure;
  const message = withoutTag(failure.message);
  return { ...failure, type: whyNeverRan(message) ?? failure.type, message };
}
