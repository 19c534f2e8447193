import type { Attributes } from "@opentelemetry/api";
import {
  ATTR_ACTION_NAME,
  ATTR_ACTION_TYPE,
  ATTR_DETAILS,
  ATTR_GEN_AI_TOOL_CALL_ID,
} from "../../event/semconv.js";
import { toJson } from "../../internal/safe-json.js";
import { textAttribute } from "../../tracing/text.js";

export interface Decision {
  readonly type: "handoff" | "approval" | "elicitation";
  /** What was decided. */
  readonly name: string;
  /** What it was decided on: content, which may have to be hidden. */
  readonly context: unknown;
  /** Names and verdicts only. */
  readonly result: Readonly<Record<string, unknown>>;
  /** The model's id of the call by which it decided. */
  readonly callId?: unknown;
}

/** A decision as our own API writes them: no convention has attributes for hand-offs, approvals and answers of people. */
export function decisionAttributes(decision: Decision, capturesContent: boolean): Attributes {
  const { type, name, context, result, callId } = decision;
  const details = {
    decision_type: type,
    ...(capturesContent ? { decision_context: context } : { decision_context_hidden: true }),
    decision_result: result,
    tool_call_id: callId,
  };
  return {
    [ATTR_ACTION_TYPE]: "decision",
    [ATTR_ACTION_NAME]: name,
    [ATTR_DETAILS]: toJson(details),
    ...textAttribute(ATTR_GEN_AI_TOOL_CALL_ID, callId),
  };
}
