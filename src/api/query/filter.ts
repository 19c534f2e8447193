import type { Option } from "../../config/option.js";
import type { Parameter, ParameterValues } from "./parameter.js";
import type { SqlValues } from "./sql-values.js";
import type { TimeRange } from "./time-range.js";

/** A parameter that narrows what is returned. */
export interface Filter extends Parameter {
  /** The values, as the condition takes them. @default the one value, or the array of a filter with `many` */
  readonly toSql?: (values: readonly unknown[]) => unknown;
  /** SQL, with the place of the value. */
  condition(place: string): string;
}

export type FilterTable = Readonly<Record<string, Filter>>;

/** A column that has one of the given texts. */
export const oneOf = (column: string, option: Option<string>): Filter => ({
  option,
  many: true,
  condition: (place) => `${column} = any(${place}::text[])`,
});

/** The conditions of the filters that are given, of the time range, and of what the caller may see. At least `true`. */
export function conditions(
  values: ParameterValues,
  filters: FilterTable,
  { since, until, column = "created_at" }: TimeRange & { readonly column?: string | undefined },
  sql: SqlValues,
): string {
  const parts: string[] = [];
  if (since !== undefined) parts.push(`${column} >= ${sql.add(since)}::timestamptz`);
  if (until !== undefined) parts.push(`${column} < ${sql.add(until)}::timestamptz`);
  for (const [name, filter] of Object.entries(filters)) {
    const given = values.get(name);
    if (given !== undefined) parts.push(applied(filter, given, sql));
  }
  return parts.length === 0 ? "true" : parts.join(" and ");
}

/** The condition of one filter with its values. */
export function applied(filter: Filter, given: readonly unknown[], sql: SqlValues): string {
  const value = filter.toSql ? filter.toSql(given) : filter.many ? given : given[0];
  return filter.condition(sql.add(value));
}
