import type pg from "pg";
import { type BoundStatement, inOneTrip, type TripRows } from "./one-trip.js";
import { sqlstateOf } from "./sqlstate.js";
import type { Statement, StatementValue } from "./tables/table.js";

/** Pools behind a pooler that gives each transaction another session, and does not keep prepared statements. */
const WITHOUT_NAMES = new WeakSet<pg.Pool>();

/**
 * 42P05 duplicate_prepared_statement, 26000 invalid_sql_statement_name: somebody else's session, or no longer the same one. The
 * statement passes when it comes again, because it has no name then.
 */
export const isForeignSession = (error: unknown): boolean =>
  ["42P05", "26000"].includes(sqlstateOf(error) ?? "");

/** Runs a statement as a prepared one, which saves its planning; without a name from the first {@link isForeignSession} on. */
export async function runStatement<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  client: pg.PoolClient,
  { name, text }: Statement,
  values: StatementValue[],
): Promise<pg.QueryResult<Row>> {
  try {
    return await client.query<Row>(WITHOUT_NAMES.has(pool) ? { text, values } : { name, text, values });
  } catch (error) {
    noteForeignSession(pool, error);
    throw error;
  }
}

/** Runs statements in one round trip, prepared as {@link runStatement} does. Throws as {@link inOneTrip} does. */
export async function runTogether(
  pool: pg.Pool,
  client: pg.PoolClient,
  statements: readonly BoundStatement[],
): Promise<TripRows> {
  try {
    return await inOneTrip(client, statements, !WITHOUT_NAMES.has(pool));
  } catch (error) {
    noteForeignSession(pool, error);
    throw error;
  }
}

function noteForeignSession(pool: pg.Pool, error: unknown): void {
  if (isForeignSession(error)) WITHOUT_NAMES.add(pool);
}
