import type pg from "pg";
import type { BoundStatement, TripRows } from "./one-trip.js";
import { beginOf, beginStatementsOf } from "./pool.js";
import { runTogether } from "./run-statement.js";
import { classifyFailure, sqlstateOf } from "./sqlstate.js";
import { statement } from "./tables/table.js";

/**
 * Runs the work on one connection of the pool. One whose state is in doubt is closed instead of serving the next caller, and so
 * is one on which Postgres has reported that it is not available: after a failover the address leads elsewhere, but only for
 * new connections.
 */
export async function onConnection<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let discard = false;
  try {
    return await work(client);
  } catch (error) {
    discard = sqlstateOf(error) === undefined || classifyFailure(error) === "outage";
    throw error;
  } finally {
    client.release(discard);
  }
}

/**
 * Runs the work in one transaction: all of it is committed, or nothing. After a commit that failed nobody knows which;
 * the writers here may simply be run again.
 *
 * @param first statements without parameters that the transaction begins with, in the same round trip. The work is given what the last of them
 *   returned; without any, no rows
 */
export function inTransaction<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient, rows: readonly pg.QueryResultRow[]) => Promise<Result>,
  first?: string,
): Promise<Result> {
  return onConnection(pool, async (client) => {
    try {
      const begun: unknown = await client.query([beginOf(pool), first].filter(Boolean).join("; "));
      // Of several statements there is a result each.
      const last = Array.isArray(begun) ? (begun.at(-1) as pg.QueryResult) : undefined;
      const result = await work(client, last?.rows ?? []);
      await client.query(COMMIT.text);
      return result;
    } catch (error) {
      await rollBack(client, error);
      throw error;
    }
  });
}

/**
 * Runs statements as one transaction, in one round trip.
 *
 * @param finish what else is done in the transaction, from the rows of each statement; it and the commit are round trips of their own then
 */
export function inOneTransaction(
  pool: pg.Pool,
  statements: readonly BoundStatement[],
  finish?: (client: pg.PoolClient, rows: TripRows) => Promise<void>,
): Promise<TripRows> {
  return onConnection(pool, async (client) => {
    const begin = beginStatementsOf(pool).map((one) => ({ ...one, values: [] }));
    try {
      const all = await runTogether(pool, client, [
        ...begin,
        ...statements,
        ...(finish === undefined ? [COMMIT] : []),
      ]);
      const rows = all.slice(begin.length, begin.length + statements.length);
      if (finish !== undefined) {
        await finish(client, rows);
        await client.query(COMMIT.text);
      }
      return rows;
    } catch (error) {
      await rollBack(client, error);
      throw error;
    }
  });
}

const COMMIT: BoundStatement = { ...statement("commit", "commit"), values: [] };

// A connection without a response is closed by the caller, and the server rolls back by itself.
async function rollBack(client: pg.PoolClient, error: unknown): Promise<void> {
  if (sqlstateOf(error) !== undefined) await client.query("rollback").catch(() => undefined);
}
