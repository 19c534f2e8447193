import type pg from "pg";
import type { MigrationFile } from "./migration-files.js";

/** Where the database remembers what was applied. */
export const MIGRATION_TABLE = "agent_actions_migrations";

/** Remembers what was in the files that were just applied, in the transaction of the client. */
export async function noteChecksums(client: pg.ClientBase, files: readonly MigrationFile[]): Promise<void> {
  await client.query(
    `update ${MIGRATION_TABLE} applied set sha256 = file.sha256
     from unnest($1::text[], $2::text[]) as file (name, sha256)
     where applied.name = file.name and applied.sha256 is null`,
    [files.map(({ name }) => name), files.map(({ sha256 }) => sha256)],
  );
}

/** Names of files that are not what they were when they were applied. */
export async function changedSince(
  pool: pg.Pool,
  files: readonly MigrationFile[],
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ name: string; sha256: string | null }>(
    `select name, sha256 from ${MIGRATION_TABLE} where sha256 is not null order by name`,
  );
  const applied = new Map(rows.map(({ name, sha256 }) => [name, sha256]));
  return files
    .filter(({ name, sha256 }) => applied.has(name) && applied.get(name) !== sha256)
    .map(({ name }) => name);
}
