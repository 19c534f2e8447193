import { ATTR_GEN_AI_TOOL_TYPE } from "../../../../src/event/semconv.js";
import type { ReadableSpan } from "../../sdk-types.js";
import type { Extras } from "../dialect.js";
import { type Attributes, firstPresent, firstText, numberAt, textAt } from "./attributes.js";
import { type Captured, captured, HIDDEN } from "./captured.js";
import type { Failure } from "./failure.js";

/** Model, provider and token use, by the keys of the GenAI conventions of today and of before. */
export function modelExtras(attributes: Attributes): Extras {
  return {
    model: firstText(attributes, [
      "gen_ai.response.model",
      "gen_ai.request.model",
      "ai.model.id",
      "model_name",
    ]),
    provider: firstText(attributes, ["gen_ai.provider.name", "gen_ai.system", "ai.model.provider"]),
    input_tokens: firstNumber(attributes, [
      "gen_ai.usage.input_tokens",
      "gen_ai.usage.prompt_tokens",
      // Pydantic AI, of a whole run.
      "gen_ai.aggregated_usage.input_tokens",
      "ai.usage.inputTokens",
      "ai.usage.promptTokens",
    ]),
    output_tokens: firstNumber(attributes, [
      "gen_ai.usage.output_tokens",
      "gen_ai.usage.completion_tokens",
      "gen_ai.aggregated_usage.output_tokens",
      "ai.usage.outputTokens",
      "ai.usage.completionTokens",
    ]),
  };
}

function firstNumber(attributes: Attributes, keys: readonly string[]): number | undefined {
  for (const key of keys) {
    const number = numberAt(attributes, key);
    if (number !== undefined) return number;
  }
  return undefined;
}

/** The agent of a span by the keys of one framework: Agno's teams, and CrewAI's agents, tasks and crews. */
export const frameworkAgent = (attributes: Attributes): string | undefined =>
  firstText(attributes, ["agno.team.name", "crewai.agent.role", "crewai.task.agent", "crewai.crew.name"]);

export const GUARDRAIL_TRIGGERED = "gen_ai.guardrail.triggered";
/** Who handed over; the agent that the span names took over. */
export const HAND_OFF_SOURCE = "gen_ai.agent.source";

/** Whether a span is a guardrail or a hand-off although it is written as that of an agent: the name on it is not of who is at work. */
export const namesDecision = (attributes: Attributes): boolean =>
  GUARDRAIL_TRIGGERED in attributes || HAND_OFF_SOURCE in attributes;

/** An agent or a model that came to an answer: an exception on the way to it was caught. */
export const hasOutput = (attributes: Attributes): boolean =>
  firstPresent(attributes, ["gen_ai.response.finish_reasons", "gen_ai.output.messages"]) !== undefined;

/**
 * The failure of a run of Microsoft's that was cut off, which has no status: the span has what the run was given and nothing of what it
 * came to.
 */
export function cutOff({ attributes, status }: ReadableSpan): Failure | undefined {
  const isOpenEnded =
    (status.code === 0 || "openinference.span.kind" in attributes) &&
    "gen_ai.input.messages" in attributes &&
    !hasOutput(attributes);
  return isOpenEnded ? { type: "Error", message: undefined } : undefined;
}

/** The failure of a run that says itself that it was cancelled (Strands). */
export function cancelled(attributes: Attributes): Failure | undefined {
  const type = textAt(attributes, "strands.cancellation.type");
  return type === undefined ? undefined : { type, message: undefined };
}

/** The run ended to wait for a person, or for a tool that somebody else runs (AgentScope). */
export const isWaiting = (attributes: Attributes): boolean =>
  firstPresent(attributes, [
    "agentscope.agent.hitl_pending_tools",
    "agentscope.agent.external_execution_pending_tools",
  ]) !== undefined;

const FINISH_REASONS = [
  "gen_ai.response.finish_reasons",
  "gen_ai.response.finish_reason",
  "ai.response.finishReason",
];

/** Why a model stopped, one reason for each answer; `undefined` where the span does not say. */
export function finishReasons(attributes: Attributes): readonly unknown[] | undefined {
  const reasons = captured(firstPresent(attributes, FINISH_REASONS));
  return reasons === undefined ? undefined : [reasons].flat();
}

/**
 * The failure that a finish reason reports on a span whose status does not: the model's stream ended with an error, or, for a whole run, a
 * filter kept the answer back. The model's own call was answered in that case.
 */
export function failureOfFinish(attributes: Attributes, is: "run" | "model_call"): Failure | undefined {
  const reasons = finishReasons(attributes)?.map((reason) => String(reason)) ?? [];
  if (reasons.includes("error")) return { type: "Error", message: undefined };
  const filtered = reasons.find((reason) => /^content[-_]filter$/.test(reason));
  return is === "model_call" || filtered === undefined ? undefined : { type: filtered, message: undefined };
}

/**
 * Arguments and results are opt-in, and a tool that is given nothing is given `{}`: absent arguments are hidden ones. An
 * absent result beside arguments is what a tool returned that returns nothing, and a tool that failed has none.
 */
export function missingResult(parameters: Captured, failure: Failure | undefined): Captured {
  return parameters === undefined && failure === undefined ? HIDDEN : undefined;
}

/** An absent result of what always has one where it went well: it is hidden. */
export const missingAnswer = (failure: Failure | undefined): Captured =>
  failure === undefined ? HIDDEN : undefined;

/** Span names are a last resort: `execute_tool Read` -> `Read`. */
export function nameWithout(prefix: string, { name }: ReadableSpan): string {
  return name.startsWith(`${prefix} `) ? name.slice(prefix.length + 1) : name;
}

/** `extension`, `datastore`; `function` is what nearly every tool is, and is not said. */
export function toolType(attributes: Attributes): string | undefined {
  const type = textAt(attributes, ATTR_GEN_AI_TOOL_TYPE);
  return type === "function" ? undefined : type;
}
