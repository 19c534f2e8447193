import type pg from "pg";
import { RECORD_KINDS, type RecordKind } from "../event/index.js";
import { arrayLiteral } from "./array-literal.js";
import {
  ASK_ERASURES,
  type ErasureLedger,
  LOCK_AGAINST_ERASURES,
  NOTHING_ERASED,
} from "./erasure/erasure-ledger.js";
import type { FileOperation } from "./file-operation.js";
import { followActions } from "./follow-actions.js";
import { largeResultUsesOf, storeLargeResultUses } from "./large-results/large-result-uses.js";
import { inOneTransaction, inTransaction } from "./on-connection.js";
import { type BoundStatement, failedStatement, type TripRows } from "./one-trip.js";
import { arrivalsOf, notToBlame, storeArrivals } from "./producers/store-arrivals.js";
import { runStatement } from "./run-statement.js";
import type { KafkaRecord, StoredEvent } from "./stored-event.js";
import { isSuperseded, SUPERSESSION_INSERT } from "./superseded-actions.js";
import { FILE_OPERATION_INSERT } from "./tables/file-operation-insert.js";
import { INSERT_OF_KIND } from "./tables/insert-of-kind.js";
import {
  type Insert,
  type InsertResult,
  MergedRow,
  parametersOf,
  type Statement,
  type StatementValue,
} from "./tables/table.js";

/** An event of a batch with what its row, or its two rows, are made from. */
export interface PendingRow {
  /** Place in the batch. */
  readonly index: number;
  readonly event: StoredEvent;
  readonly file: FileOperation | undefined;
  /** Length of the record's text: about what its row takes in a statement. */
  readonly chars: number;
}

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

/**
 * Writes all rows in one transaction; one statement a table in the usual case, and one round trip where nothing was ever erased and no file is
 * concerned. Throws what Postgres throws.
 */
export async function runInserts(
  pool: pg.Pool,
  all: readonly PendingRow[],
  ledger: ErasureLedger,
): Promise<Added> {
  if (ledger.isEmpty)
    try {
      return await insertTogether(pool, all);
    } catch (error) {
      if (failedStatement(error)?.text !== NOTHING_ERASED.text) throw error;
    }
  return insertUnerased(pool, all, ledger);
}

async function insertTogether(pool: pg.Pool, all: readonly PendingRow[]): Promise<Added> {
  const steps = [...stepsOf(all)];
  const arrivals = arrivalsOf(recordsOf(all));
  const statements: BoundStatement[] = [
    { ...LOCK_AGAINST_ERASURES, values: [] },
    { ...NOTHING_ERASED, values: [] },
    ...steps.map(({ statement, parameters }) => ({ ...statement, values: parameters() })),
  ];
  const resultsOf = (rows: TripRows) => rows.slice(2).map(([result]) => result as InsertResult | undefined);
  for (const more of [largeResultUsesOf(all.map(({ event }) => event)), arrivals])
    if (more !== undefined) statements.push(more);
  const finish = async (client: pg.PoolClient, rows: TripRows) =>
    followActions(pool, client, all, tally(steps, resultsOf(rows)));
  try {
    const rows = await inOneTransaction(pool, statements, all.some(hasFile) ? finish : undefined);
    return { ...tally(steps, resultsOf(rows)), erased: [] };
  } catch (error) {
    throw arrivals !== undefined && failedStatement(error) === arrivals ? notToBlame(error) : error;
  }
}

function insertUnerased(pool: pg.Pool, all: readonly PendingRow[], ledger: ErasureLedger): Promise<Added> {
  const events = all.map(({ event }) => event);
  const write = async (client: pg.PoolClient, asked: readonly pg.QueryResultRow[]): Promise<Added> => {
    const erased = await ledger.erased(client, events, asked);
    const pending = erased.size === 0 ? all : all.filter(({ event }) => !erased.has(event));
    const steps = [...stepsOf(pending)];
    const results: (InsertResult | undefined)[] = [];
    for (const { statement, parameters } of steps) {
      const { rows } = await runStatement<InsertResult & pg.QueryResultRow>(
        pool,
        client,
        statement,
        parameters(),
      );
      results.push(rows[0]);
    }
    const counts = tally(steps, results);
    if (pending.some(hasFile)) await followActions(pool, client, pending, counts);
    await storeLargeResultUses(
      pool,
      client,
      pending.map(({ event }) => event),
    );
    await storeArrivals(pool, client, recordsOf(all));
    return { ...counts, erased: all.filter(({ event }) => erased.has(event)).map(({ index }) => index) };
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

function* recordsOf(pending: readonly PendingRow[]): Generator<KafkaRecord> {
  for (const { event } of pending) if (event.record !== undefined) yield event.record;
}

interface Step {
  /** Absent for file operations. */
  readonly kind?: RecordKind;
  readonly statement: Statement;
  readonly parameters: () => StatementValue[];
  /** Rows that the statement is given. */
  readonly count: number;
  /** Those of them that several events made. */
  readonly mergedRows: readonly MergedRow[];
}

// The tables always in the same order, as the rows within each: whoever waits for another never holds what that one wants.
function* stepsOf(pending: readonly PendingRow[]): Generator<Step> {
  const kinds = new Set(pending.map(({ event }) => event.kind));
  for (const kind of RECORD_KINDS) {
    if (!kinds.has(kind)) continue;
    const ofKind = kinds.size === 1 ? pending : pending.filter(({ event }) => event.kind === kind);
    const superseded = ofKind.filter(({ event }) => isSuperseded(event));
    const rows = superseded.length === 0 ? ofKind : ofKind.filter(({ event }) => !isSuperseded(event));
    if (rows.length > 0)
      for (const step of statementsOf(INSERT_OF_KIND[kind], rows, ({ event }) => event))
        yield { kind, ...step };
    if (superseded.length > 0)
      for (const step of statementsOf(SUPERSESSION_INSERT, superseded, ({ event }) => event))
        yield { kind, ...step };
  }
  const withFile = pending.filter(hasFile);
  if (withFile.length > 0) yield* statementsOf(FILE_OPERATION_INSERT, withFile, ({ file }) => file);
}

const hasFile = (row: PendingRow): row is PendingRow & { file: FileOperation } => row.file !== undefined;

interface KeyedRow<Row> {
  readonly row: Row;
  readonly key: string;
  readonly chars: number;
}

function* statementsOf<Row, From extends PendingRow>(
  { statement, columns, sortKey, sameKey }: Insert<Row>,
  pending: readonly From[],
  rowOf: (row: From) => Row,
): Generator<Step> {
  const sorted = pending
    .map((from) => ({ row: rowOf(from), key: sortKey(rowOf(from)), chars: from.chars }))
    .sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
  const merges = typeof sameKey === "function";
  const items = merges ? mergeSameKey(sorted, sameKey) : sorted;
  for (const part of parts(items, sameKey === "apart")) {
    const rows = part.map(({ row }) => row);
    const mergedRows = rows.filter((row) => row instanceof MergedRow);
    const ids = merges
      ? [
          arrayLiteral(
            mergedRows.map(({ id }) => id),
            false,
          ),
        ]
      : [];
    yield {
      statement,
      parameters: () => [...parametersOf(columns, rows), ...ids],
      count: rows.length,
      mergedRows,
    };
  }
}

function mergeSameKey<Row>(
  sorted: readonly KeyedRow<Row>[],
  merge: (rows: readonly Row[]) => MergedRow,
): readonly KeyedRow<Row | MergedRow>[] {
  if (sorted.every(({ key }, at) => at === 0 || key !== sorted[at - 1]?.key)) return sorted;
  const merged: KeyedRow<Row | MergedRow>[] = [];
  for (let from = 0, to = 1; from < sorted.length; from = to, to = from + 1) {
    while (to < sorted.length && sorted[to]?.key === sorted[from]?.key) to++;
    const [first, ...others] = sorted.slice(from, to);
    if (first === undefined) break;
    if (others.length === 0) merged.push(first);
    else
      merged.push({
        row: merge([first, ...others].map(({ row }) => row)),
        key: first.key,
        chars: others.reduce((sum, { chars }) => sum + chars, first.chars),
      });
  }
  return merged;
}

/** A statement of this size is long past the point where a larger one saves anything; V8 ends at 512 M characters. */
const MAX_STATEMENT_CHARS = 16_000_000;

// Rows of one statement: not too much text, and no key twice where a statement may touch a row only once.
function* parts<Item extends { readonly key: string; readonly chars: number }>(
  sorted: readonly Item[],
  oneRowAKey: boolean,
): Generator<readonly Item[]> {
  let rest = sorted;
  while (rest.length > 0) {
    const part: Item[] = [];
    const later: Item[] = [];
    let chars = 0;
    for (const item of rest) {
      const full = part.length > 0 && chars + item.chars > MAX_STATEMENT_CHARS;
      if (full || (oneRowAKey && part.at(-1)?.key === item.key)) later.push(item);
      else {
        part.push(item);
        chars += item.chars;
      }
    }
    yield part;
    rest = later;
  }
}
