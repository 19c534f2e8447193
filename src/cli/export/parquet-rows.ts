import { ACTION_LIST_COLUMNS } from "../../api/collections/actions.js";
import type { Schema } from "../../api/query/column.js";
import type { ParquetColumn, ParquetType } from "../../parquet/parquet-columns.js";
import { writeParquet } from "../../parquet/write-parquet.js";
import { rawMembers } from "../../store/raw-members.js";
import type { ExportSink } from "./output-file.js";

const TYPES: Readonly<Record<string, ParquetType>> = {
  uuid: "uuid",
  "date-time": "timestamp",
  integer: "integer",
  boolean: "boolean",
  array: "texts",
  string: "text",
};

/** A column without a type is JSON of any. */
function parquetType({ format, type }: Schema): ParquetType {
  const [name] = Array.isArray(type) ? type : [];
  return TYPES[String(format ?? name)] ?? "json";
}

/** What only lists say: what they have cut. Here nothing is. */
const OF_LISTS = new Set(["details_bytes", "truncated"]);

/** The columns of a list of actions, by what the API says of their types. */
export const PARQUET_COLUMNS: readonly ParquetColumn[] = Object.entries(ACTION_LIST_COLUMNS)
  .filter(([name]) => !OF_LISTS.has(name))
  .map(([name, { schema }]) => ({ name, type: parquetType(schema) }));

/** @param rows texts of JSON objects */
export async function writeParquetRows(
  rows: AsyncIterable<string>,
  sink: Pick<ExportSink, "writeBytes">,
): Promise<void> {
  await writeParquet(valuesOf(rows), { columns: PARQUET_COLUMNS, write: sink.writeBytes });
}

async function* valuesOf(rows: AsyncIterable<string>): AsyncGenerator<Readonly<Record<string, unknown>>> {
  for await (const row of rows) {
    const members = rawMembers(row);
    yield Object.fromEntries(PARQUET_COLUMNS.map((column) => [column.name, storedOf(column, members)]));
  }
}

function storedOf({ name, type }: ParquetColumn, members: ReadonlyMap<string, string>): unknown {
  const json = members.get(name);
  if (json === undefined || json === "null") return null;
  // The text itself: numbers in it keep all their digits.
  return type === "json" || type === "integer" ? json : JSON.parse(json);
}
