/**
 * LangSmith with `LANGSMITH_OTEL_ENABLED`, in JavaScript and Python: `langsmith.span.kind` is the type of the run, `gen_ai.prompt` its
 * inputs and `gen_ai.completion` its outputs as JSON, whatever the run was. The operation of the GenAI conventions beside it is made
 * from the type, and calls a retrieval `embeddings`.
 */

import {
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_TOOL_CALL_ID,
  ATTR_GEN_AI_TOOL_NAME,
} from "../../../../src/event/semconv.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { type Attributes, booleanAt, firstText, textAt } from "../common/attributes.js";
import { captured } from "../common/captured.js";
import { type Failure, failureIfSaid } from "../common/failure.js";
import { modelExtras } from "../common/gen-ai-values.js";
import { handOffTo, type LangChainOutput, unwrapLangChain } from "../common/langchain-output.js";
import {
  type ChainReader,
  callOf,
  callsOfStep,
  graphNamed,
  isGraphRun,
  readStepOfTools,
  subgraphAround,
  type ToldCall,
} from "../common/langgraph.js";
import type { Dialect, Reading } from "../dialect.js";
import { failureOf, inputOf, outputOf, readMessages } from "./langsmith-values.js";

const KIND = "langsmith.span.kind";
const NAME = "langsmith.trace.name";
const METADATA = "langsmith.metadata";

export const langSmithDialect: Dialect = {
  name: "langsmith",
  evidence: { keys: ["langsmith."] },

  read(span, ancestors) {
    const kind = textAt(span.attributes, KIND)?.toLowerCase();
    if (kind === undefined) return undefined;
    const reason = `a run of the type ${kind} is a step, and no action`;
    return KINDS[kind]?.(span, ancestors) ?? { is: "ignored", reason };
  },

  agentName(span, ancestors = []) {
    const { attributes } = span;
    if (isAgent(attributes)) return nameOf(span);
    if (!(KIND in attributes)) return undefined;
    const told =
      firstText(attributes, AGENT_KEYS) ?? graphName(span) ?? subgraphAround(span, ancestors, CHAINS);
    // No type of run means an agent. A function that is a task of its own is the nearest there is to one.
    return told ?? (isTask(attributes) ? nameOf(span) : undefined);
  },

  // `langsmith.trace.session_name` is the project, and has been called a session before.
  sessionId: ({ attributes }) => firstText(attributes, SESSION_KEYS),
};

const AGENT_KEYS = ["lc_agent_name", "agent_name", "agentName"].map((name) => `${METADATA}.${name}`);
const SESSION_KEYS = ["session_id", "thread_id", "conversation_id"].map((name) => `${METADATA}.${name}`);

type Read = (span: ReadableSpan, ancestors: readonly ReadableSpan[]) => Reading | undefined;

const KINDS: Readonly<Record<string, Read>> = {
  tool: readTool,
  retriever: readTool,
  chain: readChain,
  llm: readModelCall,
  embedding: readModelCall,
};

const nameOf = (span: ReadableSpan): string => textAt(span.attributes, NAME) ?? span.name;

function readTool(span: ReadableSpan, ancestors: readonly ReadableSpan[]): Reading {
  const { attributes } = span;
  const output = outputOf(attributes, ancestors);
  const said: LangChainOutput = unwrapLangChain(output) ?? { result: output };
  const common = {
    name: said.toolName ?? textAt(attributes, ATTR_GEN_AI_TOOL_NAME) ?? nameOf(span),
    callId: firstText(attributes, [ATTR_GEN_AI_TOOL_CALL_ID, `${METADATA}.tool_call_id`]) ?? said.callId,
    failure: failureOf(span) ?? failureIfSaid(said.error),
  };
  const parameters = inputOf(attributes, ancestors) ?? requestAround(ancestors[0], common)?.parameters;
  if (said.goto === undefined) return { is: "tool_call", ...common, parameters, result: said.result };
  return { is: "decision", type: "handoff", ...common, context: parameters, result: handOffTo(said.goto) };
}

// Nothing and what is hidden are both written as `{}`: where a step of LangGraph shows the model's call, it has what was given.
const requestAround = (step: ReadableSpan | undefined, told: Pick<ToldCall, "name" | "callId">) =>
  step && callOf(callsOfStep(step, step.attributes["gen_ai.prompt"]), { ...told, parameters: undefined });

// LangSmith's integrations of agents say which runs are agents; those of LangChain are chains named as the agent.
const isAgent = (attributes: Attributes): boolean =>
  `${METADATA}.ls_agent_type` in attributes
    ? textAt(attributes, KIND)?.toLowerCase() === "chain"
    : textAt(attributes, `${METADATA}.lc_agent_name`) !== undefined &&
      textAt(attributes, `${METADATA}.lc_agent_name`) === textAt(attributes, NAME);

// What the program made traceable, a function or a block, is its task, be it an agent or not; other chains are LangChain's steps.
const isTask = (attributes: Attributes): boolean =>
  textAt(attributes, KIND)?.toLowerCase() === "chain" &&
  (booleanAt(attributes, "langsmith.traceable") === true ||
    /^trace(?:able)?$/.test(textAt(attributes, `${METADATA}.ls_method`) ?? "") ||
    isAgent(attributes));

function readChain(span: ReadableSpan, ancestors: readonly ReadableSpan[]): Reading | undefined {
  const { attributes } = span;
  const isOfGraph = isGraph(attributes);
  if (!isOfGraph && !isTask(attributes))
    return readStepOfTools(span, attributes["gen_ai.prompt"], attributes["gen_ai.completion"], () =>
      outputOf(attributes, ancestors),
    );
  const name = isOfGraph ? graphName(span) : nameOf(span);
  return {
    is: "run",
    name,
    failure: failureOf(span) ?? failureTold(attributes),
    extras: withoutSystem(attributes),
  };
}

// The Claude Agent SDK says at its end whether it failed, and its span is OK.
const failureTold = (attributes: Attributes): Failure | undefined =>
  booleanAt(attributes, `${METADATA}.is_error`) === true ? { type: "Error", message: undefined } : undefined;

const isGraph = (attributes: Attributes): boolean =>
  textAt(attributes, KIND)?.toLowerCase() === "chain" &&
  isGraphRun((name) => textAt(attributes, `${METADATA}.${name}`));

const CHAINS: ChainReader = {
  metadata: ({ attributes }, name) => textAt(attributes, `${METADATA}.${name}`),
  nameOf: (span) => nameOf(span),
};

const graphName = (span: ReadableSpan): string | undefined =>
  isGraph(span.attributes) ? graphNamed(nameOf(span)) : undefined;

function readModelCall(span: ReadableSpan): Reading {
  const { attributes } = span;
  const extras = withoutSystem(attributes);
  const operation = textAt(attributes, ATTR_GEN_AI_OPERATION_NAME);
  const model = firstText(attributes, ["gen_ai.request.model", "gen_ai.response.model"]);
  return {
    is: "model_call",
    name: operation === undefined || model === undefined ? nameOf(span) : `${operation} ${model}`,
    messages: () => readMessages(attributes),
    failure: failureOf(span),
    extras: { ...extras, finish_reasons: finishReasons(attributes) },
  };
}

// The system is guessed from the model's name, and `langchain` where there is none.
function withoutSystem(attributes: Attributes): ReturnType<typeof modelExtras> {
  const said = modelExtras(attributes);
  const provider = textAt(attributes, `${METADATA}.ls_provider`) ?? said.provider;
  return { ...said, provider: provider === "langchain" ? undefined : provider };
}

// JavaScript joins them in one text.
function finishReasons(attributes: Attributes): unknown {
  const reasons = captured(attributes["gen_ai.response.finish_reasons"]);
  return typeof reasons === "string" ? reasons.split(", ") : reasons;
}
