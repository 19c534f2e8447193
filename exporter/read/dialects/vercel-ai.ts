/**
 * The AI SDK of Vercel. Version 7 speaks the GenAI conventions under the scope `gen_ai`, with ways of its own; versions 5 and
 * 6, and version 7 on request, write `ai.*` under the scope `ai`.
 */

import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_ID,
  ATTR_GEN_AI_TOOL_CALL_RESULT,
  ATTR_GEN_AI_TOOL_NAME,
} from "../../../src/event/semconv.js";
import type { ReadableSpan } from "../sdk-types.js";
import { type Attributes, firstPresent, firstText, scopeName, textAt } from "./common/attributes.js";
import { captured, capturedContent, HIDDEN } from "./common/captured.js";
import { exceptionOf, type Failure, hasErrorStatus, readFailure } from "./common/failure.js";
import { readMessages, saysToolCalls } from "./common/gen-ai-messages.js";
import {
  failureOfFinish,
  finishReasons,
  hasOutput,
  missingResult,
  modelExtras,
  nameWithout,
  toolType,
} from "./common/gen-ai-values.js";
import { sessionKeysUnder } from "./common/session-keys.js";
import type { Dialect, Reading } from "./dialect.js";

const OPERATION_ID = "ai.operationId";
const FUNCTION_ID = "ai.telemetry.functionId";

export const vercelAiDialect: Dialect = {
  name: "vercel-ai",
  evidence: { keys: ["ai."], scope: /^(?:gen_)?ai$/ },

  read(span, ancestors) {
    const operation = operationOf(span);
    if (operation === undefined) return undefined;
    switch (kindOf(operation)) {
      case "tool":
        rememberTools(ancestors);
        return readToolCall(span);
      case "run":
        return readRun(span);
      case "model":
        return isTwin(operation, ancestors[0]) ? TWIN : readModelCall(span);
      case "decide":
        return isTwin(operation, ancestors[0]) ? TWIN : readDecision(span);
      case "other":
        return { is: "ignored", reason: `the AI SDK's ${operation} is a step of a run, and no action` };
    }
  },

  agentName: ({ attributes }) => firstText(attributes, [FUNCTION_ID]),
  sessionId: (span) => (isAiSdk(span) ? firstText(span.attributes, SESSION_KEYS) : undefined),
};

const SESSION_KEYS = [
  ATTR_GEN_AI_CONVERSATION_ID,
  ...sessionKeysUnder(["ai.telemetry.metadata", "ai.settings.context"]),
];

function isAiSdk(span: ReadableSpan): boolean {
  const scope = scopeName(span);
  return scope === "ai" || scope === "gen_ai" || OPERATION_ID in span.attributes;
}

/** `ai.toolCall`, `ai.generateText.doGenerate`..., or the operation of the GenAI conventions in version 7. */
function operationOf(span: ReadableSpan): string | undefined {
  const { attributes } = span;
  const legacy = textAt(attributes, OPERATION_ID);
  if (legacy !== undefined) return legacy;
  const operation = textAt(attributes, ATTR_GEN_AI_OPERATION_NAME);
  if (scopeName(span) === "gen_ai") return operation;
  // Sentry renames the operation and leaves the values of a tool call under their names.
  return "ai.toolCall.args" in attributes || "ai.toolCall.result" in attributes ? "ai.toolCall" : undefined;
}

function kindOf(operation: string): "tool" | "run" | "model" | "decide" | "other" {
  if (operation === "ai.toolCall" || operation === "execute_tool") return "tool";
  if (operation === "invoke_agent" || /^ai\.(?:generate|stream)(?:Text|Object)$/.test(operation))
    return "run";
  if (operation === "decide") return "decide";
  if (/\.do[A-Z]\w*$/.test(operation) || MODEL_OPERATIONS.has(operation)) return "model";
  return "other";
}

const MODEL_OPERATIONS = new Set(["chat", "text_completion", "generate_content", "embeddings", "rerank"]);

const TWIN: Reading = { is: "ignored", reason: "the span around it records the same operation" };

// Version 7 writes `embeddings` and `decide` twice, one inside the other.
const isTwin = (operation: string, parent: ReadableSpan | undefined): boolean =>
  parent !== undefined && !operation.startsWith("ai.") && operationOf(parent) === operation;

function readToolCall(span: ReadableSpan): Reading {
  const { attributes } = span;
  const result = capturedContent(
    firstPresent(attributes, ["ai.toolCall.result", ATTR_GEN_AI_TOOL_CALL_RESULT]),
  );
  const parameters = capturedContent(
    firstPresent(attributes, ["ai.toolCall.args", ATTR_GEN_AI_TOOL_CALL_ARGUMENTS]),
  );
  const failure = failureOf(span, result !== undefined) ?? (wasCutOff(span) ? CUT_OFF : undefined);
  return {
    is: "tool_call",
    name:
      firstText(attributes, ["ai.toolCall.name", ATTR_GEN_AI_TOOL_NAME]) ?? nameWithout("execute_tool", span),
    // The SDK writes `{}` for a tool without arguments, so that absent ones are hidden.
    parameters: parameters ?? HIDDEN,
    result: result ?? missingResult(parameters, failure),
    callId: firstText(attributes, ["ai.toolCall.id", ATTR_GEN_AI_TOOL_CALL_ID]),
    failure,
    extras: { tool_type: toolType(attributes) },
  };
}

/**
 * The span of a run without a name says nothing of the tools that were called in it, and their spans end before it does: what they
 * say of the spans around them is kept for as long as those live.
 */
const RAN_TOOLS = new WeakSet<ReadableSpan>();

function rememberTools(ancestors: readonly ReadableSpan[]): void {
  const run = ancestors.find((span) => kindOf(operationOf(span) ?? "") === "run");
  if (run !== undefined) RAN_TOOLS.add(run);
}

/**
 * Every generateText and streamText is a span of this kind, also a plain question to a model. It counts as a run of an agent
 * or a task when somebody gave it a name (`functionId`), when it came with tools that were called, or when it is an agent of
 * the SDK. Else it is the model's call that is recorded by its own span. One that failed counts always.
 */
function readRun(span: ReadableSpan): Reading {
  const { attributes } = span;
  const name = firstText(attributes, [FUNCTION_ID, ATTR_GEN_AI_AGENT_NAME]);
  const failure =
    failureOf(span, hasAnswer(attributes)) ??
    failureOfFinish(attributes, "run") ??
    (span.ended && !hasErrorStatus(span) && !saysItsEnd(attributes) ? CUT_OFF : undefined);
  if (name === undefined && failure === undefined && !RAN_TOOLS.has(span) && !ranTools(attributes))
    return { is: "ignored", reason: "a plain call of a model without a name; its own span is inside" };
  return { is: "run", name, failure, extras: modelExtras(attributes) };
}

/** Of what is cut off, because the run is aborted or nobody reads its stream to the end, the SDK only ends the spans. */
const CUT_OFF: Failure = { type: "Error", message: undefined };

/** A run that came to its end says why it stopped, or what it gave or used, also where content is hidden. */
const saysItsEnd = (attributes: Attributes): boolean => Object.keys(attributes).some((key) => END.test(key));

const END = /^(?:ai\.(?:response|result|usage|finishReason)|gen_ai\.(?:response|output|usage))\b/;

/** Version 7 writes how long a tool ran when it has ended. Tools that the provider runs it writes at once, without a time. */
const wasCutOff = (span: ReadableSpan): boolean =>
  span.ended &&
  !hasErrorStatus(span) &&
  scopeName(span) === "gen_ai" &&
  span.attributes["gen_ai.tool.type"] !== "extension" &&
  !("gen_ai.execute_tool.duration" in span.attributes) &&
  !(ATTR_GEN_AI_TOOL_CALL_RESULT in span.attributes);

function ranTools(attributes: Attributes): boolean {
  const agent = textAt(attributes, "ai.request.headers.user-agent") ?? "";
  if (agent.includes("ai-sdk-agent") || saysToolCalls(attributes)) return true;
  const output = textAt(attributes, "gen_ai.output.messages") ?? "";
  return output.includes('"tool_call"') || "ai.response.toolCalls" in attributes;
}

const hasAnswer = (attributes: Attributes): boolean =>
  hasOutput(attributes) || "ai.response.finishReason" in attributes;

function readModelCall(span: ReadableSpan): Reading {
  const { attributes } = span;
  const model = firstText(attributes, ["gen_ai.request.model", "ai.model.id"]);
  return {
    is: "model_call",
    name: model === undefined ? span.name : `chat ${model}`,
    messages: () => readMessages(span),
    failure: failureOf(span, hasAnswer(attributes)) ?? failureOfFinish(attributes, "model_call"),
    extras: { ...modelExtras(attributes), finish_reasons: finishReasons(attributes) },
  };
}

function readDecision(span: ReadableSpan): Reading {
  const { attributes } = span;
  const { context, result } = readMessages(span);
  const state = captured(attributes["ai.decision.state"]);
  const questions = captured(attributes["ai.decision.questions"]);
  const answers = captured(attributes["ai.decision.answers"]);
  const failure = failureOf(span, answers !== undefined || hasAnswer(attributes));
  return {
    is: "decision",
    type: "choice",
    name: textAt(attributes, ATTR_GEN_AI_AGENT_NAME) ?? span.name,
    context: state === undefined && questions === undefined ? context : { state, questions },
    result: answers ?? (failure === undefined ? result : undefined),
    failure,
  };
}

/**
 * `@arizeai/openinference-vercel` sets the status of the first failure on every span of the trace that ends later. A failure of the
 * SDK's own has an exception event, or no message either: what was thrown was no error, or content is hidden.
 */
function failureOf(span: ReadableSpan, hasResult: boolean): Failure | undefined {
  const isSmeared =
    hasErrorStatus(span) &&
    "openinference.span.kind" in span.attributes &&
    exceptionOf(span) === undefined &&
    (hasResult || Boolean(span.status.message));
  if (isSmeared) return undefined;
  const failure = readFailure(span, hasResult);
  return failure?.message === HIDDEN_MESSAGE ? { ...failure, message: undefined } : failure;
}

/** What version 7 says of any error when content is hidden. */
const HIDDEN_MESSAGE = "AI SDK operation failed";
