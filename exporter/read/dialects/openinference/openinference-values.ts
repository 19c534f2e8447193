import { isPlainObject } from "../../../../src/event/json.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { type Attributes, firstText, numberAt, textAt } from "../common/attributes.js";
import { type Captured, captured, capturedText } from "../common/captured.js";
import { decodePython } from "../common/decode-python.js";
import { type Failure, failureSaying, readFailure } from "../common/failure.js";
import { modelExtras as conventionalExtras } from "../common/gen-ai-values.js";
import { answersIn, callsIn } from "../common/model-messages.js";
import { unflatten } from "../common/unflatten.js";
import type { AnsweredCall, Extras, ModelMessages } from "../dialect.js";

/** What went in: `input.value`, by its mime type. */
export const inputOf = (attributes: Attributes): Captured =>
  readSide(attributes["input.value"], attributes["input.mime_type"]);

/** What came out: `output.value`, by its mime type. */
export const outputOf = (attributes: Attributes): Captured =>
  readSide(attributes["output.value"], attributes["output.mime_type"]);

// What is no JSON may be the text that Python has for a value.
function readSide(value: unknown, mimeType: unknown): Captured {
  const read = mimeType === "application/json" ? captured(value) : capturedText(value);
  return typeof read === "string" ? decodePython(read) : read;
}

/** Documents of a retriever, which have attributes of their own. */
export const documentsOf = (attributes: Attributes): readonly unknown[] | undefined =>
  unflatten(attributes, "retrieval.documents")?.map(withoutWrapper);

/** What a model was asked and answered, which tools it wants called, and what it was told of calls before. */
export function readMessages(attributes: Attributes): ModelMessages {
  const input = unflatten(attributes, "llm.input_messages")?.map(withoutWrapper);
  const output = unflatten(attributes, "llm.output_messages")?.map(withoutWrapper);
  const requested = callsIn(output);
  const answered = answersIn(captured(attributes["gen_ai.input.messages"]) ?? input);
  return {
    // Calls and ids of some messages are lost, and stand in the values beside them: of LangChain, and of what a model of OpenAI streamed.
    requested:
      (requested.length === 0 || requested.some(isUntold)) && holds(attributes["output.value"], ASKS)
        ? callsIn(outputOf(attributes))
        : requested,
    answered:
      (answered.some(isUntold) && holds(attributes["input.value"], /"tool_call_id"/)) ||
      (answered.some(isOpen) && holds(attributes["input.value"], /"tool_call_error"/))
        ? answersIn(inputOf(attributes))
        : answered,
    context: input ?? inputOf(attributes),
    result: output ?? outputOf(attributes),
  };
}

const isUntold = ({ callId }: Pick<AnsweredCall, "callId">): boolean => callId === undefined;
// Agno says in the value, and nowhere else, that a call failed.
const isOpen = ({ outcome }: AnsweredCall): boolean => outcome === "unknown";

const ASKS = /"tool_calls"|"type":\s{0,4}"(?:function_call|tool_use|tool_call)"|"(?:functionCall|toolUse)"/;

const holds = (value: unknown, pattern: RegExp): boolean => typeof value === "string" && pattern.test(value);

/** Model, provider and token use: by its own keys, or those of the conventions on a span that it only dresses. */
export function modelExtras(attributes: Attributes): Extras {
  const others = conventionalExtras(attributes);
  return {
    model: textAt(attributes, "llm.model_name") ?? invokedModel(attributes) ?? others.model,
    provider: firstText(attributes, ["llm.provider", "llm.system"]) ?? others.provider,
    input_tokens: numberAt(attributes, "llm.token_count.prompt") ?? others.input_tokens,
    output_tokens: numberAt(attributes, "llm.token_count.completion") ?? others.output_tokens,
  };
}

// A call that failed has no answer that names the model.
function invokedModel(attributes: Attributes): string | undefined {
  const parameters = captured(attributes["llm.invocation_parameters"]);
  return isPlainObject(parameters) ? textAt(parameters, "model") : undefined;
}

export function finishReasons(attributes: Attributes): readonly string[] | undefined {
  const reason = textAt(attributes, "llm.finish_reason");
  return reason === undefined ? undefined : [reason];
}

const JSON_IN_MESSAGE = /^[^{]{0,200}: (\{[\s\S]*\})$/;

/**
 * The failure of a span, by the general rules. The instrumentation for OpenAI Agents appends the error's data to its message
 * (`Error running tool: {"error": "..."}`, in Python as a dictionary is written there); then the error's own words count.
 */
export function failureOf(span: ReadableSpan, hasResult: boolean): Failure | undefined {
  const failure = readFailure(span, hasResult);
  const data = JSON_IN_MESSAGE.exec(failure?.message ?? "")?.[1];
  const decoded = data === undefined ? undefined : readSide(data, undefined);
  if (!isPlainObject(decoded) || typeof decoded.error !== "string") return failure;
  return failureSaying(decoded.error);
}

/** `{document: {...}}`, `{message: {...}}`: the attributes' names say again what the list holds. */
function withoutWrapper(item: unknown): unknown {
  if (!isPlainObject(item)) return item;
  return item.document ?? item.message ?? item;
}
