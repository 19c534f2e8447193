/** Reads one page of a list, by one statement; or by several, where it has to be looked for in all rows. */
import {
  type Collection,
  LIMIT,
  ORDER,
  type OrderKey,
  type Page,
  type PageLimits,
  scopeCondition,
  selected,
} from "./collection.js";
import { type StatisticsGroups, statisticsRows, usedStatistics } from "./collections/kept-statistics.js";
import type { Database } from "./database.js";
import { badParameter } from "./problem.js";
import { isoTime } from "./query/column.js";
import { CURSOR_OPTION, type Cursor, cursorText } from "./query/cursor.js";
import { conditions } from "./query/filter.js";
import { type ParameterValues, singleValue } from "./query/parameter.js";
import { SqlValues } from "./query/sql-values.js";
import { readTimeRange, type TimeRange } from "./query/time-range.js";
import { searchNewestFirst } from "./search-newest-first.js";

/** Reads a page. Throws `Problem` and `StoreError`. */
export async function readPage(
  collection: Collection,
  values: ParameterValues,
  database: Database,
  { maxBytes, caller }: PageLimits,
): Promise<Page> {
  const { boundedBy = [] } = collection;
  const sort = sortOf(collection, values);
  const order = sort?.order ?? collection.order;
  const cursor = singleValue(values, "cursor", CURSOR_OPTION);
  if (cursor !== undefined && (cursor.keys.length !== order.length || cursor.sort !== sort?.name))
    throw badParameter("cursor", "is of another list");
  const bounded = boundedBy.some((name) => values.has(name));
  const range = cursor?.range ?? readTimeRange(values, Date.now(), bounded);
  const limit = singleValue(values, "limit", LIMIT) ?? LIMIT.default;

  const isScoped = caller.projects !== undefined || caller.run !== undefined;
  // Before the rows: what is stored in between is in more than is said.
  const used = await usedStatistics(database, values, range, collection, isScoped);
  const shape = { limit, maxBytes, range, keyCount: order.length, sort: sort?.name };
  const wanted: Wanted = { collection, values, caller, order, sort, cursor, limit, groups: used?.groups };
  if (sort === undefined && isSearched(collection, values)) {
    const { found, searchedSince } = await database.readAll((client) =>
      searchNewestFirst<FoundRow>(client, {
        range,
        begin: cursor?.keys[0],
        count: limit + 1,
        statement: (slice) => statementOf(wanted, slice),
      }),
    );
    return pageOf(found, shape, searchedSince);
  }
  const { text, values: given } = statementOf(wanted, range);
  const found = await database.read<FoundRow>(text, given);
  return { ...pageOf(found, shape), computed: used?.computed ?? (collection.statistics && "rows") };
}

/** Whether the filters that are given are such that all rows of the range may have to be looked through for few. */
const isSearched = ({ searchedBy = [], boundedBy = [] }: Collection, values: ParameterValues): boolean =>
  searchedBy.some((name) => values.has(name)) && !boundedBy.some((name) => values.has(name));

interface Wanted {
  readonly collection: Collection;
  readonly values: ParameterValues;
  readonly caller: PageLimits["caller"];
  readonly order: readonly OrderKey[];
  readonly sort: ChosenSort | undefined;
  readonly cursor: Cursor | undefined;
  readonly limit: number;
  readonly groups: StatisticsGroups | undefined;
}

/** The rows of a time range that come after the cursor, one more than the limit. */
function statementOf(
  { collection, values, caller, order, sort, cursor, limit, groups }: Wanted,
  range: TimeRange,
): { readonly text: string; readonly values: readonly unknown[] } {
  const sql = new SqlValues();
  const { filters, rows, allRows, timeColumn } = collection;
  const scope = scopeCondition(filters, caller, sql);
  const isFiltered = scope !== "" || Object.keys(filters).some((name) => values.has(name));
  const unsorted =
    groups !== undefined
      ? statisticsRows(groups, values, range, sql)
      : allRows === undefined || isFiltered
        ? rows(`${conditions(values, filters, { ...range, column: timeColumn }, sql)}${scope}`)
        : allRows({ since: timeIn(range.since, sql), until: timeIn(range.until, sql) });
  const query =
    sort === undefined ? unsorted : sort.query(collection.sortedRows?.(unsorted, scope) ?? unsorted);
  const after = cursor === undefined ? "true" : afterCursor(order, cursor.keys, sql);
  const keys = order.map(({ column, type }, place) => `${keyText(column, type)} as key_${place}`);
  const text = `
    select row_to_json(shown)::text as json, octet_length(row_to_json(shown)::text) as bytes, ${keys.join(", ")}
    from (
      select * from (${query}) as rows
      where ${after}
      order by ${orderBy(order)}
      limit ${sql.add(limit + 1)}
    ) as rows ${collection.joins?.(scope) ?? ""},
    lateral (select ${selectedOf(collection, values)}) as shown
    order by ${orderBy(order)}`;
  return { text, values: sql.list };
}

interface ChosenSort {
  /** Sort and direction, as a cursor keeps them. */
  readonly name: string;
  readonly order: readonly OrderKey[];
  readonly query: (rows: string) => string;
}

/** `undefined`: the list's own order. */
function sortOf({ sorts = {}, order }: Collection, values: ParameterValues): ChosenSort | undefined {
  const name = values.get("sort")?.[0] as string | undefined;
  const sort = name === undefined ? undefined : sorts[name];
  if (sort === undefined) return undefined;
  const descending = (singleValue(values, "order", ORDER) ?? "desc") === "desc";
  const { sql, type } = sort;
  // What makes the rows unique is what the list's own order ends with.
  const unique = order.slice(-1).map((key) => ({ ...key, descending }));
  return {
    name: `${name} ${descending ? "desc" : "asc"}`,
    order: [{ column: "sort_key", type, descending }, ...unique],
    query: (rows) => `select rows.*, (${sql})::${type} as sort_key from (${rows}) as rows`,
  };
}

const timeIn = (time: string | undefined, sql: SqlValues): string | undefined =>
  time === undefined ? undefined : `${sql.add(time)}::timestamptz`;

interface FoundRow {
  readonly json: string;
  readonly bytes: number;
  readonly [key: `key_${number}`]: string;
}

const NIL_UUID = "00000000-0000-0000-0000-000000000000";

interface PageShape {
  readonly limit: number;
  readonly maxBytes: number;
  readonly range: TimeRange;
  readonly keyCount: number;
  readonly sort: string | undefined;
}

/** @param searchedSince where a search was ended by its time: what began earlier was not looked at */
function pageOf(
  found: readonly FoundRow[],
  { limit, maxBytes, range, keyCount, sort }: PageShape,
  searchedSince?: string,
): Page {
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
  if (!hasMore && searchedSince !== undefined)
    return {
      rows: found.map(({ json }) => json),
      // No row has this id: what began before goes on.
      next: cursorText({ keys: [searchedSince, NIL_UUID], range, sort }),
      truncated: "time",
      searchedSince,
      range,
    };
  return {
    rows: found.slice(0, count).map(({ json }) => json),
    next: hasMore ? cursorText({ keys, range, sort }) : undefined,
    truncated: hasMore && count < limit ? "bytes" : undefined,
    range,
  };
}

const selectedOf = ({ columns, onRequest, always }: Collection, values: ParameterValues): string =>
  selected(values.has("fields") ? { ...columns, ...onRequest } : columns, values, always);

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
