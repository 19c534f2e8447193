import type { Option } from "../../config/option.js";
import { badParameters, type ParameterError } from "../problem.js";

/** A parameter of a query string. Its type, its check and its words are those of an option. */
export interface Parameter {
  readonly option: Option;
  /** It may be repeated; any of its values will do. */
  readonly many?: boolean;
}

export type ParameterTable = Readonly<Record<string, Parameter>>;

/** The values of each parameter that is given; one without `many` has one. */
export type ParameterValues = ReadonlyMap<string, readonly unknown[]>;

const MAX_VALUES = 100;
const MAX_LENGTH = 4_096;

/** Reads a query string by a table. Throws a `Problem` with everything that is wrong with it at once. */
export function readParameters(query: URLSearchParams, table: ParameterTable): ParameterValues {
  const errors: ParameterError[] = [];
  const values = new Map<string, readonly unknown[]>();
  for (const name of new Set(query.keys())) {
    const parameter = Object.hasOwn(table, name) ? table[name] : undefined;
    if (parameter === undefined) {
      const allowed = Object.keys(table);
      errors.push({ parameter: name.slice(0, 100), detail: "is not a parameter of this path", allowed });
      continue;
    }
    const given = query.getAll(name);
    const parsed = given.map((text) => (isReadable(text) ? parameter.option.fromText(text) : undefined));
    const { choices } = parameter.option;
    const wrong = (detail: string) =>
      errors.push({ parameter: name, detail, ...(choices && { allowed: choices }) });
    if (given.length > 1 && parameter.many !== true) wrong("may stand once only");
    else if (given.length > MAX_VALUES) wrong(`may stand ${MAX_VALUES} times at most`);
    else if (parsed.includes(undefined)) wrong(`has to be ${parameter.option.expected}`);
    else values.set(name, parsed);
  }
  if (errors.length > 0) throw badParameters(errors);
  return values;
}

/** PostgreSQL has no NUL in texts. */
export const isReadable = (text: string): boolean => text.length <= MAX_LENGTH && !text.includes("\0");

/** The single value of a parameter, or its default. */
export function singleValue<Value>(
  values: ParameterValues,
  name: string,
  { default: standard }: Option<Value>,
): Value | undefined {
  const given = values.get(name)?.[0];
  // It was read by the option of the table.
  return given === undefined ? standard : (given as Value);
}
