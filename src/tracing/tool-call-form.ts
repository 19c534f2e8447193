import type { Attributes } from "@opentelemetry/api";
import {
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_ID,
  ATTR_GEN_AI_TOOL_CALL_RESULT,
  ATTR_GEN_AI_TOOL_NAME,
  ATTR_GEN_AI_TOOL_TYPE,
  OPERATION_EXECUTE_TOOL,
} from "../event/semconv.js";
import { toJson } from "../internal/safe-json.js";
import type { ActionForm } from "./action-form.js";
import { nameText } from "./name-text.js";

export interface ToolCallOptions {
  /** The model's id of the call. */
  readonly toolCallId?: string | undefined;
  /** Conversation or thread, where it is not the logger's. */
  readonly sessionId?: string | undefined;
}

const NOTHING: Attributes = Object.freeze({});

/** A tool call by the GenAI conventions: `execute_tool` with arguments and result as JSON text. */
export function toolCallForm(name: unknown, parameters: unknown, options?: ToolCallOptions): ActionForm {
  const toolName = nameText(name, "unknown-tool");
  const attributes: Attributes = {
    [ATTR_GEN_AI_OPERATION_NAME]: OPERATION_EXECUTE_TOOL,
    [ATTR_GEN_AI_TOOL_NAME]: toolName,
    [ATTR_GEN_AI_TOOL_TYPE]: "function",
  };
  const { toolCallId, sessionId } = options ?? {};
  if (typeof toolCallId === "string") attributes[ATTR_GEN_AI_TOOL_CALL_ID] = toolCallId;
  if (typeof sessionId === "string") attributes[ATTR_GEN_AI_CONVERSATION_ID] = sessionId;
  return {
    spanName: `${OPERATION_EXECUTE_TOOL} ${toolName}`,
    attributes,
    started: () => jsonAttribute(ATTR_GEN_AI_TOOL_CALL_ARGUMENTS, parameters),
    result: (value) => jsonAttribute(ATTR_GEN_AI_TOOL_CALL_RESULT, value),
    keepsReturnValue: true,
    failed: () => NOTHING,
  };
}

function jsonAttribute(key: string, value: unknown): Attributes {
  return value === undefined ? NOTHING : { [key]: toJson(value) };
}
