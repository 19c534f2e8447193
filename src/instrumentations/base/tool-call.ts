import type { Attributes } from "@opentelemetry/api";
import { MAX_NAME_BYTES, trimText } from "../../event/limits.js";
import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_ID,
  ATTR_GEN_AI_TOOL_CALL_RESULT,
  ATTR_GEN_AI_TOOL_NAME,
  ATTR_GEN_AI_TOOL_TYPE,
  OPERATION_EXECUTE_TOOL,
} from "../../event/semconv.js";
import type { CallForm, Outcome } from "./call-form.js";
import { jsonAttribute } from "./json-attribute.js";

export interface ToolCall {
  readonly name: string;
  readonly arguments?: unknown;
  /** The model's id of the call. */
  readonly callId?: string | undefined;
  readonly agentName?: string | undefined;
  /** Thread, session or conversation. */
  readonly conversationId?: string | undefined;
  /** `function` (default), `extension`, `datastore`. */
  readonly type?: string | undefined;
}

/** A tool call by the GenAI conventions: `execute_tool`, arguments and result as JSON text. */
export function toolCallForm(call: ToolCall, own: Partial<CallForm> = {}): CallForm {
  const name = trimText(call.name, MAX_NAME_BYTES);
  return {
    spanName: `${OPERATION_EXECUTE_TOOL} ${name}`,
    attributes: {
      [ATTR_GEN_AI_OPERATION_NAME]: OPERATION_EXECUTE_TOOL,
      [ATTR_GEN_AI_TOOL_NAME]: name,
      [ATTR_GEN_AI_TOOL_TYPE]: call.type ?? "function",
      ...textAttribute(ATTR_GEN_AI_TOOL_CALL_ID, call.callId),
      ...textAttribute(ATTR_GEN_AI_AGENT_NAME, call.agentName),
      ...textAttribute(ATTR_GEN_AI_CONVERSATION_ID, call.conversationId),
    },
    content: () => jsonAttribute(ATTR_GEN_AI_TOOL_CALL_ARGUMENTS, call.arguments),
    returned: toolResult,
    ...own,
  };
}

/** The outcome of a tool that gave this. */
export const toolResult = (value: unknown): Outcome => ({
  content: () => jsonAttribute(ATTR_GEN_AI_TOOL_CALL_RESULT, value),
});

/** An attribute for what is a text that says something. */
export const textAttribute = (key: string, value: unknown): Attributes =>
  typeof value === "string" && value !== "" ? { [key]: value } : {};
