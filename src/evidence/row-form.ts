/**
 * Rows in canonical form. A row is a JSON object of its columns that are not null, by name in the order of their bytes, without spaces; each
 * value is the text that Postgres writes for it, as a JSON string, so no number is rounded. An action has its file operation as such an
 * object under `file_operation`. Everything is a string, so this is the form of RFC 8785. Columns that a later version adds are null in rows
 * from before, and change nothing.
 */
import { createHash } from "node:crypto";
import type pg from "pg";
import { ROW_KINDS, type RowKind } from "./leaf.js";

/** A row as the log knows it. */
export interface FormedRow {
  readonly id: string;
  /** ISO 8601 in UTC with microseconds. */
  readonly createdAt: string;
  readonly sha256: Buffer;
  readonly kafka: string | undefined;
}

/** How Postgres writes values. For the transaction; names are looked up as before. */
export const TEXT_FORM = `
  set local timezone = 'UTC'; set local datestyle = 'ISO, MDY'; set local intervalstyle = 'postgres';
  set local bytea_output = 'hex'; set local extra_float_digits = 1`;

/** So many rows are read at once: one may have a megabyte of contents. */
const READ_ROWS = 64;

/** The rows of these ids that there are. Throws what Postgres throws. */
export async function readRows(
  client: pg.ClientBase,
  kind: RowKind,
  ids: readonly string[],
  createdAts: readonly string[],
): Promise<readonly FormedRow[]> {
  const rows: FormedRow[] = [];
  for (let at = 0; at < ids.length; at += READ_ROWS) {
    const values = [ids.slice(at, at + READ_ROWS), createdAts.slice(at, at + READ_ROWS)];
    rows.push(...(await formed(client, kind, STATEMENTS[kind].named, values)));
  }
  return rows;
}

/** Rows behind this id, in the order of ids, at most {@link READ_ROWS}. Throws what Postgres throws. */
export const readRowsAfter = (
  client: pg.ClientBase,
  kind: RowKind,
  id: string | undefined,
): Promise<readonly FormedRow[]> =>
  formed(client, kind, STATEMENTS[kind].after, [id ?? "00000000-0000-0000-0000-000000000000"]);

async function formed(
  client: pg.ClientBase,
  kind: RowKind,
  text: string,
  values: unknown[],
): Promise<FormedRow[]> {
  const { rows, fields } = await client.query<(string | null)[]>({
    text,
    values,
    rowMode: "array",
    // The text is what is hashed.
    types: { getTypeParser: () => (value: string) => value },
  } as pg.QueryArrayConfig);
  const names = fields.map(({ name }) => name);
  return rows.map((row) => formOf(kind, names, row));
}

const FILE = "file.";

/** The first column is `created_at` as the log writes it; columns of file operations have {@link FILE} before their name. */
function formOf(kind: RowKind, names: readonly string[], row: readonly (string | null)[]): FormedRow {
  const columns = new Map<string, string>();
  const file = new Map<string, string>();
  for (let at = 1; at < names.length; at++) {
    const name = names[at] ?? "";
    const value = row[at];
    if (value === null || value === undefined) continue;
    if (name.startsWith(FILE)) file.set(name.slice(FILE.length), value);
    else columns.set(name, value);
  }
  const members = [...columns].map(([name, value]): [string, string] => [name, JSON.stringify(value)]);
  if (file.size > 0)
    members.push([
      "file_operation",
      objectOf([...file].map(([name, value]) => [name, JSON.stringify(value)])),
    ]);
  const topic = columns.get("kafka_topic");
  return {
    id: columns.get(ROW_KINDS[kind].id) ?? "",
    createdAt: row[0] ?? "",
    sha256: createHash("sha256").update(objectOf(members)).digest(),
    kafka:
      topic === undefined
        ? undefined
        : `${topic}/${columns.get("kafka_partition") ?? ""}/${columns.get("kafka_offset") ?? ""}`,
  };
}

/** Values are JSON already. Names of columns are ASCII, so their order as texts is that of their bytes. */
function objectOf(members: readonly (readonly [name: string, json: string])[]): string {
  const ordered = [...members].sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${ordered.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(",")}}`;
}

/** `created_at` of a table as entries write it. */
export const isoOf = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const FILE_COLUMNS = [
  "action_id",
  "correlation_id",
  "agent_name",
  "operation_type",
  "file_path",
  "file_path_hash",
  "file_name",
  "file_extension",
  "content_hash_before",
  "content_hash_after",
  "content_changed",
  "tool_name",
  "line_range",
  "operation_params",
  "success",
  "error_message",
  "bytes_read",
  "bytes_written",
  "duration_ms",
  "created_at",
];

function statementsOf(kind: RowKind): { readonly named: string; readonly after: string } {
  const { table, id } = ROW_KINDS[kind];
  const isAction = kind === "action";
  const files = isAction
    ? `, ${FILE_COLUMNS.map((name) => `file.${name} as "${FILE}${name}"`).join(", ")}`
    : "";
  const join = isAction
    ? "left join agent_file_operations file on (file.action_id, file.created_at) = (target.id, target.created_at)"
    : "";
  const select = `select ${isoOf("target.created_at")}, target.*${files}`;
  const sameTime = isAction ? "and target.created_at = asked.created_at" : "";
  return {
    named: `${select} from unnest($1::uuid[], $2::timestamptz[]) as asked (id, created_at)
      join ${table} target on target.${id} = asked.id ${sameTime} ${join}`,
    after: `${select} from (select * from ${table} where ${id} > $1::uuid order by ${id} limit ${READ_ROWS}) as target ${join}
      order by target.${id}`,
  };
}

const STATEMENTS = Object.fromEntries(
  (Object.keys(ROW_KINDS) as RowKind[]).map((kind) => [kind, statementsOf(kind)]),
) as Readonly<Record<RowKind, ReturnType<typeof statementsOf>>>;
