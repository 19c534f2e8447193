/**
 * Langfuse: `langfuse.observation.type` says what a span is, `langfuse.observation.input` and `.output` hold what went in and came out,
 * texts as they are and anything else as JSON. Written by @langfuse/tracing (4, 5), the Python SDK (3 and later), and their
 * integrations, of which the one for LangChain adds LangChain's metadata.
 */

import { isPlainObject } from "../../../../src/event/json.js";
import { ATTR_SESSION_ID } from "../../../../src/event/semconv.js";
import type { ReadableSpan } from "../../sdk-types.js";
import {
  type Attributes,
  firstPresent,
  firstText,
  numberAt,
  scopeName,
  textAt,
} from "../common/attributes.js";
import type { Captured } from "../common/captured.js";
import { failureIfSaid } from "../common/failure.js";
import { handOffTo, type LangChainOutput, unwrapLangChain } from "../common/langchain-output.js";
import { graphNamed } from "../common/langgraph.js";
import { answersIn } from "../common/model-messages.js";
import type { Dialect, Extras, Reading } from "../dialect.js";
import {
  isAgentsChain,
  isLangGraphRun,
  isUntypedTool,
  langChainAgent,
  langChainThread,
  requestAround,
  toolInput,
  withToolRoles,
} from "./langfuse-langchain.js";
import {
  absent,
  failureOf,
  firstMetadata,
  generationExtras,
  inputOf,
  isErrorOutput,
  outputOf,
  readMessages,
} from "./langfuse-values.js";

const TYPE = "langfuse.observation.type";
const SCOPE = "langfuse-sdk";

export const langfuseDialect: Dialect = {
  name: "langfuse",
  evidence: { keys: ["langfuse."], scope: /^langfuse-sdk$/ },

  read(span, ancestors) {
    const type = typeOf(span);
    if (type === undefined) return undefined;
    const reason = `an observation of the type ${type} is a step, and no action`;
    return TYPES[type]?.(span, ancestors) ?? { is: "ignored", reason };
  },

  agentName(span, ancestors = []) {
    if (typeOf(span) === "agent") return span.name;
    return TYPE in span.attributes ? langChainAgent(span, ancestors) : undefined;
  },

  sessionId(span) {
    const { attributes } = span;
    const said = textAt(attributes, "langfuse.session.id");
    if (said !== undefined || typeOf(span) === undefined) return said;
    return textAt(attributes, ATTR_SESSION_ID) ?? langChainThread(attributes);
  },
};

// A program may say more of the span that is active, whoever made that: then the type `span` is a default, and says nothing.
function typeOf(span: ReadableSpan): string | undefined {
  const type = textAt(span.attributes, TYPE)?.toLowerCase();
  if (scopeName(span) === SCOPE) return type ?? "span";
  return type === "span" || ORIGINS.some((key) => key in span.attributes) ? undefined : type;
}

// What says what the span is, by whoever made it, says more than what was put around it.
const ORIGINS = [
  "gen_ai.operation.name",
  "openinference.span.kind",
  "ai.operationId",
  "traceloop.span.kind",
  "langsmith.span.kind",
];

const TYPES: Readonly<
  Record<string, (span: ReadableSpan, ancestors: readonly ReadableSpan[]) => Reading | undefined>
> = {
  tool: readTool,
  retriever: readTool,
  agent: (span) => readRun(span, span.name),
  chain: readChain,
  span: (span, ancestors) =>
    isUntypedTool(span, ancestors[0]) ? readTool(span, ancestors) : readChain(span),
  generation: readGeneration,
  embedding: readGeneration,
  guardrail: (span, ancestors) => readDecision(span, ancestors, "guardrail"),
  evaluator: (span, ancestors) => readDecision(span, ancestors, "guardrail"),
  event: (span, ancestors) => readDecision(span, ancestors, "choice"),
};

function readTool(span: ReadableSpan, ancestors: readonly ReadableSpan[]): Reading {
  const { attributes } = span;
  const input = toolInput(attributes);
  const output = outputOf(attributes);
  const said: LangChainOutput = unwrapLangChain(output) ?? { result: output };
  const found = failureOf(span) ?? failureIfSaid(said.error);
  const none = absent(span, ancestors);
  const result = isErrorOutput(attributes, output) ? undefined : (said.result ?? (found ? undefined : none));
  const name = said.toolName ?? span.name;
  const callId = callIdOf(attributes) ?? said.callId;
  const isTold = isPlainObject(input) && callId !== undefined;
  const request = isTold ? undefined : requestAround(ancestors[0], { name, callId, parameters: input });
  const common = { name, callId: callId ?? request?.callId, failure: found };
  const parameters = (isPlainObject(input) ? input : request?.parameters) ?? input ?? none;
  if (said.goto === undefined) return { is: "tool_call", ...common, parameters, result };
  return { is: "decision", type: "handoff", ...common, context: parameters, result: handOffTo(said.goto) };
}

// By hand, or by LangChain in Python.
const callIdOf = (attributes: Attributes): string | undefined =>
  firstMetadata(attributes, ["tool_call_id", "toolCallId", "call_id", "callId"]) ??
  textAt(attributes, "gen_ai.tool.call.id");

function readChain(span: ReadableSpan): Reading | undefined {
  if (isAgentsChain(span)) return readRun(span, span.name);
  return isLangGraphRun(span) ? readRun(span, graphNamed(span.name)) : undefined;
}

function readRun(span: ReadableSpan, name: string | undefined): Reading {
  return { is: "run", name, failure: failureOf(span), extras: generationExtras(span.attributes) };
}

function readGeneration(span: ReadableSpan): Reading {
  const { attributes } = span;
  const extras = generationExtras(attributes);
  return {
    is: "model_call",
    name: firstText(extras, ["model"]) ?? span.name,
    messages: () => {
      const messages = readMessages(attributes);
      return { ...messages, answered: answersIn(withToolRoles(messages.context)) };
    },
    failure: failureOf(span),
    extras: { ...extras, finish_reasons: finishReasons(outputOf(attributes)) },
  };
}

function finishReasons(output: Captured): readonly string[] | undefined {
  if (!isPlainObject(output)) return undefined;
  const choices = Array.isArray(output.choices) ? output.choices.filter(isPlainObject) : [output];
  const reasons = choices.map((choice) =>
    firstText(choice, ["finish_reason", "stop_reason", "finishReason"]),
  );
  return reasons.some((reason) => reason !== undefined)
    ? reasons.filter((reason) => reason !== undefined)
    : undefined;
}

function readDecision(
  span: ReadableSpan,
  ancestors: readonly ReadableSpan[],
  type: "guardrail" | "choice",
): Reading {
  const { attributes } = span;
  const input = inputOf(attributes);
  const output = outputOf(attributes);
  const failure = failureOf(span);
  const none = absent(span, ancestors);
  return {
    is: "decision",
    type,
    name: span.name,
    context: input ?? none,
    result: isErrorOutput(attributes, output) ? undefined : (output ?? (failure ? undefined : none)),
    failure,
    ...(type === "choice" && { extras: choiceExtras(input, output) }),
  };
}

// An event has the members that its program gives it. These are the usual names.
function choiceExtras(input: Captured, output: Captured): Extras {
  const given = isPlainObject(input) ? input : {};
  const chosen: Attributes = isPlainObject(output) ? output : {};
  const alternatives = firstPresent(chosen, ALTERNATIVES) ?? firstPresent(given, ALTERNATIVES);
  return {
    alternatives: Array.isArray(alternatives) ? alternatives : undefined,
    reason: firstText(chosen, ["reason", "reasoning", "rationale", "why"]),
    confidence: numberAt(chosen, "confidence") ?? numberAt(chosen, "confidence_score"),
  };
}

const ALTERNATIVES = ["alternatives", "options", "candidates", "choices"];
