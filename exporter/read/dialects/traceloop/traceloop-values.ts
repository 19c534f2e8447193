import { isPlainObject } from "../../../../src/event/json.js";
import {
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_RESULT,
} from "../../../../src/event/semconv.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { type Attributes, firstPresent, firstText, numberAt, textAt } from "../common/attributes.js";
import { unwrapArguments } from "../common/call-input.js";
import { type Captured, captured, capturedContent, HIDDEN } from "../common/captured.js";
import { saysToolCalls } from "../common/gen-ai-messages.js";
import { modelExtras } from "../common/gen-ai-values.js";
import { type LangChainOutput, unwrapLangChain } from "../common/langchain-output.js";
import { answersIn, callsIn } from "../common/model-messages.js";
import { unflatten } from "../common/unflatten.js";
import type { Extras, ModelMessages, RequestedCall } from "../dialect.js";

export const ENTITY_INPUT = "traceloop.entity.input";
export const ENTITY_OUTPUT = "traceloop.entity.output";

/** What a tool was given, and what was written beside it. */
export interface ToolInput {
  readonly parameters: Captured;
  /** Of a call over the Model Context Protocol. */
  readonly mcpTool?: string | undefined;
  readonly callId?: string | undefined;
}

export function toolInput(attributes: Attributes): ToolInput {
  const value = capturedContent(firstPresent(attributes, [ATTR_GEN_AI_TOOL_CALL_ARGUMENTS, ENTITY_INPUT]));
  if (!isPlainObject(value)) return { parameters: value };
  if (isMcpCall(value)) return { parameters: value.arguments, mcpTool: String(value.tool_name) };
  if ("input_str" in value) return langChainInput(value);
  return { parameters: unwrapArguments(value) };
}

const isMcpCall = (value: Attributes): boolean =>
  typeof value.tool_name === "string" &&
  Object.keys(value).every((key) => key === "tool_name" || key === "arguments");

// LangChain in Python. The text is how Python prints the arguments.
function langChainInput({ input_str, inputs, kwargs }: Attributes): ToolInput {
  const callId = isPlainObject(kwargs) ? textAt(kwargs, "tool_call_id") : undefined;
  return { parameters: inputs ?? capturedContent(input_str), callId };
}

/** What a tool gave. */
export interface ToolOutput extends LangChainOutput {
  /** The answer over the Model Context Protocol says that the tool failed. */
  readonly isMcpError?: boolean;
}

export function toolOutput(attributes: Attributes, isMcp: boolean): ToolOutput {
  const value = captured(firstPresent(attributes, [ATTR_GEN_AI_TOOL_CALL_RESULT, ENTITY_OUTPUT]));
  if (isMcp && isPlainObject(value))
    return { result: captured(value.result), isMcpError: value.is_error === true };
  const inner = outputOf(value);
  return unwrapLangChain(commandOf(inner)) ?? { result: inner };
}

// LangChain in Python: `{"output": ..., "kwargs": {...}}`.
const outputOf = (value: Captured): Captured =>
  isPlainObject(value) && "output" in value && isPlainObject(value.kwargs) ? value.output : value;

// A command of LangGraph, as Python writes a dataclass: without its name.
const commandOf = (value: Captured): Captured =>
  isPlainObject(value) && ["graph", "update", "resume", "goto"].every((name) => name in value)
    ? { ...value, lg_name: "Command" }
    : value;

/** Model, tokens and why it stopped, also by the keys of before the conventions. */
export function modelCallExtras(attributes: Attributes): Extras {
  const said = modelExtras(attributes);
  return {
    ...said,
    model: said.model ?? firstText(attributes, ["llm.response.model", "llm.request.model"]),
    provider: said.provider ?? textAt(attributes, "llm.vendor"),
    input_tokens: said.input_tokens ?? numberAt(attributes, "llm.usage.prompt_tokens"),
    output_tokens: said.output_tokens ?? numberAt(attributes, "llm.usage.completion_tokens"),
    finish_reasons: finishReasons(attributes),
  };
}

function finishReasons(attributes: Attributes): Captured {
  const listed = captured(attributes["gen_ai.response.finish_reasons"]);
  if (listed !== undefined) return listed;
  const single = firstText(attributes, REASON_KEYS);
  const told = Object.keys(attributes)
    .filter((key) => /^(?:gen_ai\.completion|llm\.completions)\.\d+\.finish_reason$/.test(key))
    .map((key) => attributes[key]);
  return told.length > 0 ? told : single === undefined ? undefined : [single];
}

const REASON_KEYS = [
  "gen_ai.response.finish_reason",
  "gen_ai.response.stop_reason",
  "llm.response.finish_reason",
  "llm.response.stop_reason",
];

/** Messages as JSON text by the conventions, or, before them, one attribute for each value. Absent means hidden. */
export function readMessages({ attributes }: ReadableSpan): ModelMessages {
  const context =
    captured(attributes["gen_ai.input.messages"]) ??
    unflatten(attributes, "gen_ai.prompt") ??
    unflatten(attributes, "llm.prompts") ??
    HIDDEN;
  const result =
    captured(attributes["gen_ai.output.messages"]) ??
    unflatten(attributes, "gen_ai.completion") ??
    unflatten(attributes, "llm.completions") ??
    HIDDEN;
  const calls = callsIn(result);
  const requested = calls.length === 0 && saysToolCall(attributes) ? [UNTOLD_CALL] : calls;
  return { requested, answered: answersIn(context), context, result };
}

const saysToolCall = (attributes: Attributes): boolean =>
  saysToolCalls(attributes) ||
  [finishReasons(attributes)].flat().some((reason) => /^tool_?(?:calls?|use)$/.test(String(reason)));

const UNTOLD_CALL: RequestedCall = { name: "tool_calls", callId: undefined, parameters: HIDDEN };
