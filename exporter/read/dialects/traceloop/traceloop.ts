/**
 * Traceloop's OpenLLMetry, in JavaScript and Python: decorators (`traceloop.span.kind` says what a span is, `traceloop.entity.input` and
 * `.output` hold what went in and came out), guardrails, and instrumentations of LangChain, of the Model Context Protocol, of OpenAI's
 * Agents, of CrewAI and of models. The newer ones write the operations of the GenAI conventions too.
 */

import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_TOOL_CALL_ID,
  ATTR_GEN_AI_TOOL_NAME,
} from "../../../../src/event/semconv.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { isToolExecutor } from "../common/ag2.js";
import { firstText, scopeName, textAt } from "../common/attributes.js";
import { HIDDEN } from "../common/captured.js";
import { type Failure, failureIfSaid, readFailure } from "../common/failure.js";
import { frameworkAgent, hasOutput, namesDecision } from "../common/gen-ai-values.js";
import { handOffTo } from "../common/langchain-output.js";
import { type ChainReader, subgraphAround } from "../common/langgraph.js";
import { isAgentsSdk, withoutAgentsSdkError } from "../common/openai-agents.js";
import { unwrapPrintedResult } from "../common/printed-result.js";
import { sessionKeysUnder } from "../common/session-keys.js";
import { type Dialect, type Reading, UNNAMED } from "../dialect.js";
import { wasCutOff } from "./traceloop-agno.js";
import { readGuard, readHandOff, readRetrieval } from "./traceloop-decisions.js";
import {
  agentOfRun,
  classNamed,
  isGenericTool,
  isLangChain,
  isLangChainTool,
  readChain,
  readStep,
  runName,
} from "./traceloop-langchain.js";
import { isLlamaIndex, llamaIndexAgent, readLlamaIndex } from "./traceloop-llama-index.js";
import { isMcp, readMcpRequest } from "./traceloop-mcp.js";
import { ENTITY_OUTPUT, modelCallExtras, readMessages, toolInput, toolOutput } from "./traceloop-values.js";

const KIND = "traceloop.span.kind";
const NAME = "traceloop.entity.name";
const ASSOCIATION = "traceloop.association.properties";

export const traceloopDialect: Dialect = {
  name: "traceloop",
  evidence: {
    keys: ["traceloop.", "gen_ai.", "llm.request.type"],
    scope: /traceloop|^opentelemetry\.instrumentation\.mcp/,
  },

  read(span, ancestors) {
    if (!speaks(span)) return undefined;
    const decided = readGuard(span) ?? readHandOff(span, ancestors) ?? readRetrieval(span);
    if (decided !== undefined) return decided;
    const operation = operationOf(span);
    const kind = textAt(span.attributes, KIND)?.toLowerCase();
    if (isLlamaIndex(span) && operation === undefined && kind !== undefined)
      return readLlamaIndex(span, ancestors);
    if (operation === "execute_tool" || kind === "tool" || isLangChainTool(span)) return readTool(span);
    if (isMcp(span) && kind === undefined) return readMcpRequest(span);
    // A span of before the conventions says only of which type the request to the model was.
    if (MODEL_OPERATIONS.has(operation ?? "") || "llm.request.type" in span.attributes)
      return readModelCall(span);
    if (kind === undefined || !RUNS.has(kind)) return notAnAction(kind ?? operation ?? span.name);
    if (isLangChain(span)) return readChain(span);
    if (operation === "execute_task") return readStep(span) ?? notAnAction(operation);
    return readRun(span, ancestors);
  },

  agentName(span, ancestors = []) {
    const { attributes } = span;
    if (isAgentsSdk(span) || namesDecision(attributes)) return undefined;
    if (isLlamaIndex(span)) return llamaIndexAgent(span, ancestors);
    const told =
      firstText(attributes, [ATTR_GEN_AI_AGENT_NAME, `${ASSOCIATION}.lc_agent_name`]) ??
      (KIND in attributes ? frameworkAgent(attributes) : undefined);
    if (isToolExecutor(told)) return undefined;
    if (isLangChain(span)) return agentOfRun(span) ?? (told === classNamed(span) ? undefined : told);
    const isNamed = textAt(attributes, KIND) === "agent" || isAgentsWorkflow(span);
    return told ?? (isNamed ? nameOf(span) : undefined) ?? subgraphAround(span, ancestors, CHAINS);
  },

  // Inner properties replace the outer ones, so that those of the span itself are not all that hold for it.
  sessionId: ({ attributes }) => firstText(attributes, SESSION_KEYS),
};

// The workflow of OpenAI's Agents has the name that the program gave it.
const isAgentsWorkflow = (span: ReadableSpan): boolean =>
  scopeName(span) === "opentelemetry.instrumentation.openai_agents" &&
  textAt(span.attributes, KIND) === "workflow";

const SESSION_KEYS = [ATTR_GEN_AI_CONVERSATION_ID, ...sessionKeysUnder([ASSOCIATION])];

const CHAINS: ChainReader = {
  metadata: ({ attributes }, name) => textAt(attributes, `${ASSOCIATION}.${name}`),
  nameOf: (span) => nameOf(span),
};

const OWN_KEYS = [
  KIND,
  NAME,
  ENTITY_OUTPUT,
  "llm.request.type",
  "gen_ai.guardrail.status",
  "gen_ai.handoff.to_agent",
];
const FIRST_MESSAGES = [
  "gen_ai.prompt.0.role",
  "gen_ai.prompt.0.content",
  "gen_ai.completion.0.role",
  "gen_ai.completion.0.content",
];

// The SDK notes its workflow and properties on every span of the process, of whatever library: those two do not tell.
function speaks(span: ReadableSpan): boolean {
  if (isAgentsSdk(span)) return false;
  const scope = scopeName(span);
  if (scope.startsWith("@traceloop/") || isMcp(span)) return true;
  const { attributes } = span;
  return (
    [...OWN_KEYS, ...FIRST_MESSAGES].some((key) => key in attributes) ||
    /^(?:goto|guardrail\.run|vector_db_retrieve)$/.test(operationOf(span) ?? "")
  );
}

const operationOf = ({ attributes }: ReadableSpan): string | undefined =>
  textAt(attributes, ATTR_GEN_AI_OPERATION_NAME)?.toLowerCase();

const notAnAction = (what: string): Reading => ({
  is: "ignored",
  reason: `Traceloop's ${what} is a step, and no action`,
});

const RUNS = new Set(["agent", "workflow", "task"]);
const MODEL_OPERATIONS = new Set([
  "chat",
  "text_completion",
  "generate_content",
  "embeddings",
  "completion",
  "embedding",
  "rerank",
]);

const nameOf = (span: ReadableSpan): string =>
  textAt(span.attributes, NAME) ??
  span.name.replace(/^(?:execute_tool|invoke_agent|execute_task) |\.(?:tool|agent|workflow|task|team)$/g, "");

function readTool(span: ReadableSpan): Reading {
  const { attributes } = span;
  const input = toolInput(attributes);
  const written = toolOutput(attributes, isMcp(span) || input.mcpTool !== undefined);
  const output = unwrapPrintedResult(written.result) ?? written;
  const named =
    output.toolName ?? firstText(attributes, [ATTR_GEN_AI_TOOL_NAME, "ai.toolCall.name"]) ?? input.mcpTool;
  const className = named === undefined ? classNamed(span) : undefined;
  const callId = textAt(attributes, ATTR_GEN_AI_TOOL_CALL_ID) ?? output.callId ?? input.callId;
  const failure = toolFailure(span, output);
  const isHidden = input.parameters === undefined && !hasInput(span) && !(ENTITY_OUTPUT in attributes);
  const parameters = isHidden ? HIDDEN : input.parameters;
  const common = {
    callId,
    failure,
    name: named ?? nameOfClass(className) ?? nameOf(span),
    extras: { tool_class: className },
  };
  if (output.goto !== undefined) {
    const name = named ?? `handoff to ${output.goto.join(", ")}`;
    return {
      is: "decision",
      type: "handoff",
      ...common,
      name,
      context: parameters,
      result: handOffTo(output.goto),
    };
  }
  // What a tool returns that returns nothing is not written; neither is anything where content is hidden.
  const result = output.result ?? (failure === undefined && parameters === HIDDEN ? HIDDEN : undefined);
  return { is: "tool_call", ...common, parameters, result };
}

const hasInput = ({ attributes }: ReadableSpan): boolean =>
  "traceloop.entity.input" in attributes || "gen_ai.tool.call.arguments" in attributes;

// A class of the program's own is the best name there is; one that all tools share is none.
const nameOfClass = (className: string | undefined): string | undefined =>
  className !== undefined && isGenericTool(className) ? UNNAMED : className;

function toolFailure(span: ReadableSpan, output: ReturnType<typeof toolOutput>): Failure | undefined {
  if (wasCutOff(span)) return CUT_OFF;
  const failure = withoutAgentsSdkError(readFailure(span, output.result !== undefined));
  if (failure !== undefined) {
    const isUntyped = failure.type === "Error" && isMcp(span) && failure.stacktrace === undefined;
    return isUntyped ? { ...failure, type: "tool_error" } : failure;
  }
  if (output.isMcpError === true) return { type: "tool_error", message: textAt({ ...output }, "result") };
  return failureIfSaid(output.error);
}

const CUT_OFF: Failure = { type: "Error", message: undefined };

function readRun(span: ReadableSpan, ancestors: readonly ReadableSpan[]): Reading {
  const { attributes } = span;
  const name =
    firstText(attributes, [NAME]) ??
    firstText(attributes, [ATTR_GEN_AI_AGENT_NAME]) ??
    runName(span, "") ??
    nameOf(span);
  // LangGraph's own span in Python, and that of LangChain's callback inside it.
  const [parent] = ancestors;
  const isSame =
    parent !== undefined && parent.name === `invoke_agent ${name}` && span.name === `${name}.workflow`;
  if (isSame) return { is: "ignored", reason: "the run that the span around it records" };
  return {
    is: "run",
    name,
    failure:
      withoutAgentsSdkError(readFailure(span, ENTITY_OUTPUT in attributes)) ??
      (wasCutOff(span) ? CUT_OFF : undefined),
    extras: modelCallExtras(attributes),
  };
}

function readModelCall(span: ReadableSpan): Reading {
  const { attributes } = span;
  const extras = modelCallExtras(attributes);
  const operation = operationOf(span) ?? textAt(attributes, "llm.request.type");
  const model = firstText(attributes, ["gen_ai.request.model"]) ?? firstText(extras, ["model"]);
  return {
    is: "model_call",
    name: operation === undefined || model === undefined ? span.name : `${operation} ${model}`,
    messages: () => readMessages(span),
    failure: withoutAgentsSdkError(
      readFailure(span, hasOutput(attributes) || "gen_ai.completion.0.role" in attributes),
    ),
    extras,
  };
}
