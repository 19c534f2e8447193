/**
 * Rows in canonical form. A row is a JSON object of its columns that are not null, by name in the order of their bytes, without spaces; each
 * value is the text that Postgres writes for it, as a JSON string, so no number is rounded. An action has its file operation as such an
 * object under `file_operation`. Everything is a string, so this is the form of RFC 8785. Columns that a later version adds are null in rows
 * from before, and change nothing.
 */
import { hash } from "node:crypto";
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
const READ_ROWS = 128;

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
  const columns = new Columns(
    kind,
    fields.map(({ name }) => name),
  );
  return rows.map((row) => columns.formOf(row));
}

const FILE = "file.";

interface Column {
  readonly place: number;
  /** Name, quoted, with a colon. */
  readonly member: string;
}

/** The first column is `created_at` as the log writes it; columns of file operations have {@link FILE} before their name. */
class Columns {
  readonly #own: readonly Column[];
  readonly #file: readonly Column[];
  readonly #id: number;
  readonly #kafka: readonly number[];

  constructor(kind: RowKind, names: readonly string[]) {
    // Names of columns are ASCII, so their order as texts is that of their bytes. The file operation is a member among them.
    const inOrder = (columns: readonly (readonly [name: string, place: number])[]): Column[] =>
      [...columns]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, place]) => ({ place, member: `${JSON.stringify(name)}:` }));
    const all = names.slice(1).map((name, at) => [name, at + 1] as const);
    const files = all.filter(([name]) => name.startsWith(FILE));
    const own = all.filter(([name]) => !name.startsWith(FILE));
    this.#file = inOrder(files.map(([name, place]) => [name.slice(FILE.length), place]));
    this.#own = inOrder(files.length === 0 ? own : [...own, ["file_operation", FILE_PLACE]]);
    this.#id = names.indexOf(ROW_KINDS[kind].id);
    this.#kafka = ["kafka_topic", "kafka_partition", "kafka_offset"].map((name) => names.indexOf(name));
  }

  formOf(row: readonly (string | null)[]): FormedRow {
    const [topic, partition, offset] = this.#kafka.map((place) => row[place] ?? "");
    return {
      id: row[this.#id] ?? "",
      createdAt: row[0] ?? "",
      sha256: hash("sha256", this.#object(row, this.#own), "buffer"),
      kafka: topic === "" ? undefined : `${topic}/${partition}/${offset}`,
    };
  }

  #object(row: readonly (string | null)[], columns: readonly Column[]): string {
    let text = "";
    for (const { place, member } of columns) {
      const value = place === FILE_PLACE ? this.#fileOf(row) : row[place];
      if (value === null || value === undefined) continue;
      text += `${text === "" ? "{" : ","}${member}${place === FILE_PLACE ? value : JSON.stringify(value)}`;
    }
    return `${text === "" ? "{" : text}}`;
  }

  #fileOf(row: readonly (string | null)[]): string | null {
    const isThere = this.#file.some(({ place }) => row[place] !== null);
    return isThere ? this.#object(row, this.#file) : null;
  }
}

const FILE_PLACE = -1;

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
