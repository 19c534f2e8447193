import { isPlainObject } from "../../../../src/event/json.js";
import { type Captured, captured } from "./captured.js";

/**
 * What a function was given, out of the form in which wrappers write down its arguments: `{args: [...], kwargs: {...}}` (Traceloop's
 * decorators, and everything in Python). One argument stands for itself, several are a list, named ones an object; anything else is
 * given back as it is.
 *
 * @returns `undefined` where it was given nothing
 */
export function unwrapArguments(value: Captured): Captured {
  if (!isPlainObject(value) || !Array.isArray(value.args)) return value;
  const { args, kwargs, ...others } = value;
  if (Object.keys(others).length > 0) return value;
  if (isEmpty(kwargs)) return args.length > 1 ? args : onlyOf(args);
  return args.length === 0 ? kwargs : value;
}

const isEmpty = (kwargs: unknown): boolean =>
  kwargs === undefined || kwargs === null || (isPlainObject(kwargs) && Object.keys(kwargs).length === 0);

// Tools of LangChain are given their arguments as JSON text.
const onlyOf = ([argument]: readonly unknown[]): Captured =>
  typeof argument === "string" && /^\s{0,64}[[{]/.test(argument) ? captured(argument) : argument;
