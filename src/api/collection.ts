/** A list that the API returns by pages: which rows, which columns, which filters, in which order. All SQL is made of it. */
import type { Caller } from "../access/authorize.js";
import { choice, integer, list } from "../config/option.js";
import { COMPUTED_FROM, type Computed, type StatisticsGroups } from "./collections/kept-statistics.js";
import type { ColumnTable } from "./query/column.js";
import { CURSOR_OPTION } from "./query/cursor.js";
import { applied, type Filter, type FilterTable } from "./query/filter.js";
import { type ParameterTable, type ParameterValues, singleValue } from "./query/parameter.js";
import type { SqlValues } from "./query/sql-values.js";
import { TIME_PARAMETERS, type TimeRange } from "./query/time-range.js";

/** A key of the order. It is never null. */
export interface OrderKey {
  readonly column: string;
  readonly type: "timestamptz" | "uuid" | "text" | "bigint";
  readonly descending?: boolean;
}

export interface Collection {
  /** A query of the rows, of which `columns` are made. `where` holds the conditions, on columns of the table with `created_at`. */
  readonly rows: (where: string) => string;
  /** The same, from what is kept of them, where nothing but a time range is asked for and the caller may see everything. */
  readonly allRows?: (range: SqlRange) => string;
  /** How the same is made of the statistics, for long time ranges; `none`: not by these dimensions. */
  readonly statistics?: StatisticsGroups | "none";
  /** Joined to the rows of one page only. `scope` is what the caller may see of the actions. */
  readonly joins?: (scope: string) => string;
  readonly columns: ColumnTable;
  /** Columns that are shown first, whatever `fields` says. */
  readonly always?: ColumnTable;
  /** Columns that are shown only where `fields` names them. */
  readonly onRequest?: ColumnTable;
  readonly filters: FilterTable & Readonly<Record<"project", Filter>>;
  /** Column of the time range. @default "created_at" */
  readonly timeColumn?: string;
  /** Together they are unique. */
  readonly order: readonly OrderKey[];
  /** Filters that bound the rows by themselves, so that no time range is needed. */
  readonly boundedBy?: readonly string[];
  /**
   * Filters that no index answers: with one of these, all rows of the range may be looked through, the newest first and not for longer than a
   * moment. The order of the list is then its time and the id, descending.
   */
  readonly searchedBy?: readonly string[];
  /** What the list can be sorted by instead. */
  readonly sorts?: SortTable;
  /** The rows with what `sorts` need beside their columns; `scope` as of `joins`. */
  readonly sortedRows?: (rows: string, scope: string) => string;
}

/** What a list can be sorted by, under the name that `sort` has. */
export type SortTable = Readonly<Record<string, Sort>>;

export interface Sort {
  /** SQL over `rows`. Never null. */
  readonly sql: string;
  readonly type: OrderKey["type"];
}

/** Places of a time range in a statement; `undefined` for an open end. */
export interface SqlRange {
  readonly since: string | undefined;
  readonly until: string | undefined;
}

/** One page. */
export interface Page {
  /** Each row as the text of a JSON object. */
  readonly rows: readonly string[];
  readonly next: string | undefined;
  /** Why there are fewer rows than were asked for, although there are or may be more. */
  readonly truncated: "bytes" | "time" | undefined;
  /** With `time`: what began before then was not looked at. */
  readonly searchedSince?: string;
  readonly range: TimeRange;
  /** Of a list that statistics may answer: what they say of themselves, or `rows`. */
  readonly computed?: Computed | "rows" | undefined;
}

/** What bounds a request beside its parameters. */
export interface PageLimits {
  readonly maxBytes: number;
  /** Who asks. */
  readonly caller: CallerScope;
}

/** What bounds the actions that a caller may see. */
export type CallerScope = Pick<Caller, "projects" | "run">;

export const LIMIT = integer({
  default: 100,
  minimum: 1,
  maximum: 1_000,
  description: "Most rows of a page.",
});

export const PAGE_PARAMETERS = { limit: { option: LIMIT }, cursor: { option: CURSOR_OPTION } } as const;

export const fieldsParameter = (columns: ColumnTable) => ({
  fields: {
    option: list({
      description: "Members to return, with commas between them.",
      defaultText: "all",
      expected: `a list of ${Object.keys(columns).join(", ")}`,
      accepts: (names) => names.every((name) => Object.hasOwn(columns, name)),
    }),
  },
});

export const ORDER = choice({
  of: ["desc", "asc"],
  default: "desc",
  description: "With sort: the largest first, or the smallest.",
});

const sortParameters = (sorts: SortTable) => ({
  sort: {
    option: choice({
      of: Object.keys(sorts),
      defaultText: "the list's own order",
      description: "What the rows are sorted by.",
    }),
  },
  order: { option: ORDER },
});

export const collectionParameters = ({
  filters,
  columns,
  onRequest,
  sorts,
  statistics,
}: Collection): ParameterTable => ({
  ...filters,
  ...(sorts && sortParameters(sorts)),
  ...TIME_PARAMETERS,
  ...(statistics && { computed_from: { option: COMPUTED_FROM } }),
  ...PAGE_PARAMETERS,
  ...fieldsParameter({ ...columns, ...onRequest }),
});

/** ` and ...`: what the caller may see. Empty for a caller who may see everything. */
export function scopeCondition(
  { project, run: runFilter }: FilterTable,
  { projects, run }: CallerScope,
  sql: SqlValues,
): string {
  // A list that cannot be narrowed to what the caller may see has nothing for this caller.
  const narrowed = (filter: Filter | undefined, given: readonly unknown[]) =>
    ` and ${filter === undefined ? "false" : applied(filter, given, sql)}`;
  return `${projects === undefined ? "" : narrowed(project, projects)}${run === undefined ? "" : narrowed(runFilter, [run])}`;
}

/** What `select` names: the columns that `fields` asks for, else all. */
export function selected(columns: ColumnTable, values: ParameterValues, always: ColumnTable = {}): string {
  const { fields } = fieldsParameter(columns);
  const names = singleValue(values, "fields", fields.option) ?? Object.keys(columns);
  const shown = { ...always, ...Object.fromEntries(names.map((name) => [name, columns[name]])) };
  return Object.entries(shown)
    .map(([name, column]) => `${column?.sql} as ${JSON.stringify(name)}`)
    .join(", ");
}
