import type pg from "pg";

/** What of a table is archived. */
export interface ArchiveSource {
  /** Name of the table, without a schema, and of the file. */
  readonly table: string;
  /** Beginning and end of a week; the end does not belong to it. */
  readonly from: Date;
  readonly to: Date;
}

/** What a file holds. */
export interface ArchiveContent {
  readonly rows: number;
  /** Hex; of what, the form says. */
  readonly sha256: string;
}

/** How rows are written to a file and read back. */
export interface ArchiveForm {
  /** Of the file's name, with the dot. */
  readonly extension: string;
  /**
   * Writes the rows, and resolves once they are on the disk. Throws what Postgres and the file system throw.
   *
   * @param client in a transaction that sees the same rows throughout
   */
  write(client: pg.PoolClient, source: ArchiveSource, file: string): Promise<ArchiveContent>;
  /** Reads all of the file. `undefined` where it cannot be read to its end as what this form writes. */
  read(file: string): Promise<ArchiveContent | undefined>;
}

/** `from` and `where` of the rows, as `target`. */
export const rangeOf = ({ table, from, to }: ArchiveSource): string =>
  `from ${table} as target where created_at >= '${from.toISOString()}' and created_at < '${to.toISOString()}'`;

const FETCH_ROWS = 1_000;

/** Each row as one JSON object, some thousand in memory. */
export async function* rowsAsJson(client: pg.PoolClient, source: ArchiveSource): AsyncGenerator<string> {
  await client.query(`declare archived cursor for select to_jsonb(target)::text as line ${rangeOf(source)}`);
  for (;;) {
    const { rows } = await client.query<{ line: string }>(`fetch ${FETCH_ROWS} from archived`);
    if (rows.length === 0) return;
    for (const { line } of rows) yield line;
  }
}
