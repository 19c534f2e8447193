/** Bodies of requests whose members are texts, and rows that come back as JSON. */
import { isPlainObject } from "../../event/json.js";
import { badParameters, type ParameterError, Problem } from "../problem.js";
import type { ColumnTable, Schema } from "../query/column.js";

/** Columns of `rows`, by their names in the API. */
export const shownColumns = (columns: ColumnTable): string =>
  Object.entries(columns)
    .map(([name, { sql }]) => `${sql} as ${name}`)
    .join(", ");

const MAX_TEXT = 1_000;
export const textMember = (description: string): Schema => ({
  type: "string",
  minLength: 1,
  maxLength: MAX_TEXT,
  description,
});

export const timeMember = (description: string): Schema => ({
  type: "string",
  format: "date-time",
  description,
});

export type Members = Readonly<Record<string, string | null>>;

/** The members of a body, each a text. Throws a `Problem` with everything that is wrong with it. */
export function readMembers(body: unknown, schema: Schema): Members {
  if (!isPlainObject(body)) throw new Problem(400, "The body has to be a JSON object.");
  const known = Object.keys(schema.properties as object);
  const errors: ParameterError[] = [];
  for (const [name, value] of Object.entries(body)) {
    const isTime = (schema.properties as Readonly<Record<string, Schema>>)[name]?.format === "date-time";
    if (!known.includes(name))
      errors.push({ parameter: name.slice(0, 100), detail: "is not known here", allowed: known });
    else if (value === null) continue;
    else if (typeof value !== "string" || value === "" || value.length > MAX_TEXT || value.includes("\0"))
      errors.push({ parameter: name, detail: `has to be a text of at most ${MAX_TEXT} characters` });
    else if (isTime && Number.isNaN(Date.parse(value)))
      errors.push({ parameter: name, detail: "has to be a time in ISO 8601" });
  }
  if (errors.length > 0) throw badParameters(errors);
  return body as Members;
}
