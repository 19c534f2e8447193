/** A list that the API returns by pages: which rows, which columns, which filters, in which order. All SQL is made of it. */
import type { Caller } from "../access/authorize.js";
import { choice, integer, list } from "../config/option.js";
import {
  COMPUTED_FROM,
  type Computed,
  type StatisticsGroups,
  statisticsRows,
  usedStatistics,
} from "./collections/kept-statistics.js";
import type { Database } from "./database.js";
import { badParameter } from "./problem.js";
import { type ColumnTable, isoTime } from "./query/column.js";
import { CURSOR_OPTION, cursorText } from "./query/cursor.js";
import { applied, conditions, type Filter, type FilterTable } from "./query/filter.js";
import { type ParameterTable, type ParameterValues, singleValue } from "./query/parameter.js";
import { SqlValues } from "./query/sql-values.js";
import { readTimeRange, TIME_PARAMETERS, type TimeRange } from "./query/time-range.js";

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
  /** What the list can be sorted by instead. All rows of the range are joined for that, where `ofJoined` says so. */
  readonly sorts?: SortTable;
}

/** What a list can be sorted by, under the name that `sort` has. */
export type SortTable = Readonly<Record<string, Sort>>;

export interface Sort {
  /** SQL over `rows` and what is joined to them. Never null. */
  readonly sql: string;
  readonly type: OrderKey["type"];
  /** It is of what `joins` adds. */
  readonly ofJoined?: boolean;
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
  /** Why there are fewer rows than were asked for, although there are more. */
  readonly truncated: "bytes" | undefined;
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

const LIMIT = integer({
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

const ORDER = choice({
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

/** Reads a page. Throws `Problem` and `StoreError`. */
export async function readPage(
  collection: Collection,
  values: ParameterValues,
  database: Database,
  { maxBytes, caller }: PageLimits,
): Promise<Page> {
  const { boundedBy = [], timeColumn } = collection;
  const sort = sortOf(collection, values);
  const order = sort?.order ?? collection.order;
  const cursor = singleValue(values, "cursor", CURSOR_OPTION);
  if (cursor !== undefined && (cursor.keys.length !== order.length || cursor.sort !== sort?.name))
    throw badParameter("cursor", "is of another list");
  const bounded = boundedBy.some((name) => values.has(name));
  const range = cursor?.range ?? readTimeRange(values, Date.now(), bounded);
  const limit = singleValue(values, "limit", LIMIT) ?? LIMIT.default;

  const sql = new SqlValues();
  const { filters } = collection;
  const scope = scopeCondition(filters, caller, sql);
  const isFiltered = scope !== "" || Object.keys(filters).some((name) => values.has(name));
  const { rows, allRows, statistics } = collection;
  // Before the rows: what is stored in between is in more than is said.
  const used = await usedStatistics(database, values, range, collection, scope !== "");
  const unsorted =
    used !== undefined
      ? statisticsRows(used.groups, values, range, sql)
      : allRows === undefined || isFiltered
        ? rows(`${conditions(values, filters, { ...range, column: timeColumn }, sql)}${scope}`)
        : allRows({ since: timeIn(range.since, sql), until: timeIn(range.until, sql) });
  const query = sort === undefined ? unsorted : sort.query(unsorted, collection.joins?.(scope) ?? "");
  const after = cursor === undefined ? "true" : afterCursor(order, cursor.keys, sql);
  const keys = order.map(({ column, type }, place) => `${keyText(column, type)} as key_${place}`);
  const statement = `
    select row_to_json(shown)::text as json, octet_length(row_to_json(shown)::text) as bytes, ${keys.join(", ")}
    from (
      select * from (${query}) as rows
      where ${after}
      order by ${orderBy(order)}
      limit ${sql.add(limit + 1)}
    ) as rows ${collection.joins?.(scope) ?? ""},
    lateral (select ${selectedOf(collection, values)}) as shown
    order by ${orderBy(order)}`;
  const found = await database.read<FoundRow>(statement, sql.list);
  return {
    ...pageOf(found, { limit, maxBytes, range, keyCount: order.length, sort: sort?.name }),
    computed: used?.computed ?? (statistics && "rows"),
  };
}

interface ChosenSort {
  /** Sort and direction, as a cursor keeps them. */
  readonly name: string;
  readonly order: readonly OrderKey[];
  readonly query: (rows: string, joins: string) => string;
}

/** `undefined`: the list's own order. */
function sortOf({ sorts = {}, order }: Collection, values: ParameterValues): ChosenSort | undefined {
  const name = values.get("sort")?.[0] as string | undefined;
  const sort = name === undefined ? undefined : sorts[name];
  if (sort === undefined) return undefined;
  const descending = (singleValue(values, "order", ORDER) ?? "desc") === "desc";
  const { sql, type, ofJoined } = sort;
  // What makes the rows unique is what the list's own order ends with.
  const unique = order.slice(-1).map((key) => ({ ...key, descending }));
  return {
    name: `${name} ${descending ? "desc" : "asc"}`,
    order: [{ column: "sort_key", type, descending }, ...unique],
    query: (rows, joins) =>
      `select rows.*, (${sql})::${type} as sort_key from (${rows}) as rows ${ofJoined ? joins : ""}`,
  };
}

const timeIn = (time: string | undefined, sql: SqlValues): string | undefined =>
  time === undefined ? undefined : `${sql.add(time)}::timestamptz`;

interface FoundRow {
  readonly json: string;
  readonly bytes: number;
  readonly [key: `key_${number}`]: string;
}

interface PageShape {
  readonly limit: number;
  readonly maxBytes: number;
  readonly range: TimeRange;
  readonly keyCount: number;
  readonly sort: string | undefined;
}

function pageOf(found: readonly FoundRow[], { limit, maxBytes, range, keyCount, sort }: PageShape): Page {
  let bytes = 0;
  let count = 0;
  for (const row of found.slice(0, limit)) {
    bytes += row.bytes + 1;
    // One row is always returned: otherwise a list could not be read to its end.
    if (bytes > maxBytes && count > 0) break;
    count++;
  }
  const last = found[count - 1];
  const hasMore = last !== undefined && found.length > count;
  const keys = Array.from({ length: keyCount }, (_, place) => last?.[`key_${place}`] ?? "");
  return {
    rows: found.slice(0, count).map(({ json }) => json),
    next: hasMore ? cursorText({ keys, range, sort }) : undefined,
    truncated: hasMore && count < limit ? "bytes" : undefined,
    range,
  };
}

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

const selectedOf = ({ columns, onRequest, always }: Collection, values: ParameterValues): string =>
  selected(values.has("fields") ? { ...columns, ...onRequest } : columns, values, always);

/** What `select` names: the columns that `fields` asks for, else all. */
export function selected(columns: ColumnTable, values: ParameterValues, always: ColumnTable = {}): string {
  const { fields } = fieldsParameter(columns);
  const names = singleValue(values, "fields", fields.option) ?? Object.keys(columns);
  const shown = { ...always, ...Object.fromEntries(names.map((name) => [name, columns[name]])) };
  return Object.entries(shown)
    .map(([name, column]) => `${column?.sql} as ${JSON.stringify(name)}`)
    .join(", ");
}

const keyText = (column: string, type: OrderKey["type"]): string =>
  type === "timestamptz" ? isoTime(`rows.${column}`) : `rows.${column}::text`;

const sorted = ({ column, type }: OrderKey): string =>
  `rows.${column}${type === "text" ? ' collate "C"' : ""}`;

const orderBy = (order: readonly OrderKey[]): string =>
  order.map((key) => `${sorted(key)}${key.descending ? " desc" : ""}`).join(", ");

/** Rows after a place. The first key stands alone once more, because an index can use that. */
function afterCursor(order: readonly OrderKey[], keys: readonly string[], sql: SqlValues): string {
  const places = order.map(({ type }, place) => `${sql.add(keys[place])}::${type}`);
  const alternatives = order.map((key, place) => {
    const equal = order.slice(0, place).map((other, index) => `${sorted(other)} = ${places[index]}`);
    return [...equal, `${sorted(key)} ${key.descending ? "<" : ">"} ${places[place]}`].join(" and ");
  });
  const [first] = order;
  const bound = first && `${sorted(first)} ${first.descending ? "<=" : ">="} ${places[0]} and `;
  return `${bound}(${alternatives.map((text) => `(${text})`).join(" or ")})`;
}
