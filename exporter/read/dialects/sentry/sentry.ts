/**
 * What Sentry's SDKs record of models and agents (`@sentry/node` 9 to 11: openAI, anthropicAI, googleGenAI, langChain, langGraph, mastra,
 * and vercelAI where the AI SDK makes no spans of its own): operations of the GenAI conventions, with keys and values of Sentry's.
 * Spans of the AI SDK that Sentry only renames are read as the AI SDK's; those of MCP servers are in the dialect `mcp`.
 */

import { isPlainObject } from "../../../../src/event/json.js";
import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_ID,
  ATTR_GEN_AI_TOOL_CALL_RESULT,
  ATTR_GEN_AI_TOOL_NAME,
} from "../../../../src/event/semconv.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { type Attributes, firstPresent, firstText, scopeName, textAt } from "../common/attributes.js";
import { type Captured, captured, HIDDEN } from "../common/captured.js";
import { describeFailure, exceptionOf, type Failure, readFailure } from "../common/failure.js";
import {
  failureOfFinish,
  missingResult,
  modelExtras,
  nameWithout,
  toolType,
} from "../common/gen-ai-values.js";
import { sessionKeysUnder } from "../common/session-keys.js";
import type { Dialect, Reading } from "../dialect.js";
import { hasAnswer, readSentryMessages } from "./sentry-messages.js";

const ORIGIN = "sentry.origin";
const OP = "sentry.op";

export const sentryDialect: Dialect = {
  name: "sentry",
  evidence: { keys: ["sentry."] },

  read(span) {
    if (!isSentry(span)) return undefined;
    const operation = operationOf(span.attributes);
    if (operation === "execute_tool") return readToolCall(span);
    if (operation === "invoke_agent") return readRun(span);
    if (operation === "decide") return readDecision(span);
    if (operation === "handoff") return readHandOff(span);
    if (operation !== undefined && MODEL_OPERATIONS.has(operation)) return readModelCall(span, operation);
    return { is: "ignored", reason: `the operation ${operation ?? "that Sentry recorded"} is no action` };
  },

  agentName: (span) => (isSentry(span) ? agentOf(span) : undefined),
  sessionId: (span) => (isSentry(span) ? firstText(span.attributes, SESSION_KEYS) : undefined),
};

const SESSION_KEYS = [
  ATTR_GEN_AI_CONVERSATION_ID,
  ...sessionKeysUnder(["vercel.ai.telemetry.metadata", "vercel.ai.settings.context"]),
];

// The spans that the AI SDK makes keep their own scope and operation, whatever Sentry writes on them.
function isSentry(span: ReadableSpan): boolean {
  const { attributes } = span;
  const scope = scopeName(span);
  if ("ai.operationId" in attributes || scope === "ai" || scope === "gen_ai") return false;
  return (
    /^auto\.(?:ai|vercelai)\./.test(textAt(attributes, ORIGIN) ?? "") ||
    textAt(attributes, OP)?.startsWith("gen_ai.") === true
  );
}

const operationOf = (attributes: Attributes): string | undefined =>
  textAt(attributes, ATTR_GEN_AI_OPERATION_NAME) ?? textAt(attributes, OP)?.replace(/^gen_ai\./, "");

const MODEL_OPERATIONS = new Set([
  "chat",
  "responses",
  "messages",
  "models",
  "generate_content",
  "text_completion",
  "completions",
  "conversations",
  "embeddings",
  "rerank",
]);

function agentOf({ attributes }: ReadableSpan): string | undefined {
  const named = firstText(attributes, [ATTR_GEN_AI_AGENT_NAME, "gen_ai.function_id"]);
  const isAgent = operationOf(attributes) === "invoke_agent" && !isChain(attributes);
  return named ?? (isAgent ? textAt(attributes, "gen_ai.pipeline.name") : undefined);
}

// LangChain tells of every chain that runs, which Sentry calls an agent.
const isChain = (attributes: Attributes): boolean =>
  textAt(attributes, ORIGIN) === "auto.ai.langchain" && !(ATTR_GEN_AI_AGENT_NAME in attributes);

function readToolCall(span: ReadableSpan): Reading {
  const { attributes } = span;
  const parameters = captured(firstPresent(attributes, ARGUMENT_KEYS));
  const { result, error } = toolResult(captured(firstPresent(attributes, RESULT_KEYS)));
  const failure = error ?? failureOf(span, result !== undefined);
  return {
    is: "tool_call",
    name:
      firstText(attributes, [ATTR_GEN_AI_TOOL_NAME, "vercel.ai.tool.name"]) ??
      nameWithout("execute_tool", span),
    // Every integration writes the arguments where it may, `{}` too.
    parameters: parameters ?? HIDDEN,
    result: result ?? missingResult(parameters, failure),
    callId: firstText(attributes, [ATTR_GEN_AI_TOOL_CALL_ID, "vercel.ai.tool.callId"]),
    failure,
    extras: { tool_type: toolType(attributes) },
  };
}

const ARGUMENT_KEYS = [ATTR_GEN_AI_TOOL_CALL_ARGUMENTS, "gen_ai.tool.input", "vercel.ai.toolCall.args"];
const RESULT_KEYS = [ATTR_GEN_AI_TOOL_CALL_RESULT, "gen_ai.tool.output", "vercel.ai.toolCall.result"];

// Version 7 of the AI SDK hands over the part of a message that a call's end becomes.
function toolResult(value: Captured): { result: Captured; error?: Failure } {
  if (!isPlainObject(value) || !("toolCallId" in value)) return { result: value };
  if (value.type === "tool-result") return { result: value.output };
  if (value.type !== "tool-error") return { result: value };
  const { error } = value;
  const message = isPlainObject(error)
    ? textAt(error, "message")
    : typeof error === "string"
      ? error
      : undefined;
  const type = (isPlainObject(error) ? textAt(error, "name") : undefined) ?? "Error";
  return { result: undefined, error: { type, message } };
}

/** The status has a category of Sentry's for its message, for the error itself is an event of Sentry's and on no span. */
function failureOf(span: ReadableSpan, hasResult: boolean): Failure | undefined {
  const failure = readFailure(span, hasResult);
  if (failure === undefined || !CATEGORIES.has(failure.message ?? "")) return failure;
  const exception = exceptionOf(span);
  const said = exception && textAt(exception, "exception.message");
  const isTelling = failure.message === "cancelled" && failure.type === "Error";
  return { ...failure, type: isTelling ? "cancelled" : failure.type, message: said };
}

const CATEGORIES = new Set(["internal_error", "unknown_error", "cancelled"]);

/** A plain call of the AI SDK without a name is no agent: the model's call inside is what is recorded. */
function readRun(span: ReadableSpan): Reading {
  const { attributes } = span;
  if (isChain(attributes)) return { is: "ignored", reason: "a chain of LangChain, and no agent" };
  const name = agentOf(span);
  const failure = failureOf(span, hasAnswer(attributes)) ?? failureOfFinish(attributes, "run");
  const isPlainCall = "vercel.ai.operationId" in attributes && name === undefined && failure === undefined;
  if (isPlainCall && readSentryMessages(span).requested.length === 0)
    return { is: "ignored", reason: "a plain call of a model without a name; its own span is inside" };
  return { is: "run", name, failure, extras: modelExtras(attributes) };
}

function readModelCall(span: ReadableSpan, operation: string): Reading {
  const { attributes } = span;
  const model = firstText(attributes, ["gen_ai.request.model", "gen_ai.response.model"]);
  const isKnown = model !== undefined && model !== UNKNOWN_MODEL;
  return {
    is: "model_call",
    name: isKnown ? `${operation} ${model}` : operation,
    messages: () => readSentryMessages(span),
    failure: failureOf(span, hasAnswer(attributes)) ?? failureOfFinish(attributes, "model_call"),
    extras: {
      ...modelExtras(attributes),
      ...(!isKnown && { model: undefined }),
      finish_reasons: captured(
        firstPresent(attributes, ["gen_ai.response.finish_reasons", "gen_ai.response.stop_reason"]),
      ),
    },
  };
}

/** Where LangChain does not say which. */
const UNKNOWN_MODEL = "unknown";

function readDecision(span: ReadableSpan): Reading {
  const { context, result } = readSentryMessages(span);
  const name = agentOf(span) ?? span.name;
  return {
    is: "decision",
    type: "choice",
    name,
    context,
    result,
    failure: failureOf(span, result !== HIDDEN),
  };
}

const readHandOff = (span: ReadableSpan): Reading => ({
  is: "decision",
  type: "handoff",
  name: span.name,
  context: undefined,
  result: undefined,
  failure: span.status.code === 2 ? describeFailure(span) : undefined,
});
