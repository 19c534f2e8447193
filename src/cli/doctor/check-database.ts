import type { Pool } from "pg";
import { describeError } from "../../internal/describe-error.js";
import { migrationStatus } from "../../store/migration-status.js";
import { classifyFailure } from "../../store/sqlstate.js";
import { formatCount } from "../format/values.js";
import { type ClockReading, checkPostgresClock } from "./check-clock.js";
import { type Finding, fail, ok, skipped } from "./findings.js";

/** The oldest major version that is tested. */
export const MINIMUM_POSTGRES = 14;

/** Looks whether Postgres responds, how old it is, what its clock says and whether its tables are up to date. */
export async function checkDatabase(pool: Pool, target: string): Promise<Finding[]> {
  try {
    const { version, clock } = await readServer(pool);
    return [checkVersion(version, target), await checkMigrations(pool), checkPostgresClock(clock)];
  } catch (error) {
    return [
      fail(
        "database",
        "connection",
        `${target} cannot be used: ${describeError(error).message}`,
        remedyFor(error),
      ),
      skipped("database", "migrations", "no database to look at"),
      skipped("clock", "postgres", "no Postgres to ask"),
    ];
  }
}

function remedyFor(error: unknown): string {
  return classifyFailure(error) === "setup"
    ? "check user, password and database in DATABASE_URL or POSTGRES_*"
    : "start Postgres there, or set DATABASE_URL to where it is; for a try: agent-actions dev";
}

interface ServerAnswer {
  readonly version: string;
  readonly clock: ClockReading;
}

async function readServer(pool: Pool): Promise<ServerAnswer> {
  // The first query opens the connection, which would count as part of the round trip.
  await pool.query("select 1");
  const asked = new Date();
  const { rows } = await pool.query<{ version: string; theirs: Date }>(
    "select current_setting('server_version') as version, clock_timestamp() as theirs",
  );
  const responded = new Date();
  const [row] = rows;
  if (row === undefined) throw new Error("Postgres returned no row");
  return { version: row.version, clock: { theirs: row.theirs, asked, responded } };
}

function checkVersion(version: string, target: string): Finding {
  return Number.parseInt(version, 10) >= MINIMUM_POSTGRES
    ? ok("database", "connection", `PostgreSQL ${version} at ${target}`)
    : fail(
        "database",
        "connection",
        `PostgreSQL ${version} at ${target} is older than ${MINIMUM_POSTGRES}`,
        `use PostgreSQL ${MINIMUM_POSTGRES} or newer`,
      );
}

async function checkMigrations(pool: Pool): Promise<Finding> {
  const { applied, pending, unknown, changed } = await migrationStatus(pool);
  if (changed.length > 0) {
    return fail(
      "database",
      "migrations",
      `changed since they were applied: ${changed.join(", ")}`,
      "put the files back as they were, and say what is new in a migration of its own",
    );
  }
  if (pending.length > 0) {
    return fail(
      "database",
      "migrations",
      `missing: ${pending.join(", ")}`,
      "apply them: agent-actions migrate",
    );
  }
  const newer = unknown.length === 0 ? "" : `, ${unknown.join(", ")} by a later version of this package`;
  return ok("database", "migrations", `all ${formatCount(applied.length, "migration")} applied${newer}`);
}
