/**
 * OpenInference (Arize): `openinference.span.kind` says what a span is, `input.value` and `output.value` hold what went in
 * and came out. Written by openinference-core and by its instrumentations, of which those for LangChain and for the OpenAI
 * Agents SDK have ways of their own.
 */

import { isPlainObject } from "../../../../src/event/json.js";
import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_SESSION_ID,
} from "../../../../src/event/semconv.js";
import type { ReadableSpan } from "../../sdk-types.js";
import {
  agentOfTurn,
  isAg2Transfer,
  isToolExecutor,
  noteTurn,
  TOOLS_ONLY,
  unwrapAg2Reply,
} from "../common/ag2.js";
import { type Attributes, booleanAt, firstText, scopeName, textAt } from "../common/attributes.js";
import { type Captured, HIDDEN } from "../common/captured.js";
import { type Failure, failureIfSaid } from "../common/failure.js";
import { handOffTool, withoutObjects } from "../common/hand-off.js";
import { handOffTo, type LangChainOutput, unwrapLangChain } from "../common/langchain-output.js";
import { callIdOfEvent, unwrapToolOutput } from "../common/llama-index.js";
import { noteFailedTurn, REFUSED, refusal } from "../common/openai-agents.js";
import { notedFailure } from "../common/run-notes.js";
import type { Dialect, Reading } from "../dialect.js";
import { beeAiArguments, beeAiFailure, isEventSpan } from "./beeai.js";
import { BEEAI_EVENT, beeAiAgent, beeAiTool, isBeeAiEnd, isBeeAiEvent } from "./beeai-events.js";
import { claudeAgentName, claudeFailure, claudeResult, isClaudeAgent } from "./claude-agent.js";
import { argumentsOf } from "./openinference-calls.js";
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
  requestAround,
} from "./openinference-langchain.js";
import {
  agentOfChain,
  cancellation,
  coworker,
  FRAMEWORKS,
  isFrameworkRun,
  isLlamaIndex,
  isTurn,
  kindOf,
  messageOfAgno,
  noteStep,
  wasCutOff,
  withoutMethod,
} from "./openinference-runs.js";
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
    const kind = textAt(span.attributes, KIND)?.toUpperCase();
    if (kind === undefined) return undefined;
    if (isBeeAiEvent(span.attributes) && !isBeeAiEnd(span.attributes)) return BEEAI_EVENT;
    if (isEventSpan(span)) return BEEAI_EVENT;
    const reason = `a span of the kind ${kind} is a step of a framework, and no action`;
    return KINDS[kind]?.(span, ancestors) ?? { is: "ignored", reason };
  },

  agentName(span, ancestors = []) {
    const { attributes } = span;
    if (!(KIND in attributes)) return undefined;
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
    const node = firstText(attributes, ["graph.node.name", "graph.node.id"]);
    return (
      node ??
      beeAiAgent(attributes) ??
      (isOthers(span) ? textAt(attributes, ATTR_GEN_AI_AGENT_NAME) : nameOfAgent(span.name))
    );
  },

  sessionId: ({ attributes }) =>
    KIND in attributes
      ? (textAt(attributes, ATTR_SESSION_ID) ?? metadataText(attributes, "thread_id"))
      : undefined,
};

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

function readTool(span: ReadableSpan, ancestors: readonly ReadableSpan[]): Reading {
  const { attributes } = span;
  const [parent] = ancestors;
  if (parent !== undefined && repeats(span, parent))
    return { is: "ignored", reason: "the call that the span around it records" };
  const output = outputOf(attributes);
  const reply = isAg2(span) ? unwrapAg2Reply(output) : undefined;
  const unwrapped: LangChainOutput = reply ??
    unwrapLangChain(output) ??
    unwrapToolOutput(output) ??
    unwrapFunctionResponse(span, output) ?? { result: withoutOutputMember(span, output) };
  const name =
    unwrapped.toolName ??
    textAt(attributes, "tool.name") ??
    beeAiTool(span, ancestors[0]) ??
    withoutMethod(span.name);
  const said = firstText(attributes, CALL_ID_KEYS) ?? unwrapped.callId ?? callIdOfStep(parent);
  // What Google's ADK writes of a call without an id.
  const told = { name, callId: said === "<not specified>" ? undefined : said };
  const given = beeAiArguments(span, withoutObjects(argumentsOf(attributes)));
  const isTold = isPlainObject(given) && told.callId !== undefined;
  const request = isTold ? undefined : requestAround(ancestors[0], { ...told, parameters: given });
  const isWhole = given === HIDDEN || isPlainObject(given) || request === undefined;
  const parameters = isWhole ? given : request.parameters;
  const callId = told.callId ?? request?.callId;
  const found = reply?.failure ?? beeAiFailure(span, output) ?? toolFailure(span, unwrapped);
  const failure = isClaudeAgent(span) ? claudeFailure(found) : found;

  if (isRefusal(span))
    return {
      is: "decision",
      type: "approval",
      name,
      context: parameters,
      result: refusal(failure?.message),
      callId,
      failure: undefined,
    };
  if (reply !== undefined && isAg2Transfer(reply.result))
    return { is: "decision", type: "handoff", name, context: parameters, result: undefined, callId, failure };
  const target = handOffTarget(span, name, parameters, unwrapped);
  if (target !== undefined)
    return {
      is: "decision",
      type: "handoff",
      name,
      context: typeof parameters === "string" && goesByName(span) ? { from_agent: parameters } : parameters,
      result: target,
      callId,
      failure,
    };
  const isError =
    failure !== undefined && (beeAiFailure(span, output) !== undefined || repeatsError(span, output));
  const shown = isError ? undefined : unwrapped.result;
  const result = isClaudeAgent(span) ? claudeResult(shown) : shown;
  return { is: "tool_call", name, parameters, result, callId, failure };
}

// Some write what the model is told of a failure in place of what the tool gave.
const repeatsError = (span: ReadableSpan, output: Captured): boolean =>
  typeof output === "string" &&
  span.status.message !== undefined &&
  span.status.message.endsWith(output) &&
  FRAMEWORKS.test(scopeName(span));

// Two methods of one tool, of which one calls the other: `FunctionTool.__call__` and `FunctionTool.call`.
const repeats = (span: ReadableSpan, parent: ReadableSpan): boolean =>
  kindOf(parent) === "TOOL" &&
  scopeName(span) === scopeName(parent) &&
  span.name !== parent.name &&
  withoutMethod(span.name) === withoutMethod(parent.name) &&
  span.attributes["tool.name"] === parent.attributes["tool.name"] &&
  span.attributes["input.value"] === parent.attributes["input.value"];

// LlamaIndex: the step around a tool is given the model's call.
function callIdOfStep(step: ReadableSpan | undefined): string | undefined {
  if (step === undefined || !isLlamaIndex(step)) return undefined;
  const given = step.attributes["input.value"];
  const input =
    typeof given === "string" && given.includes("tool_id=") ? inputOf(step.attributes) : undefined;
  return isPlainObject(input) ? callIdOfEvent(input.ev) : undefined;
}

const CALL_ID_KEYS = ["tool_call.id", "tool.id", "tool.call_id", "gen_ai.tool.call.id"];

/** Google's form of an answer: `{id, name, response}`, in which a value that is no object has a member of its own. */
function unwrapFunctionResponse(span: ReadableSpan, output: Captured): LangChainOutput | undefined {
  if (!isPlainObject(output) || !isPlainObject(output.response)) return undefined;
  const { id, name, response, ...others } = output;
  const isOfTool = name === (textAt(span.attributes, "tool.name") ?? span.name);
  if (!isOfTool || Object.keys(others).length > 0) return undefined;
  const isWrapped = "result" in response && Object.keys(response).length === 1;
  const callId = typeof id === "string" ? id : undefined;
  return { result: isWrapped ? response.result : response, callId };
}

// The instrumentations for LangChain wrap what a tool gave, also when it is no message.
function withoutOutputMember(span: ReadableSpan, output: Captured): Captured {
  const isWrapped = isPlainObject(output) && "output" in output && Object.keys(output).length === 1;
  return isWrapped && isOfLangChain(span) ? output.output : output;
}

const toolFailure = (span: ReadableSpan, { result, error }: LangChainOutput): Failure | undefined =>
  failureOf(span, result !== undefined) ??
  failureIfSaid(error) ??
  (wasCutOff(span, result !== undefined) ? { type: "Error", message: undefined } : undefined);

const isRefusal = ({ status }: ReadableSpan): boolean => status.message?.startsWith(REFUSED) === true;

// The OpenAI Agents SDK names the span; a tool of LangGraph gives a command with somewhere to go.
function handOffTarget(
  span: ReadableSpan,
  name: string,
  parameters: Captured,
  { result, goto }: LangChainOutput,
): Captured {
  if (goto !== undefined) return handOffTo(goto);
  const target = handOffTool(name, parameters, result);
  if (target !== undefined) return { to_agent: target };
  if (!goesByName(span)) return undefined;
  // JavaScript gives objects, Python the agents' names.
  return isPlainObject(result)
    ? result
    : { to_agent: typeof result === "string" ? result : span.name.slice(HAND_OFF.length) };
}

const HAND_OFF = "handoff to ";

const goesByName = ({ name }: ReadableSpan): boolean => name.startsWith(HAND_OFF);

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

const isAg2 = (span: ReadableSpan): boolean => scopeName(span) === "openinference.instrumentation.ag2";

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
