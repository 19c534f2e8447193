import type pg from "pg";
import type { RecordKind } from "../event/index.js";
import {
  ASK_ERASURES,
  type ErasureLedger,
  LOCK_AGAINST_ERASURES,
  NOTHING_ERASED,
} from "./erasure/erasure-ledger.js";
import { followActions } from "./follow-actions.js";
import { storeLargeResultUses } from "./large-results/large-result-uses.js";
import { inOneTransaction, inTransaction } from "./on-connection.js";
import { type BoundStatement, failedStatement, type TripRows } from "./one-trip.js";
import { type PendingRow, type PreparedInserts, prepareInserts, type Step } from "./prepare-inserts.js";
import { notToBlame, storeArrivals } from "./producers/store-arrivals.js";
import { runStatement } from "./run-statement.js";
import type { InsertResult } from "./tables/table.js";

/** What a transaction has written. */
export interface Added {
  readonly rows: Readonly<Partial<Record<RecordKind, AddedRows>>>;
  readonly fileOperations: number;
  /** Places of events that were erased before, and are not stored. */
  readonly erased: readonly number[];
}

export interface AddedRows {
  readonly inserted: number;
  /** Events that added something to a row that was there, or that another event of the batch made. */
  readonly merged: number;
}

/** Rows for one transaction. */
export interface RowsToInsert {
  readonly prepared: PreparedInserts;
  /** What they were prepared from; made again where it was not kept, which only unusual batches need. */
  rows(): readonly PendingRow[];
}

/**
 * Writes all rows in one transaction; one statement a table in the usual case, and one round trip where nothing was ever erased and no file is
 * concerned. Throws what Postgres throws.
 */
export async function runInserts(pool: pg.Pool, batch: RowsToInsert, ledger: ErasureLedger): Promise<Added> {
  if (ledger.isEmpty)
    try {
      return await insertTogether(pool, batch);
    } catch (error) {
      if (failedStatement(error)?.text !== NOTHING_ERASED.text) throw error;
    }
  return insertUnerased(pool, batch, ledger);
}

async function insertTogether(pool: pg.Pool, batch: RowsToInsert): Promise<Added> {
  const { steps, hasFiles, largeResultUses, arrivals } = batch.prepared;
  const statements: BoundStatement[] = [
    { ...LOCK_AGAINST_ERASURES, values: [] },
    { ...NOTHING_ERASED, values: [] },
    ...steps.map(({ statement, parameters }) => ({ ...statement, values: parameters })),
  ];
  const resultsOf = (rows: TripRows) => rows.slice(2).map(([result]) => result as InsertResult | undefined);
  for (const more of [largeResultUses, arrivals]) if (more !== undefined) statements.push(more);
  const finish = async (client: pg.PoolClient, rows: TripRows) =>
    followActions(pool, client, () => batch.rows(), tally(steps, resultsOf(rows)));
  try {
    const rows = await inOneTransaction(pool, statements, hasFiles ? finish : undefined);
    return { ...tally(steps, resultsOf(rows)), erased: [] };
  } catch (error) {
    throw arrivals !== undefined && failedStatement(error) === arrivals ? notToBlame(error) : error;
  }
}

function insertUnerased(pool: pg.Pool, batch: RowsToInsert, ledger: ErasureLedger): Promise<Added> {
  const write = async (client: pg.PoolClient, asked: readonly pg.QueryResultRow[]): Promise<Added> => {
    const places = await ledger.erased(client, () => batch.rows().map(({ event }) => event), asked);
    const erased = places.size === 0 ? [] : batch.rows().filter((_, place) => places.has(place));
    const notErased = () => batch.rows().filter((_, place) => !places.has(place));
    const { steps, hasFiles, largeResultUses } =
      places.size === 0 ? batch.prepared : prepareInserts(notErased());
    const results: (InsertResult | undefined)[] = [];
    for (const { statement, parameters } of steps) {
      const { rows } = await runStatement<InsertResult & pg.QueryResultRow>(
        pool,
        client,
        statement,
        parameters,
      );
      results.push(rows[0]);
    }
    const counts = tally(steps, results);
    if (hasFiles) await followActions(pool, client, notErased, counts);
    await storeLargeResultUses(pool, client, largeResultUses);
    // Also of those that were erased: they are not missing.
    await storeArrivals(pool, client, batch.prepared.arrivals);
    return { ...counts, erased: erased.map(({ index }) => index) };
  };
  return inTransaction(pool, write, ASK_ERASURES);
}

function tally(steps: readonly Step[], results: readonly (InsertResult | undefined)[]) {
  const rows: Partial<Record<RecordKind, AddedRows>> = {};
  let fileOperations = 0;
  const touched: string[] = [];
  let isAllNew = true;
  for (const [place, { kind, count, mergedRows }] of steps.entries()) {
    const { inserted = 0, merged = 0, touched: ids } = results[place] ?? {};
    if (inserted < count) isAllNew = false;
    if (kind === undefined) fileOperations += inserted;
    else {
      const before = rows[kind] ?? { inserted: 0, merged: 0 };
      const written = new Set(ids ?? []);
      const together = mergedRows.filter(({ id }) => written.has(id));
      const more = together.reduce((sum, { contributors }) => sum + contributors - 1, 0);
      rows[kind] = { inserted: before.inserted + inserted, merged: before.merged + merged + more };
      touched.push(...written);
    }
  }
  return { rows, fileOperations, touched, isAllNew };
}
