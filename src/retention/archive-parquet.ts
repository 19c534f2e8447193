import { createHash, type Hash } from "node:crypto";
import { open } from "node:fs/promises";
import type pg from "pg";
import { type ParquetColumn, type ParquetType, storedValue } from "../parquet/parquet-columns.js";
import { readParquet } from "../parquet/read-parquet.js";
import { writeParquet } from "../parquet/write-parquet.js";
import { rawMembers } from "../store/raw-members.js";
import { type ArchiveForm, type ArchiveSource, rangeOf, rowsAsJson } from "./archive-form.js";

/**
 * Apache Parquet, the columns of the table in their order. The SHA-256 is of the values, row by row, as `addValues` writes them: what was read back is held against
 * what Postgres returned, and not against bytes that were written.
 */
export const PARQUET: ArchiveForm = {
  extension: ".parquet",
  async write(client, source, file) {
    const columns = await columnsOf(client, source);
    const hash = createHash("sha256");
    async function* rows(): AsyncGenerator<Readonly<Record<string, unknown>>> {
      for await (const line of rowsAsJson(client, source)) {
        const members = rawMembers(line);
        const row = Object.fromEntries(columns.map((column) => [column.name, memberOf(column, members)]));
        addValues(
          hash,
          columns.map((column) => storedValue(column, row[column.name]).value),
        );
        yield row;
      }
    }
    const handle = await open(file, "w");
    try {
      const write = async (bytes: Uint8Array): Promise<void> => handle.writeFile(bytes);
      const { rows: written } = await writeParquet(rows(), { columns, write });
      await handle.sync();
      return { rows: written, sha256: hash.digest("hex") };
    } finally {
      await handle.close();
    }
  },
  async read(file) {
    const hash = createHash("sha256");
    let rows = 0;
    const handle = await open(file, "r").catch(() => undefined);
    if (handle === undefined) return undefined;
    try {
      const { size: byteLength } = await handle.stat();
      const slice = async (start: number, end = byteLength): Promise<ArrayBuffer> => {
        const bytes = new Uint8Array(end - start);
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
        return bytes.buffer.slice(0, bytesRead);
      };
      for await (const row of readParquet({ byteLength, slice })) {
        rows += 1;
        addValues(hash, Object.values(row));
      }
    } catch {
      return undefined;
    } finally {
      await handle.close();
    }
    return { rows, sha256: hash.digest("hex") };
  },
};

const TYPES: Readonly<Record<string, ParquetType>> = {
  uuid: "uuid",
  timestamptz: "timestamp",
  int2: "integer",
  int4: "integer",
  int8: "integer",
  float4: "double",
  float8: "double",
  bool: "boolean",
  jsonb: "json",
  json: "json",
  _text: "texts",
};

/** By the types of Postgres. What is none of them is text, `numeric` among them, which has more digits than a number of Parquet. */
async function columnsOf(client: pg.PoolClient, source: ArchiveSource): Promise<readonly ParquetColumn[]> {
  const { rows } = await client.query<{ name: string; type: string }>(
    `select attname as name, typname as type from pg_attribute join pg_type on pg_type.oid = atttypid
     where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [source.table],
  );
  const columns = rows.map(({ name, type }) => ({ name, type: TYPES[type] ?? ("text" as const) }));
  const times = columns.filter(({ type }) => type === "timestamp");
  if (times.length === 0) return columns;
  // Parquet has no infinity, and JavaScript reads no year before 1 and after 9999: such a column keeps the texts of Postgres.
  const checks = times.map(
    ({ name }) =>
      `bool_and("${name}" is null or "${name}" >= '0001-01-02Z' and "${name}" < '9999-12-31Z') as "${name}"`,
  );
  const [usable = {}] = (
    await client.query<Record<string, boolean | null>>(`select ${checks.join(", ")} ${rangeOf(source)}`)
  ).rows;
  return columns.map((column) => (usable[column.name] === false ? { ...column, type: "text" } : column));
}

/** A member of a row, for a column. The texts of numbers and JSON are kept, with all their digits. */
function memberOf({ name, type }: ParquetColumn, members: ReadonlyMap<string, string>): unknown {
  const json = members.get(name);
  if (json === undefined || json === "null") return null;
  if (type === "json" || type === "integer") return json;
  const value: unknown = JSON.parse(json);
  return type === "text" && typeof value !== "string" ? json : value;
}

/** Each value as JSON, and a line feed after each row; integers and times as their digits, JSON as its text, null for none. */
function addValues(hash: Hash, values: readonly unknown[]): void {
  const texts = values.map((value) => {
    if (value === undefined) return "null";
    if (typeof value === "bigint") return String(value);
    return JSON.stringify(value instanceof Uint8Array ? Buffer.from(value).toString() : value);
  });
  hash.update(`${texts.join()}\n`);
}
