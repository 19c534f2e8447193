import { isPlainObject } from "../../../../src/event/json.js";
import { ATTR_GEN_AI_TOOL_CALL_ARGUMENTS } from "../../../../src/event/semconv.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { type Attributes, textAt } from "../common/attributes.js";
import { type Captured, captured, HIDDEN } from "../common/captured.js";
import { failureSaying } from "../common/failure.js";
import { toolMessageIn } from "../common/langchain-output.js";
import type { Reading } from "../dialect.js";
import { inputOf, outputOf } from "./openinference-values.js";

/** The call that a step of LangGraph is for: it has what the tool's own span lost, the names of arguments and, when it failed, the id. */
export interface GraphCall {
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly args: Captured;
}

/**
 * LangGraph gives a `tools` step one call of the model's: in JavaScript beside all that was said before, in Python as a list of one, or
 * with the state around it.
 */
export function graphCallOf({ attributes }: ReadableSpan): GraphCall | undefined {
  const input = attributes["input.value"];
  // Large, and on every step: parsed only where it may have a call.
  if (typeof input !== "string" || !/"(?:lg_tool_call|tool_call)"/.test(input)) return undefined;
  const decoded = captured(input);
  const call = isPlainObject(decoded) ? (decoded.lg_tool_call ?? decoded.tool_call) : onlyItem(decoded);
  if (!isPlainObject(call)) return undefined;
  return { id: textAt(call, "id"), name: textAt(call, "name"), args: call.args };
}

const onlyItem = (value: Captured): unknown =>
  Array.isArray(value) && value.length === 1 ? value[0] : undefined;

/**
 * What a tool was given. `input.value` has it in the form of the function that was wrapped; where that lost something,
 * `tool.parameters` has it, unless it is the schema, as several libraries use that key.
 */
export function argumentsOf(attributes: Attributes, graphCall: GraphCall | undefined): Captured {
  const conventional = captured(attributes[ATTR_GEN_AI_TOOL_CALL_ARGUMENTS]);
  if (conventional !== undefined) return conventional;
  const input = inputOf(attributes);
  if (input === HIDDEN) return HIDDEN;
  if (isPlainObject(input)) return withoutWrapper(input);
  const parameters = captured(attributes["tool.parameters"]);
  if (isPlainObject(parameters) && !isSchema(parameters)) return parameters;
  return graphCall?.args ?? input;
}

/** `{args: [...], kwargs: {...}}`, as wrappers in Python bind what a function was given, with the flags of smolagents beside it. */
function withoutWrapper(input: Readonly<Record<string, unknown>>): Captured {
  const { args, kwargs, sanitize_inputs_outputs: flag, ...others } = input;
  const isWrapper = Object.keys(others).length === 0 && (isPlainObject(kwargs) || Array.isArray(args));
  if (!isWrapper || (args !== undefined && !Array.isArray(args))) return input;
  const named = isPlainObject(kwargs) && Object.keys(kwargs).length > 0 ? kwargs : undefined;
  // A tool may have one argument that is called `args`.
  if (kwargs === undefined && flag === undefined) return input;
  if (args === undefined || args.length === 0) return named ?? {};
  if (named !== undefined) return input;
  return args.length === 1 ? args[0] : args;
}

/** JSON Schema, or the descriptions of arguments of smolagents: `{city: {type: "string", description: ...}}`. */
function isSchema(parameters: Readonly<Record<string, unknown>>): boolean {
  if (isPlainObject(parameters.properties) || "$schema" in parameters || "$ref" in parameters) return true;
  const members = Object.values(parameters);
  return (
    members.length > 0 && members.every((member) => isPlainObject(member) && typeof member.type === "string")
  );
}

/**
 * A call that LangGraph answered itself, because there is no such tool or the arguments do not fit: no tool ran, and only the step that
 * was for it says so.
 */
export function readCallThatNeverRan(span: ReadableSpan): Reading | undefined {
  const call = graphCallOf(span);
  const answer = call && answerIn(outputOf(span.attributes));
  if (call === undefined || answer === undefined || !NEVER_RAN.test(answer)) return undefined;
  return {
    is: "tool_call",
    name: call.name ?? "",
    parameters: call.args,
    result: undefined,
    callId: call.id,
    failure: failureSaying(answer, "invalid_tool_call"),
  };
}

const NEVER_RAN = / is not a valid tool, try one of \[|Received tool input did not match expected schema/;

function answerIn(output: Captured): string | undefined {
  const message = isPlainObject(output) ? toolMessageIn(onlyItem(output.messages)) : undefined;
  return message?.status === "error" ? textAt(message, "content") : undefined;
}
