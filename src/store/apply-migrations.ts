/**
 * Applies migrations. All that are missing are one transaction, under a lock that others wait for until it ends: so any number of
 * processes may start at once, and one that is killed leaves nothing behind.
 */
import pg from "pg";
import type { MigrationFile } from "./migration-files.js";
import { MIGRATION_TABLE, noteChecksums } from "./migration-table.js";
import { inTransaction } from "./on-connection.js";

/** What went wrong in one file; `cause` is what Postgres threw. */
export class MigrationFailure extends Error {
  override readonly name = "MigrationFailure";
  readonly file: MigrationFile;

  constructor(file: MigrationFile, cause: unknown) {
    super(`${file.name} was not applied`, { cause });
    this.file = file;
  }
}

/** The database has a migration that is not among the files. */
export class NewerDatabase extends Error {
  override readonly name = "NewerDatabase";
  readonly migration: string;

  constructor(migration: string) {
    super(`${migration} is not known`);
    this.migration = migration;
  }
}

/** The key of an advisory lock, which is the same in all versions of this package, 0.1.0 included. */
const LOCK_KEY = "3853314791062309107";

/**
 * @param files all that there are, in the order in which they are applied
 * @param schema where the table of what was applied is; in another one it would be another installation's
 * @returns names of those that were applied now
 * @throws MigrationFailure, NewerDatabase, and what Postgres throws
 */
export async function applyMigrations(
  pool: pg.Pool,
  files: readonly MigrationFile[],
  schema: string,
): Promise<readonly string[]> {
  const table = `${pg.escapeIdentifier(schema)}.${MIGRATION_TABLE}`;
  return inTransaction(pool, async (client) => {
    await client.query(`select pg_advisory_xact_lock(${LOCK_KEY})`);
    const { rows: found } = await client.query<{ found: boolean }>(
      "select to_regclass($1) is not null as found",
      [table],
    );
    if (found[0]?.found !== true)
      await client.query(
        `create table ${table} (name varchar(255) primary key, timestamp varchar(255) not null)`,
      );
    const { rows } = await client.query<{ name: string }>(`select name from ${table} order by name`);
    const has = new Set(rows.map(({ name }) => name));
    for (const { name } of rows) if (!files.some((file) => file.name === name)) throw new NewerDatabase(name);
    const missing = files.filter(({ name }) => !has.has(name));
    for (const file of missing) await apply(client, file, table);
    await noteChecksums(client, files);
    return missing.map(({ name }) => name);
  });
}

async function apply(client: pg.PoolClient, file: MigrationFile, table: string): Promise<void> {
  try {
    // Without parameters, so that a file may hold many statements.
    await client.query(file.sql);
  } catch (error) {
    throw new MigrationFailure(file, error);
  }
  // The first migration gives the table its column for the checksum.
  await client.query(`insert into ${table} (name, timestamp) values ($1, $2)`, [
    file.name,
    new Date().toISOString(),
  ]);
}
