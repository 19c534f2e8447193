/**
 * OpenInference (Arize): `openinference.span.kind` says what a span is, `input.value` and `output.value` hold what went in
 * and came out. Written by openinference-core and by its instrumentations, of which those for LangChain and for the OpenAI
 * Agents SDK have ways of their own.
 */

import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_SESSION_ID,
} from "../../../../src/event/semconv.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { agentOfTurn, isAg2, isToolExecutor, noteTurn, TOOLS_ONLY } from "../common/ag2.js";
import { type Attributes, booleanAt, firstText, scopeName, textAt } from "../common/attributes.js";
import { HIDDEN } from "../common/captured.js";
import { noteFailedTurn } from "../common/openai-agents.js";
import { notedFailure } from "../common/run-notes.js";
import type { Dialect, Reading } from "../dialect.js";
import { isEventSpan } from "./beeai.js";
import { BEEAI_EVENT, beeAiAgent, isBeeAiEnd, isBeeAiEvent } from "./beeai-events.js";
import { claudeAgentName, isClaudeAgent } from "./claude-agent.js";
import {
  agentOfStep,
  graphAround,
  graphName,
  isGraph,
  isOfLangChain,
  isStepOfLangGraph,
  isSubgraph,
  langChainAgent,
  metadataText,
  readStep,
} from "./openinference-langchain.js";
import {
  agentOfChain,
  cancellation,
  coworker,
  isFrameworkRun,
  isTurn,
  kindOf,
  messageOfAgno,
  noteStep,
  wasCutOff,
  withoutMethod,
} from "./openinference-runs.js";
import { readTool } from "./openinference-tool.js";
import {
  documentsOf,
  failureOf,
  finishReasons,
  inputOf,
  modelExtras,
  outputOf,
  readMessages,
} from "./openinference-values.js";

const KIND = "openinference.span.kind";

export const openInferenceDialect: Dialect = {
  name: "openinference",
  evidence: { keys: ["openinference."] },

  read(span, ancestors) {
    const kind = kindIn(span);
    if (kind === undefined) return undefined;
    if (isBeeAiEvent(span.attributes) && !isBeeAiEnd(span.attributes)) return BEEAI_EVENT;
    if (isEventSpan(span)) return BEEAI_EVENT;
    const reason = `a span of the kind ${kind} is a step of a framework, and no action`;
    return KINDS[kind]?.(span, ancestors) ?? { is: "ignored", reason };
  },

  agentName(span, ancestors = []) {
    const { attributes } = span;
    if (kindIn(span) === undefined) return undefined;
    if (isClaudeAgent(span)) return isAgent(attributes) ? claudeAgentName(span, ancestors) : undefined;
    const named = textAt(attributes, "agent.name");
    if (isToolExecutor(named)) return isAgent(attributes) ? agentOfTurn(span, named, ancestors) : undefined;
    if (named !== undefined) return named;
    if (isBeeAiEvent(attributes) || isEventSpan(span)) return undefined;
    if (!isAgent(attributes))
      return (
        langChainAgent(span) ??
        graphName(span) ??
        graphAround(span, ancestors) ??
        agentOfFramework(span, ancestors)
      );
    if (isStepOfLangGraph(span)) return langChainAgent(span) ?? agentOfStep(span);
    // A span that only carries these keys says the name by its own.
    if (isOthers(span)) return textAt(attributes, ATTR_GEN_AI_AGENT_NAME);
    const node = firstText(attributes, ["graph.node.name", "graph.node.id"]);
    return node ?? beeAiAgent(attributes) ?? nameOfAgent(span.name);
  },

  sessionId: ({ attributes }) =>
    KIND in attributes
      ? (textAt(attributes, ATTR_SESSION_ID) ?? metadataText(attributes, "thread_id"))
      : undefined,
};

// What OpenInference puts on the spans of the Agent Framework is in the framework's own keys, too, and what is a step is known by those.
const kindIn = (span: ReadableSpan): string | undefined =>
  scopeName(span) === "agent_framework" ? undefined : textAt(span.attributes, KIND)?.toUpperCase();

type Read = (span: ReadableSpan, ancestors: readonly ReadableSpan[]) => Reading | undefined;

const KINDS: Readonly<Record<string, Read>> = {
  TOOL: readTool,
  RETRIEVER: readRetriever,
  AGENT: readAgent,
  CHAIN: readChain,
  LLM: readModelCall,
  EMBEDDING: readModelCall,
  RERANKER: readModelCall,
  GUARDRAIL: readVerdict,
  EVALUATOR: readVerdict,
};

const agentOfFramework = (span: ReadableSpan, ancestors: readonly ReadableSpan[]): string | undefined =>
  coworker(span, ancestors) ?? (kindOf(span) === "CHAIN" ? agentOfChain(span, ancestors) : undefined);

const isAgent = (attributes: Attributes): boolean => textAt(attributes, KIND)?.toUpperCase() === "AGENT";

// A span that was only dressed in these keys has a name by other rules: `ai.generateText`, `invoke_agent gpt-5`.
const isOthers = ({ attributes }: ReadableSpan): boolean =>
  ATTR_GEN_AI_OPERATION_NAME in attributes || "ai.operationId" in attributes;

// The instrumentation for Google's ADK writes the kit's own names: `agent_run [support]`.
const nameOfAgent = (name: string): string => /^agent_run \[(.+)\]$/.exec(name)?.[1] ?? withoutMethod(name);

function readRetriever(span: ReadableSpan): Reading {
  const { attributes } = span;
  const output = outputOf(attributes);
  // Documents have attributes of their own, which stay when the output is masked; then they are not taken either.
  const documents = documentsOf(attributes);
  const result = output === HIDDEN ? HIDDEN : (documents ?? output);
  return {
    is: "tool_call",
    name: textAt(attributes, "retriever.name") ?? span.name,
    parameters: inputOf(attributes),
    result,
    callId: undefined,
    failure: failureOf(span, result !== undefined),
  };
}

function readAgent(span: ReadableSpan, ancestors: readonly ReadableSpan[]): Reading | undefined {
  if (isOfLangChain(span)) {
    if ("tool.name" in span.attributes) return readTool(span, ancestors);
    if (metadataText(span.attributes, "ls_model_type") !== undefined) return readModelCall(span, ancestors);
    if (isStepOfLangGraph(span) && !isSubgraph(span, ancestors[0])) return readChain(span, ancestors);
  }
  const named = textAt(span.attributes, "agent.name");
  if (isToolExecutor(named)) return TOOLS_ONLY;
  if (isAg2(span)) noteTurn(span, named, ancestors[0]);
  return readRun(span, openInferenceDialect.agentName(span, ancestors));
}

function readRun(span: ReadableSpan, name: string | undefined): Reading {
  const hasOutput = outputOf(span.attributes) !== undefined;
  const cutOff = wasCutOff(span, hasOutput) ? { type: "Error", message: undefined } : undefined;
  const failure = messageOfAgno(span, failureOf(span, hasOutput)) ?? cancellation(span) ?? cutOff;
  return {
    is: "run",
    name,
    get failure() {
      return failure ?? notedFailure(span);
    },
    extras: modelExtras(span.attributes),
  };
}

// Its name may be known only when its steps are over.
function readFrameworkRun(span: ReadableSpan, ancestors: readonly ReadableSpan[]): Reading {
  return Object.defineProperty(readRun(span, undefined), "name", {
    enumerable: true,
    get: () => agentOfChain(span, ancestors) ?? withoutMethod(span.name),
  });
}

// LangChain's agents are chains; the agent's own chain has the agent's name, and all below it say so in their metadata.
function readChain(span: ReadableSpan, ancestors: readonly ReadableSpan[]): Reading | undefined {
  noteStep(span, ancestors[0]);
  if (isTurn(span)) noteFailedTurn(ancestors[0], failureOf(span, false));
  const agent = langChainAgent(span);
  if (agent !== undefined && agent === span.name) return readRun(span, agent);
  if (isGraph(span)) return readRun(span, graphName(span));
  if (isFrameworkRun(span, ancestors)) return readFrameworkRun(span, ancestors);
  // Strands runs several agents as a swarm or a graph.
  if (/^invoke_(?:swarm|graph)$/.test(textAt(span.attributes, ATTR_GEN_AI_OPERATION_NAME) ?? ""))
    return readRun(span, span.name);
  return readStep(span);
}

function readModelCall(span: ReadableSpan, [parent]: readonly ReadableSpan[]): Reading {
  const { attributes } = span;
  const failure = failureOf(span, outputOf(attributes) !== undefined);
  // LlamaIndex calls one method of a model in another one.
  const isTwice = parent !== undefined && kindOf(parent) === "LLM" && scopeName(parent) === scopeName(span);
  if (isTwice && failure !== undefined)
    return { is: "ignored", reason: "the model's call that the span around it records" };
  return {
    is: "model_call",
    name:
      firstText(attributes, ["llm.model_name", "embedding.model_name", "reranker.model_name"]) ?? span.name,
    messages: () => readMessages(attributes),
    failure,
    extras: { ...modelExtras(attributes), finish_reasons: finishReasons(attributes) },
  };
}

function readVerdict(span: ReadableSpan): Reading {
  const { attributes } = span;
  const output = outputOf(attributes);
  const triggered = booleanAt(attributes, "guardrail.triggered");
  return {
    is: "decision",
    type: "guardrail",
    name: textAt(attributes, "tool.name") ?? span.name,
    context: inputOf(attributes),
    result: output ?? (triggered === undefined ? undefined : { triggered }),
    failure: failureOf(span, output !== undefined),
  };
}
