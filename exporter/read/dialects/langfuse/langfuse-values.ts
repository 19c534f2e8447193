import { isPlainObject } from "../../../../src/event/json.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { type Attributes, firstPresent, numberAt, textAt } from "../common/attributes.js";
import { unwrapArguments } from "../common/call-input.js";
import { type Captured, captured, HIDDEN } from "../common/captured.js";
import { describeFailure, exceptionOf, type Failure, failureSaying, readFailure } from "../common/failure.js";
import { modelExtras } from "../common/gen-ai-values.js";
import { callsIn } from "../common/model-messages.js";
import type { Extras, ModelMessages } from "../dialect.js";

const OBSERVATION = "langfuse.observation";
const METADATA = "langfuse.observation.metadata";

export const inputOf = (attributes: Attributes): Captured => readValue(attributes[`${OBSERVATION}.input`]);
export const outputOf = (attributes: Attributes): Captured => readValue(attributes[`${OBSERVATION}.output`]);

function readValue(value: unknown): Captured {
  if (value === undefined) return undefined;
  if (typeof value === "string" && isMask(value)) return HIDDEN;
  const decoded = captured(value);
  return typeof decoded === "string" && isMask(decoded) ? HIDDEN : unwrapArguments(decoded);
}

/** A mask is the user's function, and returns what it likes. These are forms that leave nothing of the value, and that no tool gives. */
const isMask = (text: string): boolean =>
  text.length < 80 &&
  (/^[*•█]{3,}$/.test(text) || (IN_BRACKETS_OR_CAPITALS.test(text) && MASK_WORD.test(text)));

const IN_BRACKETS_OR_CAPITALS = /^(?:[<[({*_#]+[^"]*[>\])}*_#]+|[A-Z_ -]+)$/;
const MASK_WORD =
  /(?<![a-z])(?:masked|redacted|hidden|removed|filtered|omitted|confidential|sensitive)(?![a-z])/i;

/**
 * What a span without any value says: there was none, or it was not captured. Where a span around it shows a value, values are captured;
 * Python writes that there were no arguments.
 */
export function absent(span: ReadableSpan, ancestors: readonly ReadableSpan[]): Captured {
  if (`${OBSERVATION}.input` in span.attributes || `${OBSERVATION}.output` in span.attributes)
    return undefined;
  if (span.resource?.attributes?.["telemetry.sdk.language"] === "python") return HIDDEN;
  const shown = ancestors.some(({ attributes }) => {
    const value = inputOf(attributes);
    return value !== undefined && value !== HIDDEN;
  });
  return shown ? undefined : HIDDEN;
}

/** A member of the metadata. Python encodes texts, too. */
export function metadataText(attributes: Attributes, name: string): string | undefined {
  return textAt({ value: metadataValue(attributes, name) }, "value");
}

export const metadataValue = (attributes: Attributes, name: string): Captured =>
  captured(attributes[`${METADATA}.${name}`]);

export function firstMetadata(attributes: Attributes, names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = metadataText(attributes, name);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** The level says what failed, whatever the status; the message may begin with the type, or the output may know it. */
export function failureOf(span: ReadableSpan): Failure | undefined {
  const { attributes } = span;
  const level = textAt(attributes, `${OBSERVATION}.level`)?.toUpperCase();
  const message = textAt(attributes, `${OBSERVATION}.status_message`);
  if (level !== "ERROR") return readFailure(span, outputOf(attributes) !== undefined) ?? interruptOf(message);
  if (message === undefined) return errorOf(attributes) ?? describeFailure(span);
  if (ONLY_A_TYPE.test(message)) return { type: message, message: undefined };
  const named = typeNamedBy(attributes, message) ?? textAt(exceptionOf(span) ?? {}, "exception.type");
  return failureSaying(message, named);
}

/** An error without a message says its name. */
const ONLY_A_TYPE = /^[A-Z]\w{0,80}(?:Error|Exception|Interrupt|Command)$/;

// What LangGraph throws to wait for a person has the default level in Python, and only its text.
const interruptOf = (message: string | undefined): Failure | undefined =>
  message !== undefined && /^\(?Interrupt\(/.test(message) ? { type: "GraphInterrupt", message } : undefined;

/** What `observe` gives as the output of a function that threw: not what the function gave. */
export function isErrorOutput(attributes: Attributes, output: Captured): boolean {
  if (!isPlainObject(output) || typeof output.error !== "string" || Object.keys(output).length > 1)
    return false;
  const message = textAt(attributes, `${OBSERVATION}.status_message`);
  return message !== undefined && output.error.endsWith(message);
}

function errorOf(attributes: Attributes): Failure | undefined {
  const output = outputOf(attributes);
  const error = isPlainObject(output) ? output.error : undefined;
  return typeof error === "string" ? failureSaying(error) : undefined;
}

function typeNamedBy(attributes: Attributes, message: string): string | undefined {
  const failure = errorOf(attributes);
  return failure?.message === message ? failure.type : undefined;
}

/** Model and tokens. Details that are told beside a sum are parts that the sum leaves out, unless the total says otherwise. */
export function generationExtras(attributes: Attributes): Extras {
  const usage = captured(attributes[`${OBSERVATION}.usage_details`]);
  const told: Attributes = isPlainObject(usage) ? usage : {};
  const input = firstPresent(told, ["input", "input_tokens", "inputTokens", "prompt_tokens", "promptTokens"]);
  const output = firstPresent(told, [
    "output",
    "output_tokens",
    "outputTokens",
    "completion_tokens",
    "completionTokens",
  ]);
  const isWhole = numberAt(told, "total") === Number(input) + Number(output);
  const others = modelExtras(attributes);
  return {
    ...others,
    model: textAt(attributes, `${OBSERVATION}.model.name`) ?? others.model,
    input_tokens: withParts(input, isWhole ? [] : partsIn(told, "input_")) ?? others.input_tokens,
    output_tokens: withParts(output, isWhole ? [] : partsIn(told, "output_")) ?? others.output_tokens,
  };
}

const partsIn = (usage: Attributes, prefix: string): readonly number[] =>
  Object.keys(usage)
    .filter((name) => name.startsWith(prefix) && name !== `${prefix}tokens`)
    .map((name) => numberAt(usage, name) ?? 0);

function withParts(sum: unknown, parts: readonly number[]): number | undefined {
  const number = numberAt({ sum }, "sum");
  return number === undefined ? undefined : parts.reduce((total, part) => total + part, number);
}

export function readMessages(attributes: Attributes): Omit<ModelMessages, "answered"> {
  const context = inputOf(attributes) ?? HIDDEN;
  const result = outputOf(attributes) ?? HIDDEN;
  return { requested: callsIn(result), context, result };
}
