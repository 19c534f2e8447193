import { isPlainObject } from "../../../../src/event/json.js";
import { ATTR_GEN_AI_OPERATION_NAME } from "../../../../src/event/semconv.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { firstText, textAt } from "../common/attributes.js";
import { type Captured, captured, HIDDEN } from "../common/captured.js";
import { type Failure, readFailure } from "../common/failure.js";
import { readMessages } from "../common/gen-ai-messages.js";
import { modelExtras } from "../common/gen-ai-values.js";
import type { ModelMessages, Reading, RequestedCall } from "../dialect.js";

/** What a span of Mastra is: `tool_call`, `agent_run`, `workflow_step`... `undefined` for a span of anybody else. */
export const typeOf = ({ attributes }: ReadableSpan): string | undefined =>
  textAt(attributes, "mastra.span.type");

/** What neither a tool nor a model was given and gave stands under its type. */
export const inputOf = (span: ReadableSpan): Captured =>
  captured(span.attributes[`mastra.${typeOf(span)}.input`]);
export const outputOf = (span: ReadableSpan): Captured =>
  captured(span.attributes[`mastra.${typeOf(span)}.output`]);

export const failureOf = (span: ReadableSpan, result: Captured): Failure | undefined =>
  readFailure(span, result !== undefined);

/** The rest of the span's name: most are named by their type, some by an operation of the conventions. */
export function afterType({ name, attributes }: ReadableSpan): string {
  const operation = textAt(attributes, ATTR_GEN_AI_OPERATION_NAME);
  return operation !== undefined && name.startsWith(`${operation} `)
    ? name.slice(operation.length + 1)
    : name;
}

const isModelCall = ({ attributes }: ReadableSpan): boolean =>
  textAt(attributes, ATTR_GEN_AI_OPERATION_NAME) === "chat";

/** Exporters before 1.4 wrote one model's call for all the steps of a run, with their tokens, and what was asked for inside. */
export function readGeneration(span: ReadableSpan): Reading {
  if (!isModelCall(span))
    return { is: "ignored", reason: "a loop of calls of a model, which have spans of their own" };
  return readModelCall(span);
}

export function readInference(span: ReadableSpan): Reading {
  if (isModelCall(span) || requestedIn(outputOf(span)).length > 0) return readModelCall(span);
  return { is: "ignored", reason: "the span of the generation around it is the call of the model" };
}

export function readModelCall(span: ReadableSpan): Reading {
  const { attributes } = span;
  const reasons = captured(attributes[FINISH_REASONS]);
  const model = firstText(attributes, ["gen_ai.request.model", "gen_ai.response.model"]);
  return {
    is: "model_call",
    name: model === undefined ? span.name : `chat ${model}`,
    messages: () => messagesOf(span, reasons),
    failure: failureOf(span, undefined) ?? failureByReason(reasons),
    extras: { ...modelExtras(attributes), finish_reasons: reasons },
  };
}

// The reasons are a JSON text here. The messages tell no calls: only the spans of the exporters before 1.4 do.
function messagesOf(span: ReadableSpan, reasons: Captured): ModelMessages {
  const output = outputOf(span);
  const requested = requestedIn(output);
  const isLoop = typeOf(span) === "model_generation";
  const told = isLoop || !Array.isArray(reasons) ? {} : { [FINISH_REASONS]: reasons.map(String) };
  const attributes = { ...span.attributes, [FINISH_REASONS]: undefined, ...told };
  const messages = readMessages({ ...span, attributes });
  return requested.length === 0 ? messages : { ...messages, requested, result: output };
}

const FINISH_REASONS = "gen_ai.response.finish_reasons";

function requestedIn(output: Captured): RequestedCall[] {
  if (!isPlainObject(output) || !Array.isArray(output.toolCalls)) return [];
  return output.toolCalls.filter(isPlainObject).flatMap((call) => {
    const name = textAt(call, "toolName");
    return name === undefined
      ? []
      : [{ name, callId: textAt(call, "toolCallId"), parameters: call.args ?? HIDDEN }];
  });
}

// A provider that answers with an error leaves the status OK; the message is on the agent's run.
const failureByReason = (reasons: Captured): Failure | undefined =>
  Array.isArray(reasons) && reasons.includes("error") ? { type: "Error", message: undefined } : undefined;
