import { isPlainObject } from "../../../../src/event/json.js";
import { ATTR_GEN_AI_TOOL_CALL_ARGUMENTS } from "../../../../src/event/semconv.js";
import type { Attributes } from "../common/attributes.js";
import { type Captured, captured, HIDDEN } from "../common/captured.js";
import { inputOf } from "./openinference-values.js";

/**
 * What a tool was given. `input.value` has it in the form of the function that was wrapped; where that lost something,
 * `tool.parameters` has it, unless it is the schema, as several libraries use that key.
 */
export function argumentsOf(attributes: Attributes): Captured {
  const conventional = captured(attributes[ATTR_GEN_AI_TOOL_CALL_ARGUMENTS]);
  if (conventional !== undefined) return conventional;
  const input = inputOf(attributes);
  if (input === HIDDEN) return HIDDEN;
  const ofCall = captured(attributes["tool_call.function.arguments"]);
  if (ofCall !== undefined) return ofCall;
  const parameters = captured(attributes["tool.parameters"]);
  if (isPlainObject(input)) return withoutWrapper(input, parameters);
  if (isPlainObject(parameters) && !isSchema(parameters)) return parameters;
  return input;
}

/** `{args: [...], kwargs: {...}}`, as wrappers in Python bind what a function was given, with the flags of smolagents beside it. */
function withoutWrapper(input: Readonly<Record<string, unknown>>, parameters: Captured): Captured {
  const { args, kwargs, sanitize_inputs_outputs: flag, ...others } = input;
  const isWrapper = Object.keys(others).length === 0 && (isPlainObject(kwargs) || Array.isArray(args));
  if (!isWrapper || (args !== undefined && !Array.isArray(args))) return input;
  const named = isPlainObject(kwargs) && Object.keys(kwargs).length > 0 ? kwargs : undefined;
  // A tool may have one argument that is called `args`.
  if (kwargs === undefined && flag === undefined) return input;
  if (args === undefined || args.length === 0) return named ?? {};
  if (named !== undefined) return input;
  // The descriptions of smolagents have the names of arguments in their order.
  const names =
    flag !== undefined && isPlainObject(parameters) && isSchema(parameters) ? Object.keys(parameters) : [];
  if (args.length <= names.length) return Object.fromEntries(args.map((value, at) => [names[at], value]));
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
