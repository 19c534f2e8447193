import pg from "pg";
import type { PostgresSettings } from "../config/postgres-settings.js";
import { MigrationError } from "../errors.js";
import { describeError } from "../internal/describe-error.js";
import { applyMigrations, MigrationFailure, NewerDatabase } from "./apply-migrations.js";
import { type MigrationFile, readMigrationFiles } from "./migration-files.js";
import { changedSince } from "./migration-table.js";
import { beginWith } from "./pool.js";
import { classifyFailure, sqlstateOf } from "./sqlstate.js";

export interface MigrateOptions {
  readonly log?: (message: string) => void;
  /** Where the numbered files are. @default `migrations/` of this package */
  readonly folder?: string;
}

export interface MigrationResult {
  /** Names of what was applied now, in order; empty when nothing was missing. */
  readonly applied: readonly string[];
  /** Name of the last migration that the database has. */
  readonly current: string | undefined;
}

/**
 * Brings the tables up to date: whatever is missing is applied in order, in one transaction, under a lock that others
 * wait for. So any number may start at once: one applies, the others find it done.
 *
 * Throws `MigrationError`, and the database is as it was; `retriable` when it was only not to be reached.
 */
export async function migrate(
  settings: PostgresSettings,
  { log = () => undefined, folder }: MigrateOptions = {},
): Promise<MigrationResult> {
  const files = await readMigrationFiles(folder);
  const pool = migrationPool(settings);
  try {
    const applied = await applyMigrations(pool, files, await currentSchema(pool));
    for (const name of applied) log(`Applied ${name}`);
    await refuseChanged(pool, files);
    return { applied, current: files.at(-1)?.name };
  } catch (error) {
    throw error instanceof MigrationError ? error : migrationError(error);
  } finally {
    await pool.end();
  }
}

// A pool of its own: the writers' statement timeout would end a long migration, and whoever waits for its lock.
function migrationPool(settings: PostgresSettings): pg.Pool {
  const pool = new pg.Pool({
    ...settings.connection.reveal(),
    max: 1,
    application_name: `${settings.applicationName} migrate`,
    connectionTimeoutMillis: settings.connectionTimeoutMillis,
    keepAlive: true,
  });
  // Nor does a limit of the database or of the role end them.
  beginWith(pool, { statement_timeout: 0, lock_timeout: 0, idle_in_transaction_session_timeout: 0 });
  // Whoever uses the connection next hears of it too; without a listener Node ends the process.
  pool.on("error", () => undefined);
  return pool;
}

async function currentSchema(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ schema: string | null; encoding: string }>(
    "select current_schema() as schema, getdatabaseencoding() as encoding",
  );
  const { schema, encoding } = rows[0] ?? {};
  // Any other encoding has no place for most of the texts that agents read and write.
  if (encoding !== "UTF8")
    throw new MigrationError(`The database's encoding is ${encoding}. Create one with: encoding 'UTF8'`);
  if (schema) return schema;
  throw new MigrationError(
    "The connection has no schema to put tables in: create the one that search_path names, or grant its use.",
  );
}

async function refuseChanged(pool: pg.Pool, files: readonly MigrationFile[]): Promise<void> {
  const changed = await changedSince(pool, files);
  if (changed.length === 0) return;
  throw new MigrationError(
    `${changed.join(", ")}: the file is not the one that was applied. Put it back as it was, and say what is new in a migration of its own.`,
  );
}

function migrationError(failure: unknown): MigrationError {
  const { cause: error, file } =
    failure instanceof MigrationFailure ? failure : { cause: failure, file: undefined };
  const place = file === undefined ? "" : `${file.name}.sql${lineOf(error, file)}: `;
  const reason =
    error instanceof NewerDatabase
      ? `the database has ${error.migration}, which this version does not know. Use the version that applied it, or a later one`
      : [describeError(error).message, ...hintsOf(error)].join(". ");
  return new MigrationError(`The database was not migrated: ${place}${reason}`, {
    cause: error,
    retriable: ["outage", "contention"].includes(classifyFailure(error)),
  });
}

function lineOf(error: unknown, { sql: text }: MigrationFile): string {
  if (sqlstateOf(error) === undefined || !(error instanceof pg.DatabaseError) || !error.position) return "";
  return `, line ${text.slice(0, Number(error.position) - 1).split("\n").length}`;
}

const hintsOf = (error: unknown): string[] =>
  error instanceof pg.DatabaseError
    ? [error.detail, error.hint, error.code && `SQLSTATE ${error.code}`].filter((text) => text !== undefined)
    : [];
