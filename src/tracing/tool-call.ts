import type { Attributes } from "@opentelemetry/api";
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
} from "../event/semconv.js";
import { failureOf } from "./recorded-span.js";
import type { LogTimes } from "./span-clock.js";
import type { LoggedSpan } from "./span-recorder.js";
import type { ActionSpanTemplate, SpanOutcome, SpanTemplate } from "./span-template.js";
import { jsonAttribute, nameText } from "./text.js";

export interface ToolCall {
  /** A non-empty string; any other value is reported, and written as one or replaced. */
  readonly name: unknown;
  readonly arguments?: unknown;
  /** The model's id of the call. */
  readonly callId?: unknown;
  readonly agentName?: string | undefined;
  /** Thread, session or conversation. */
  readonly conversationId?: unknown;
  /** `function` (default), `extension`, `datastore`. */
  readonly type?: string | undefined;
}

/** A tool call by the GenAI conventions: `execute_tool`, arguments and result as JSON text. */
export function toolCallSpanTemplate(call: ToolCall): ActionSpanTemplate;
export function toolCallSpanTemplate(call: ToolCall, own: Partial<SpanTemplate>): SpanTemplate;
export function toolCallSpanTemplate(call: ToolCall, own?: Partial<SpanTemplate>): SpanTemplate {
  const name = nameText(call.name, "unknown-tool");
  const attributes: Attributes = {
    [ATTR_GEN_AI_OPERATION_NAME]: OPERATION_EXECUTE_TOOL,
    [ATTR_GEN_AI_TOOL_NAME]: name,
    [ATTR_GEN_AI_TOOL_TYPE]: call.type ?? "function",
  };
  putText(attributes, ATTR_GEN_AI_TOOL_CALL_ID, call.callId);
  putText(attributes, ATTR_GEN_AI_AGENT_NAME, call.agentName);
  putText(attributes, ATTR_GEN_AI_CONVERSATION_ID, call.conversationId);
  const template: ActionSpanTemplate = {
    spanName: `${OPERATION_EXECUTE_TOOL} ${name}`,
    attributes,
    content: () => jsonAttribute(ATTR_GEN_AI_TOOL_CALL_ARGUMENTS, call.arguments),
    result: toolResult,
    returned: toolResult,
  };
  return own === undefined ? template : { ...template, ...own };
}

/** The outcome of a tool that gave this. */
export const toolResult = (value: unknown): SpanOutcome => ({
  content: () => jsonAttribute(ATTR_GEN_AI_TOOL_CALL_RESULT, value),
});

function putText(attributes: Attributes, key: string, value: unknown): void {
  if (typeof value === "string" && value !== "") attributes[key] = value;
}

export interface ToolCallOptions {
  /** The model's id of the call. */
  readonly toolCallId?: string | undefined;
  /** Conversation or thread, where it is not the logger's. */
  readonly sessionId?: string | undefined;
}

/** A tool call that is over. */
export interface LoggedToolCall extends LogTimes, ToolCallOptions {
  readonly toolName: string;
  readonly toolParameters?: unknown;
  readonly toolResult?: unknown;
  /** @default false where an `error` or `errorMessage` is given, else true */
  readonly success?: boolean | undefined;
  readonly errorMessage?: string | undefined;
  /** What the tool threw. */
  readonly error?: unknown;
}

export function loggedToolCall(call: LoggedToolCall): LoggedSpan {
  const { toolName: name, toolParameters, toolCallId: callId, sessionId: conversationId } = call;
  return {
    template: toolCallSpanTemplate({ name, arguments: toolParameters, callId, conversationId }),
    times: call,
    outcome: { ...toolResult(call.toolResult), ...failureIn(call) },
  };
}

function failureIn({ success, error, errorMessage }: LoggedToolCall): SpanOutcome | undefined {
  if (success === true || (success !== false && error === undefined && errorMessage === undefined))
    return undefined;
  const { type, message } = error === undefined ? { type: "Error", message: "" } : failureOf(error).failure;
  const failure = { type, message: errorMessage === undefined ? message : String(errorMessage) };
  return { failure, thrown: error };
}
