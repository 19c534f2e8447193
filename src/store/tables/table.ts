import { createHash } from "node:crypto";
import type { EventKind, RecordKind } from "../../event/index.js";
import { arrayLiteral } from "../array-literal.js";
import { binaryArray } from "../binary-array.js";

/** A column that an insert fills: how a row says it, as text that PostgreSQL reads by the column's type. */
export interface Column<Row> {
  readonly name: string;
  readonly type:
    | "uuid"
    | "text"
    | "text[]"
    | "jsonb"
    | "integer"
    | "bigint"
    | "numeric"
    | "boolean"
    | "timestamptz";
  /** `undefined`: null. */
  readonly read: (row: Row) => string | undefined;
  /** The field of an event that it is read from: null in all rows where no event of them has it. Absent: it is asked for in each. */
  readonly from?: string;
}

/** What a statement of an {@link Insert} returns: one row. */
export interface InsertResult {
  readonly inserted: number;
  /** Rows that were there and were changed. */
  readonly merged: number;
  /** Ids of merged rows, and of written ones that several events of the statement made; `null` for none. */
  readonly touched: readonly string[] | null;
}

/** One table's insert: a named statement that takes one array a column and returns an {@link InsertResult}. */
export interface Insert<Row> {
  readonly table: string;
  readonly statement: Statement;
  readonly columns: readonly Column<Row>[];
  /** Rows are written in this order, so that two transactions with the same rows wait for each other and never deadlock. */
  readonly sortKey: (row: Row) => string;
  /**
   * Where `on conflict do update` would refuse to touch a row twice: rows of one key become one row (`merge`), or go into
   * statements of their own (`apart`). With `merge`, the statement's last parameter is an array of the ids of such rows.
   */
  readonly sameKey?: "apart" | ((rows: readonly Row[]) => MergedRow);
}

export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** A parameter as text, or, as bytes, in the binary form of its type. */
export type StatementValue = string | Buffer | null;

/** A row that several events made, by the names of its columns. */
export class MergedRow {
  readonly id: string;
  readonly columns: ReadonlyMap<string, string | undefined>;
  /** Events that the row holds something of; the others say nothing that these do not. */
  readonly contributors: number;

  constructor(id: string, columns: ReadonlyMap<string, string | undefined>, contributors: number) {
    this.id = id;
    this.columns = columns;
    this.contributors = contributors;
  }
}

export type InsertOfKind<Row> = Readonly<Record<RecordKind, Insert<Row>>>;

/**
 * `insert ... on conflict do nothing`: what is there already stays.
 *
 * @param kind name in the change feed; `undefined` for tables whose rows are not in it
 */
export function insertOnce<Row>(
  table: string,
  kind: EventKind | undefined,
  columns: readonly Column<Row>[],
  sortKey: (row: Row) => string,
): Insert<Row> {
  const returned = kind === undefined ? "true" : "id, created_at";
  const insert = `${insertInto(table, columns)} on conflict do nothing returning ${returned}, false as merged`;
  return { table, statement: statement(`insert_${table}`, counted(insert, kind)), columns, sortKey };
}

/** A name of its own for every text, so that what another version prepared on a pooled connection is never taken for it. */
export const statement = (name: string, text: string): Statement => ({
  name: `${name}_${createHash("sha256").update(text, "utf8").digest("hex").slice(0, 8)}`,
  text,
});

export const insertInto = <Row>(table: string, columns: readonly Column<Row>[]): string =>
  `insert into ${table} (${columns.map(({ name }) => name).join(", ")}) ${selectRows(columns)}`;

/** The rows of one statement, with the types of their table. */
export const selectRows = <Row>(columns: readonly Column<Row>[]): string =>
  `select ${columns.map(selected).join(", ")} from ${rowsOf(columns)}`;

/**
 * Counts what an insert that returns `id, created_at, merged` has written, and adds it to the change feed.
 *
 * @param touched condition for the ids to return beside the counts
 */
export function counted(insert: string, kind: EventKind | undefined, touched = "false"): string {
  const feed = `, feed as (${CHANGE_FEED_INSERT} select '${kind}', array_agg(id), array_agg(created_at) from written having count(*) > 0)`;
  const ids = kind === undefined ? "null" : `array_agg(id) filter (where ${touched})`;
  return `with written as (${insert})${kind === undefined ? "" : feed}
    select count(*) filter (where not merged)::int as inserted, count(*) filter (where merged)::int as merged, ${ids} as touched
    from written`;
}

/** One row for all rows of one kind that a statement has written. */
export const CHANGE_FEED_INSERT = "insert into agent_action_changes (kind, ids, created_ats)";

/** The rows of one statement as a relation `x`: measured against JSON, arrays cost Postgres a third less of its CPU. */
export function rowsOf<Row>(columns: readonly Column<Row>[]): string {
  const arrays = columns.map(({ type }, index) => `$${index + 1}::${type === "text[]" ? "text" : type}[]`);
  return `unnest(${arrays.join(", ")}) as x (${columns.map(({ name }) => name).join(", ")})`;
}

/** The parameters of an insert's statement: an array a column, in binary form where there is one of its type. */
export function parametersOf<Row>(
  columns: readonly Column<Row>[],
  rows: readonly (Row | MergedRow)[],
): StatementValue[] {
  const said = fieldsSaidIn(rows);
  return columns.map(({ name, read, type, from }) => {
    if (said !== undefined && from !== undefined && !said.has(from)) return null;
    const values = rows.map((row) => (row instanceof MergedRow ? row.columns.get(name) : read(row)));
    const binary = type === "text[]" || type === "numeric" ? undefined : binaryArray(values, type);
    return binary === undefined ? arrayLiteral(values, !PLAIN.has(type)) : binary;
  });
}

/** The fields that events have: of forty columns most are null in most batches. `undefined` where rows are not of one event each. */
function fieldsSaidIn(rows: readonly unknown[]): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const row of rows) {
    if (!isOfEvent(row)) return undefined;
    for (const name in row.fields) names.add(name);
  }
  return names;
}

const isOfEvent = (row: unknown): row is { readonly fields: object } =>
  typeof row === "object" && row !== null && "fields" in row;

const PLAIN: ReadonlySet<string> = new Set([
  "uuid",
  "integer",
  "bigint",
  "numeric",
  "boolean",
  "timestamptz",
]);

// `unnest` would take an array of arrays apart to its elements, so an array travels as its text.
const selected = ({ name, type }: Column<never>): string =>
  type === "text[]" ? `x.${name}::text[]` : `x.${name}`;
