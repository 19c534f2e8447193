import type pg from "pg";
import { readMigrationFiles } from "./migration-files.js";
import { changedSince, MIGRATION_TABLE } from "./migration-table.js";
import { storeFailure } from "./store-failure.js";

export interface MigrationStatus {
  /** Every migration is applied, and no file has changed since. */
  readonly upToDate: boolean;
  /** In order; `at` is ISO 8601. */
  readonly applied: readonly { readonly name: string; readonly at: string }[];
  readonly pending: readonly string[];
  /** Applied by a later version of this package. */
  readonly unknown: readonly string[];
  /** The file is not the one that was applied. */
  readonly changed: readonly string[];
}

/** What the database has of the migrations, without changing anything. Throws `StoreError`. */
export async function migrationStatus(pool: pg.Pool, folder?: string): Promise<MigrationStatus> {
  const files = await readMigrationFiles(folder);
  try {
    const applied = await readApplied(pool);
    const changed = applied.length === 0 ? [] : await changedSince(pool, files);
    const has = new Set(applied.map(({ name }) => name));
    const pending = files.map(({ name }) => name).filter((name) => !has.has(name));
    const known = new Set(files.map(({ name }) => name));
    const unknown = [...has].filter((name) => !known.has(name));
    return { upToDate: pending.length === 0 && changed.length === 0, applied, pending, unknown, changed };
  } catch (error) {
    throw storeFailure(error);
  }
}

async function readApplied(pool: pg.Pool): Promise<MigrationStatus["applied"]> {
  const { rows: found } = await pool.query<{ found: boolean }>(
    "select to_regclass($1) is not null as found",
    [MIGRATION_TABLE],
  );
  if (found[0]?.found !== true) return [];
  const { rows } = await pool.query<{ name: string; at: string }>(
    `select name, timestamp as at from ${MIGRATION_TABLE} order by name`,
  );
  return rows;
}
