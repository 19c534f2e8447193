/**
 * The GenAI semantic conventions of OpenTelemetry (open-telemetry/semantic-conventions-genai, Development): structured
 * attributes and JSON texts, names of today and of before. `gen_ai.operation.name` says what a span is. Many libraries follow them
 * with ways of their own, of which those of Pydantic AI, Strands, Spring AI, AG2 and of the instrumentations for Python are read here.
 */

import {
  ATTR_GEN_AI_AGENT_ID,
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_WORKFLOW_NAME,
  ATTR_SESSION_ID,
} from "../../../../src/event/semconv.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { agentOfTurn, isAg2, isToolExecutor, noteTurn, TOOLS_ONLY } from "../common/ag2.js";
import { type Attributes, firstText, scopeName, textAt } from "../common/attributes.js";
import { readFailure } from "../common/failure.js";
import { readMessages } from "../common/gen-ai-messages.js";
import {
  cancelled,
  failureOfFinish,
  finishReasons,
  frameworkAgent,
  GUARDRAIL_TRIGGERED,
  HAND_OFF_SOURCE,
  hasOutput,
  isWaiting,
  modelExtras,
  namesDecision,
} from "../common/gen-ai-values.js";
import { isAgentsSdk, noteFailedTurn, withoutAgentsSdkError } from "../common/openai-agents.js";
import { flowOfAgent, isOpenLit, namedOperation, namedRun, unfinished } from "../common/openlit.js";
import { notedFailure } from "../common/run-notes.js";
import type { Dialect, Reading } from "../dialect.js";
import { readGuardrail, readHandOff, readHumanInput, readPlan } from "./gen-ai-decisions.js";
import { isToolCall, readMemoryOperation, readRetrieval, readToolCall } from "./gen-ai-tool.js";

export const genAiDialect: Dialect = {
  name: "gen-ai",
  evidence: { keys: ["gen_ai.", "spring.ai.", "session.id"], scope: /^pydantic-ai$|^openlit\./ },

  read(span, ancestors) {
    const operation = operationOf(span);
    if (operation === undefined) return undefined;
    if (operation === "unknown" && isAgentsSdk(span))
      noteFailedTurn(ancestors[0], withoutAgentsSdkError(readFailure(span)));
    const part = flowOfAgent(operation, span, ancestors);
    if (part !== undefined) {
      noteFailedTurn(ancestors[0], readFailure(span));
      return part;
    }
    const read = byKeys(span.attributes) ?? OPERATIONS[operation] ?? byPattern(operation);
    return read?.(span, ancestors) ?? { is: "ignored", reason: `the operation ${operation} is no action` };
  },

  agentName,
  sessionId: ({ attributes }) =>
    firstText(attributes, [
      ATTR_GEN_AI_CONVERSATION_ID,
      ATTR_SESSION_ID,
      "spring.ai.chat.client.conversation.id",
    ]),
};

type Read = (span: ReadableSpan, ancestors: readonly ReadableSpan[]) => Reading;

const OPERATIONS: Readonly<Record<string, Read>> = {
  execute_tool: readToolCall,
  retrieval: readRetrieval,
  invoke_agent: readAgentRun,
  handle_conversation_turn: readAgentRun,
  invoke_workflow: (span) =>
    readRun(span, textAt(span.attributes, ATTR_GEN_AI_WORKFLOW_NAME) ?? namedOperation(span)?.name),
  create_agent: readCreation,
  plan: readPlan,
  agent_handoff: readHandOff,
  await_human_input: readHumanInput,
  chat: readModelCall,
  generate_content: readModelCall,
  text_completion: readModelCall,
  embeddings: readModelCall,
};

// Some make an agent of what is none: OpenLIT writes guardrails and hand-offs of the OpenAI Agents SDK as `invoke_agent`.
function byKeys(attributes: Attributes): Read | undefined {
  if (GUARDRAIL_TRIGGERED in attributes) return (span) => readGuardrail("invoke_agent", span);
  return HAND_OFF_SOURCE in attributes ? readHandOff : undefined;
}

// Guardrails have had three names, memory has many operations, and Strands has swarms and graphs of agents.
function byPattern(operation: string): Read | undefined {
  if (/guardrail/.test(operation)) return (span) => readGuardrail(operation, span);
  if (/^memory\.|_memory(?:_|$)/.test(operation)) return (span) => readMemoryOperation(operation, span);
  const group = /^invoke_(.+)$/.exec(operation)?.[1];
  return group === undefined ? undefined : (span) => readRun(span, group);
}

/** The operation that the span names; of those that name none, or one of a framework, what their keys say. */
function operationOf(span: ReadableSpan): string | undefined {
  const { attributes } = span;
  const operation = textAt(attributes, ATTR_GEN_AI_OPERATION_NAME)?.toLowerCase();
  if (operation !== undefined && operation !== "framework") return operation;
  if (isToolCall(span)) return "execute_tool";
  const isSearch = textAt(attributes, "db.operation.name") === "query";
  if (textAt(attributes, "spring.ai.kind") === "vector_store") return isSearch ? "retrieval" : "framework";
  return operation ?? (isPydanticRun(span) ? "invoke_agent" : namedOperation(span)?.operation);
}

// Up to version 2 of its format the span of a run had a name and no operation.
const isPydanticRun = (span: ReadableSpan): boolean =>
  scopeName(span) === "pydantic-ai" && "agent_name" in span.attributes;

function agentName(span: ReadableSpan, ancestors: readonly ReadableSpan[] = []): string | undefined {
  const { attributes, name } = span;
  const named = textAt(attributes, ATTR_GEN_AI_AGENT_NAME);
  if (namesDecision(attributes)) return undefined;
  if (isToolExecutor(named)) return agentOfTurn(span, named, ancestors);
  const operation = textAt(attributes, ATTR_GEN_AI_OPERATION_NAME);
  // It writes one name on all spans but those of runs.
  if (isAgentsSdk(span) && operation !== "invoke_agent") return undefined;
  if (named !== undefined) return named;
  if (scopeName(span) === "pydantic-ai") return textAt(attributes, "agent_name");
  if (flowOfAgent(operationOf(span) ?? "", span, ancestors) !== undefined) return undefined;
  if (isOpenLit(span) && operation !== "invoke_agent")
    return textAt(attributes, ATTR_GEN_AI_WORKFLOW_NAME) ?? namedRun(span);
  if (operation !== "invoke_agent" && operation !== "create_agent") return undefined;
  const framework = frameworkAgent(attributes);
  if (framework !== undefined) return framework;
  // The convention for the span's name is `invoke_agent <name>`; some put the model there.
  const called = name.startsWith(`${operation} `)
    ? name.slice(operation.length + 1)
    : isAgentsSdk(span)
      ? name
      : undefined;
  const isModel = called === textAt(attributes, "gen_ai.request.model");
  return isModel
    ? textAt(attributes, ATTR_GEN_AI_AGENT_ID)
    : (called ?? textAt(attributes, ATTR_GEN_AI_AGENT_ID));
}

function readAgentRun(span: ReadableSpan, ancestors: readonly ReadableSpan[]): Reading {
  const name = agentName(span, ancestors);
  if (isAg2(span)) {
    const named = textAt(span.attributes, ATTR_GEN_AI_AGENT_NAME);
    if (isToolExecutor(named)) return TOOLS_ONLY;
    noteTurn(span, named, ancestors[0]);
  }
  return readRun(span, name);
}

function readRun(span: ReadableSpan, name: string | undefined): Reading {
  const { attributes } = span;
  const failure =
    withoutAgentsSdkError(readFailure(span, hasOutput(attributes))) ??
    failureOfFinish(attributes, "run") ??
    cancelled(attributes) ??
    unfinished(span);
  return {
    is: "run",
    name,
    get failure() {
      return failure ?? notedFailure(span);
    },
    extras: { ...modelExtras(attributes), interrupted: isWaiting(attributes) || undefined },
  };
}

function readCreation(span: ReadableSpan): Reading {
  const failure = readFailure(span);
  if (failure === undefined)
    return { is: "ignored", reason: "an agent was created, and has done nothing yet" };
  return { is: "run", name: agentName(span), failure };
}

function readModelCall(span: ReadableSpan, [parent]: readonly ReadableSpan[]): Reading {
  const { attributes } = span;
  const failure =
    withoutAgentsSdkError(readFailure(span, hasOutput(attributes))) ??
    failureOfFinish(attributes, "model_call");
  // A framework records the call that it makes, and an instrumentation of the provider's client the same call inside of it.
  if (failure !== undefined && parent !== undefined && isModelCall(parent))
    return { is: "ignored", reason: "the model's call that the span around it records" };
  return {
    is: "model_call",
    name: modelCallName(span),
    messages: () => readMessages(span),
    failure,
    extras: { ...modelExtras(attributes), finish_reasons: finishReasons(attributes) },
  };
}

const isModelCall = ({ attributes }: ReadableSpan): boolean =>
  MODEL_OPERATIONS.has(textAt(attributes, ATTR_GEN_AI_OPERATION_NAME)?.toLowerCase() ?? "");

const MODEL_OPERATIONS = new Set(["chat", "generate_content", "text_completion"]);

function modelCallName({ name, attributes }: ReadableSpan): string {
  const operation = textAt(attributes, ATTR_GEN_AI_OPERATION_NAME);
  const model = firstText(attributes, ["gen_ai.request.model", "gen_ai.response.model"]);
  return operation === undefined || model === undefined ? name : `${operation} ${model}`;
}
