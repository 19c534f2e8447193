import { isPlainObject } from "../../../../src/event/json.js";
import {
  ATTR_EXCEPTION_MESSAGE,
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_RESULT,
} from "../../../../src/event/semconv.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { type Attributes, firstPresent, textAt } from "../common/attributes.js";
import { type Captured, captured, HIDDEN } from "../common/captured.js";
import { exceptionOf, type Failure, failureSaying, readFailure } from "../common/failure.js";
import { saysToolCalls } from "../common/gen-ai-messages.js";
import { answersIn, callsIn } from "../common/model-messages.js";
import { unflatten } from "../common/unflatten.js";
import type { ModelMessages, RequestedCall } from "../dialect.js";

const PROMPT = "gen_ai.prompt";
const COMPLETION = "gen_ai.completion";

/** What a run was given. It is an object always: what is none stands in its member `input`, several arguments in `args`. */
export function inputOf(attributes: Attributes, ancestors: readonly ReadableSpan[]): Captured {
  const value = rawInput(attributes);
  if (isEmpty(value)) return showsInput(ancestors) || hasContent(rawOutput(attributes)) ? undefined : HIDDEN;
  if (isDropped(value)) return HIDDEN;
  const only = onlyMember(value);
  if (only?.name === "input" || only?.name === "inputs") return nested(only.value);
  const isList = only?.name === "args" && Array.isArray(only.value) && only.value.length > 1;
  return isList ? only.value : value;
}

/** What a run gave. What is no object stands in its member `outputs`; in Python, and of LangChain's tools, in `output`. */
export function outputOf(attributes: Attributes, ancestors: readonly ReadableSpan[]): Captured {
  const value = rawOutput(attributes);
  // Nothing yet: the run failed, or was never closed.
  if (value === undefined) return undefined;
  if (isEmpty(value)) return showsInput(ancestors) || hasContent(rawInput(attributes)) ? undefined : HIDDEN;
  if (isDropped(value)) return HIDDEN;
  const only = onlyMember(value);
  return only?.name === "outputs" || only?.name === "output" ? nested(only.value) : value;
}

const rawInput = (attributes: Attributes): Captured =>
  captured(firstPresent(attributes, [ATTR_GEN_AI_TOOL_CALL_ARGUMENTS, PROMPT, "input.value"]));

const rawOutput = (attributes: Attributes): Captured =>
  captured(firstPresent(attributes, [ATTR_GEN_AI_TOOL_CALL_RESULT, COMPLETION, "output.value"]));

/** Both nothing and what is hidden are written as `{}`: a span around it that shows something tells that nothing is hidden. */
const isEmpty = (value: Captured): boolean =>
  value === undefined || (isPlainObject(value) && Object.keys(value).length === 0);

const hasContent = (value: Captured): boolean => !isEmpty(value) && !isDropped(value);

const showsInput = (ancestors: readonly ReadableSpan[]): boolean =>
  ancestors.some(({ attributes }) => hasContent(captured(attributes[PROMPT])));

// What stands where the program's own function for hiding values threw.
const isDropped = (value: Captured): boolean =>
  isPlainObject(value) &&
  typeof value.ls_error === "string" &&
  value.ls_error.startsWith("Processing failed; ");

function onlyMember(value: Captured): { name: string; value: unknown } | undefined {
  const [entry, ...others] = isPlainObject(value) ? Object.entries(value) : [];
  return entry === undefined || others.length > 0 ? undefined : { name: entry[0], value: entry[1] };
}

// LangChain's tools are given JSON text.
const nested = (value: unknown): Captured =>
  typeof value === "string" && /^\s{0,64}[[{]/.test(value) ? captured(value) : value;

/** The status is OK whatever happened: an exception event is a failure, and its message begins with the type. */
export function failureOf(span: ReadableSpan): Failure | undefined {
  const exception = exceptionOf(span);
  const said = exception === undefined ? undefined : textAt(exception, ATTR_EXCEPTION_MESSAGE);
  if (said === undefined) return readFailure(span);
  return failureSaying(said);
}

/** Inputs and outputs of a model are the request and the answer as the program had them; by hand also one attribute a value. */
export function readMessages(attributes: Attributes): ModelMessages {
  const input = rawInput(attributes) ?? unflatten(attributes, PROMPT);
  const output = rawOutput(attributes) ?? unflatten(attributes, COMPLETION);
  const context = hasContent(input) ? input : HIDDEN;
  const result = hasContent(output) ? output : HIDDEN;
  const calls = callsIn(result);
  const requested = calls.length === 0 && saysToolCalls(attributes) ? [UNTOLD_CALL] : calls;
  return { requested, answered: answersIn(context), context, result };
}

const UNTOLD_CALL: RequestedCall = { name: "tool_calls", callId: undefined, parameters: HIDDEN };
