/**
 * Chains of OpenInference that are the run of a framework, and not a step of it: the outermost one of CrewAI, DSPy, Haystack, LlamaIndex,
 * AutoGen's teams, Agno's workflows, or of a program's own function.
 */
import { isPlainObject } from "../../../../src/event/json.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { scopeName, textAt } from "../common/attributes.js";
import { captured } from "../common/captured.js";
import { type Failure, readFailure } from "../common/failure.js";
import { agentOfEvent } from "../common/llama-index.js";
import { agentAt, noteAgent, onlyAgent } from "../common/run-notes.js";
import { outputOf } from "./openinference-values.js";

const KIND = "openinference.span.kind";

export const kindOf = ({ attributes }: ReadableSpan): string | undefined =>
  textAt(attributes, KIND)?.toUpperCase();

/** Whether nothing of OpenInference is around the span. Of one whose parent is not known, nobody can say. */
const isOutermost = (span: ReadableSpan, ancestors: readonly ReadableSpan[]): boolean =>
  ancestors.length === 0
    ? span.parentSpanContext === undefined
    : ancestors.every((ancestor) => kindOf(ancestor) === undefined);

/**
 * Whether the spans are those of an instrumentation, known or not, whose outermost chain is the run of a framework. LangChain has rules of
 * its own, some record the run by another span, and what a program makes a chain of is a step.
 */
export const isOfFramework = (span: ReadableSpan): boolean => {
  const scope = scopeName(span);
  return /instrumentation/i.test(scope) && !OTHERS.test(scope);
};

const OTHERS = /langchain|openai[._-]agents|google[._-]adk|ag2$/i;

// Spans that follow other conventions too say by those what they are.
const isItsOwn = ({ attributes }: ReadableSpan): boolean =>
  !("gen_ai.operation.name" in attributes) && !("ai.operationId" in attributes);

/** Whether a chain is the run of a framework. */
export const isFrameworkRun = (span: ReadableSpan, ancestors: readonly ReadableSpan[]): boolean =>
  isOfFramework(span) && isItsOwn(span) && (isInnerRun(span) || isOutermost(span, ancestors));

/**
 * A run or a tool that was cut off: these instrumentations mark all others OK, and write what came of them.
 *
 * @param hasOutput whether the span has an output
 */
export const wasCutOff = (span: ReadableSpan, hasOutput: boolean): boolean =>
  span.ended && span.status.code === 0 && !hasOutput && CUT_OFF.test(scopeName(span));

const CUT_OFF = /^openinference\.instrumentation\.(?:agno|autogen_agentchat)$/;

const scopeOf = (span: ReadableSpan): string | undefined =>
  /openinference\.instrumentation\.(\w+)/.exec(scopeName(span))?.[1];

export const isLlamaIndex = (span: ReadableSpan): boolean => scopeOf(span) === "llama_index";

// `Support.run`, `lookup.__call__`: instrumentations of Python name spans after the method that they wrap, CrewAI's after an id, too.
const METHOD_SUFFIX =
  /\.(?:a?run(?:_stream)?|a?continue_run|a?execute|on_messages(?:_stream)?|a?kickoff|kickoff_(?:async|for_each)|forward|aforward|__call__|a?call)$/;
const ID_SUFFIX = /_[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

export const withoutMethod = (name: string): string => name.replace(METHOD_SUFFIX, "").replace(ID_SUFFIX, "");

/** The agent at work in a chain, where the chain is the run of one. */
export function agentOfChain(span: ReadableSpan, ancestors: readonly ReadableSpan[]): string | undefined {
  const [parent] = ancestors;
  const scope = scopeOf(span);
  if (scope === "llama_index" && parent !== undefined)
    return agentOfEvent(outputOf(span.attributes)) ?? agentOfInput(span) ?? agentAt(parent, span);
  if (isHaystackAgent(span)) return componentOf(parent) ?? componentOf(ancestors[1]);
  // A module that a tool runs.
  if (scope === "dspy" && parent !== undefined && kindOf(parent) === "TOOL") return withoutMethod(span.name);
  return isOfFramework(span) && isItsOwn(span) && isOutermost(span, ancestors) ? nameOfRun(span) : undefined;
}

/** Whether a chain is a run although another one is around it. */
const isInnerRun = (span: ReadableSpan): boolean =>
  isHaystackAgent(span) || (scopeOf(span) === "agno" && /\.a?execute$/.test(span.name));

/** What a run goes by. An agent of LlamaIndex has its name only in what its steps hand on. */
function nameOfRun(span: ReadableSpan): string {
  const name = withoutMethod(span.name);
  return isLlamaIndex(span) && /Agent$/.test(name) ? (onlyAgent(span) ?? name) : name;
}

const isHaystackAgent = (span: ReadableSpan): boolean =>
  scopeOf(span) === "haystack" && /^Agent\.(?:a?run|run_async)$/.test(span.name);

/** In CrewAI a coworker has no span: who it is stands in the arguments of the tool by which it was asked. */
export function coworker(span: ReadableSpan, ancestors: readonly ReadableSpan[]): string | undefined {
  const [parent] = ancestors;
  if (parent === undefined || kindOf(parent) !== "TOOL" || scopeOf(parent) !== "crewai") return undefined;
  const input = captured(parent.attributes["input.value"]);
  const isAgent = kindOf(span) === "AGENT";
  return !isAgent && isPlainObject(input) ? textAt(input, "coworker") : undefined;
}

// The pipeline around is given the input of each of its components, by its name.
function componentOf(pipeline: ReadableSpan | undefined): string | undefined {
  const input = captured(pipeline?.attributes["input.value"]);
  const data = isPlainObject(input) ? input.data : undefined;
  const [name, ...others] = isPlainObject(data) ? Object.keys(data) : [];
  return others.length === 0 ? name : undefined;
}

/** A turn of an agent of the OpenAI Agents SDK, in Python and in JavaScript. */
export const isTurn = (span: ReadableSpan): boolean =>
  span.name === "turn" && /openinference.instrumentation.openai.agents$/.test(scopeName(span));

/** A step of LlamaIndex is given the agent that is at work, or says who is from then on. */
export function noteStep(span: ReadableSpan, parent: ReadableSpan | undefined): void {
  if (parent === undefined || !isLlamaIndex(span)) return;
  noteAgent(parent, span, agentOfInput(span), "startTime");
  noteAgent(parent, span, agentOfEvent(outputOf(span.attributes)), "endTime");
}

// Large, and on every step: parsed only where it may name the agent.
function agentOfInput({ attributes }: ReadableSpan): string | undefined {
  const given = attributes["input.value"];
  if (typeof given !== "string" || !given.includes("current_agent_name=")) return undefined;
  const input = captured(given);
  return isPlainObject(input) ? agentOfEvent(input.ev) : undefined;
}

/** Agno's runs end with their state as the message, and what went wrong as the output. */
export function messageOfAgno(span: ReadableSpan, failure: Failure | undefined): Failure | undefined {
  if (failure === undefined || scopeOf(span) !== "agno" || !/^run status: /.test(failure.message ?? ""))
    return failure;
  return { ...failure, message: textAt(span.attributes, "output.value") ?? failure.message };
}

/** A run of LlamaIndex that was cancelled is marked OK. */
export function cancellation(span: ReadableSpan): Failure | undefined {
  const event = span.events.find(({ name }) => name === "span.cancelled");
  if (event === undefined) return undefined;
  return readFailure(span) ?? { type: "cancelled", message: textAt(event.attributes ?? {}, "reason") };
}
