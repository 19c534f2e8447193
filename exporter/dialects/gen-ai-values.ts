import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { isPlainObject } from "../../src/event/json.js";
import { ATTR_GEN_AI_TOOL_TYPE } from "../../src/event/semconv.js";
import { type Attributes, firstPresent, firstText, numberAt, textAt } from "./attributes.js";
import { type Captured, captured, HIDDEN } from "./captured.js";
import type { Extras, ModelMessages, RequestedCall } from "./dialect.js";
import type { Failure } from "./failure.js";

/** Model, provider and token use, by the keys of the GenAI conventions of today and of before. */
export function modelExtras(attributes: Attributes): Extras {
  return {
    model: firstText(attributes, ["gen_ai.response.model", "gen_ai.request.model", "ai.model.id"]),
    provider: firstText(attributes, ["gen_ai.provider.name", "gen_ai.system", "ai.model.provider"]),
    input_tokens: firstNumber(attributes, [
      "gen_ai.usage.input_tokens",
      "gen_ai.usage.prompt_tokens",
      "ai.usage.inputTokens",
      "ai.usage.promptTokens",
    ]),
    output_tokens: firstNumber(attributes, [
      "gen_ai.usage.output_tokens",
      "gen_ai.usage.completion_tokens",
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

/** What a model was asked and answered, by the GenAI conventions. Messages are opt-in: absent means hidden. */
export function readMessages({ attributes }: ReadableSpan): ModelMessages {
  const input = captured(
    firstPresent(attributes, ["gen_ai.input.messages", "ai.prompt.messages", "ai.prompt"]),
  );
  const output = captured(firstPresent(attributes, ["gen_ai.output.messages"]));
  const calls = captured(firstPresent(attributes, ["ai.response.toolCalls"]));
  const text = captured(attributes["ai.response.text"]);
  const requested = [...toolCallsIn(output), ...toolCallsIn(calls)];
  return {
    requested: requested.length > 0 || !saysToolCalls(attributes) ? requested : [UNTOLD_CALL],
    answered: [],
    context: input ?? HIDDEN,
    result: output ?? calls ?? text ?? HIDDEN,
  };
}

const UNTOLD_CALL: RequestedCall = { name: "tool_calls", callId: undefined, parameters: HIDDEN };

// Messages with parts (the conventions), or bare calls (AI SDK).
function toolCallsIn(value: unknown): RequestedCall[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item) => {
    if (!isPlainObject(item)) return [];
    if (Array.isArray(item.parts)) return toolCallsIn(item.parts);
    const name = item.toolName ?? (item.type === "tool_call" ? item.name : undefined);
    if (typeof name !== "string") return [];
    const parameters = captured(item.input ?? item.args ?? item.arguments) ?? HIDDEN;
    return [{ name, callId: textAt(item, "toolCallId") ?? textAt(item, "id"), parameters }];
  });
}

/** With its content hidden, a call still says why it stopped. */
export function saysToolCalls(attributes: Attributes): boolean {
  const reasons = firstPresent(attributes, ["gen_ai.response.finish_reasons", "ai.response.finishReason"]);
  return [reasons].flat().some((reason) => /^tool[-_]?calls?$|^tool_use$/i.test(String(reason)));
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

/** Span names are a last resort: `execute_tool Read` -> `Read`. */
export function nameWithout(prefix: string, { name }: ReadableSpan): string {
  return name.startsWith(`${prefix} `) ? name.slice(prefix.length + 1) : name;
}

/** `extension`, `datastore`; `function` is what nearly every tool is, and is not said. */
export function toolType(attributes: Attributes): string | undefined {
  const type = textAt(attributes, ATTR_GEN_AI_TOOL_TYPE);
  return type === "function" ? undefined : type;
}
