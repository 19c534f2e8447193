import { ATTR_GEN_AI_TOOL_TYPE } from "../../../../src/event/semconv.js";
import type { ReadableSpan } from "../../sdk-types.js";
import type { Extras } from "../dialect.js";
import { type Attributes, firstPresent, firstText, numberAt, textAt } from "./attributes.js";
import { type Captured, HIDDEN } from "./captured.js";
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

/** An agent or a model that came to an answer: an exception on the way to it was caught. */
export const hasOutput = (attributes: Attributes): boolean =>
  firstPresent(attributes, ["gen_ai.response.finish_reasons", "gen_ai.output.messages"]) !== undefined;

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
