import type { JsonValue } from "../event/json.js";

/** A call that cannot be answered. The message tells the model what to do instead. */
export class ToolRefusal extends Error {
  override readonly name = "ToolRefusal";
}

/** One argument: its JSON Schema, as far as it is checked here. */
export interface Parameter {
  readonly type: "string" | "integer" | "boolean" | "array";
  readonly description: string;
  readonly required?: true;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: JsonValue;
  /** Of an array. */
  readonly items?: { readonly type: "string" | "integer" };
  readonly maxItems?: number;
}

export type Parameters = Readonly<Record<string, Parameter>>;

type ValueOf<Given extends Parameter> = Given["type"] extends "string"
  ? string
  : Given["type"] extends "integer"
    ? number
    : Given["type"] extends "boolean"
      ? boolean
      : Given extends { readonly items: { readonly type: "integer" } }
        ? readonly number[]
        : readonly string[];

/** Arguments after the table; what has neither been given nor a default is `undefined`. */
export type Arguments<Table extends Parameters> = {
  readonly [Name in keyof Table]: Table[Name] extends
    | { readonly required: true }
    | { readonly default: JsonValue }
    ? ValueOf<Table[Name]>
    : ValueOf<Table[Name]> | undefined;
};

/** Checks arguments. Throws a `ToolRefusal` with everything that is wrong with them. */
export function readArguments<const Table extends Parameters>(
  table: Table,
  given: Readonly<Record<string, unknown>>,
): Arguments<Table> {
  const problems: string[] = [];
  for (const name of Object.keys(given))
    if (!Object.hasOwn(table, name))
      problems.push(`${name.slice(0, 100)} is not known; there are: ${Object.keys(table).join(", ")}`);
  const values = Object.entries(table).map(([name, parameter]): [string, unknown] => {
    const value = given[name] ?? undefined;
    if (value === undefined) {
      if (parameter.required) problems.push(`${name} is missing`);
      return [name, parameter.default];
    }
    const mistake = mistakeIn(value, parameter);
    if (mistake !== undefined) problems.push(`${name} has to be ${mistake}`);
    return [name, value];
  });
  if (problems.length > 0) throw new ToolRefusal(`The arguments cannot be used: ${problems.join("; ")}.`);
  // As the table says: that is what was checked.
  return Object.fromEntries(values) as Arguments<Table>;
}

function mistakeIn(
  value: unknown,
  { type, enum: allowed, minimum, maximum, items, maxItems }: Parameter,
): string | undefined {
  switch (type) {
    case "string":
      if (allowed !== undefined)
        return allowed.includes(value as string) ? undefined : `one of ${allowed.join(", ")}`;
      return typeof value === "string" && value !== "" ? undefined : "a non-empty string";
    case "boolean":
      return typeof value === "boolean" ? undefined : "true or false";
    case "integer": {
      const [lowest, highest] = [minimum ?? 0, maximum ?? Number.MAX_SAFE_INTEGER];
      const fits = Number.isInteger(value) && (value as number) >= lowest && (value as number) <= highest;
      return fits ? undefined : `an integer from ${lowest} to ${highest}`;
    }
    case "array": {
      const most = maxItems ?? Number.MAX_SAFE_INTEGER;
      const fits = items?.type === "integer" ? isPlace : isText;
      return Array.isArray(value) && value.length > 0 && value.length <= most && value.every(fits)
        ? undefined
        : `a list of at most ${most} ${items?.type === "integer" ? "integers from 0" : "non-empty strings"}`;
    }
  }
}

const isPlace = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
