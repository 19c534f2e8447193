/**
 * The promise of the writer, which the consumer's offsets rest on:
 *
 * - When `write` resolves, every event of the batch is in its table, was there already, or is among `refused`:
 *   inserted + merged + duplicates + erased + refused = events of the batch.
 * - Unless an event is refused, the batch is one transaction. A file operation is written in that of its action, always.
 * - When `write` throws, part of the batch may be written. Writing the batch again is always right: what is there stays.
 * - Events about one row make the same row in whatever order, batches and transactions they come, and however often.
 * - Events with one call key are one row, whichever signal reported them (call-keys.ts).
 * - An event is refused only for what it says itself: Postgres gave its SQLSTATE to a statement of that event alone.
 *   Everything else is a `StoreError`, so nothing that another try, a grant or a migration can mend costs an event.
 * - The numbers that producers gave the records are noted in the transaction of their rows; those of refused ones before `write` resolves.
 * - When `write` resolves, running actions that were taken back have no row any more (superseded-actions.ts), and the actions that refer to its spans are completed too (complete-actions.ts). That
 *   refuses no event: it comes after the transaction with the rows.
 */
import type pg from "pg";
import { RECORD_KINDS, type RecordKind } from "../event/index.js";
import { describeError } from "../internal/describe-error.js";
import { type BatchRows, batchRowsOf, type EventSource, type FollowUp } from "./batch-rows.js";
import { type Completion, completeActions } from "./complete-actions.js";
import { ErasureLedger } from "./erasure/erasure-ledger.js";
import { resolveFileTools } from "./file-tools.js";
import { createHousekeeper } from "./housekeeper.js";
import { inTransaction } from "./on-connection.js";
import { createPartitionKeeper } from "./partition-keeper.js";
import { type PendingRow, prepareInserts } from "./prepare-inserts.js";
import { hasSequence } from "./producers/arrived-sequences.js";
import { arrivalsOf, storeArrivals } from "./producers/store-arrivals.js";
import { type Added, type RowsToInsert, runInserts } from "./run-inserts.js";
import { classifyFailure, sqlstateOf } from "./sqlstate.js";
import { storeFailure } from "./store-failure.js";
import type { KafkaRecord } from "./stored-event.js";
import { takeBackSuperseded } from "./superseded-actions.js";
import { withoutContention } from "./without-contention.js";

export type { EventSource } from "./batch-rows.js";
export type { StorableEvent } from "./stored-event.js";

/** An event that Postgres does not take, whatever is done about it. */
export interface RefusedEvent {
  /** Place in the batch. */
  readonly index: number;
  readonly sqlstate: string;
  readonly message: string;
}

export interface WriteCounts {
  /** New rows. */
  readonly inserted: number;
  /** Events that added something to a row that another event made. */
  readonly merged: number;
  /** Events that said nothing new. */
  readonly duplicates: number;
  /** Events that are not stored, because what they are about was erased. */
  readonly erased: number;
}

export interface WriteOutcome extends WriteCounts {
  /** New rows of `agent_file_operations`. */
  readonly fileOperations: number;
  readonly refused: readonly RefusedEvent[];
  readonly perKind: Readonly<Record<RecordKind, WriteCounts>>;
  /** Actions, of this batch or earlier ones, that referred to a span not seen yet and are complete now. */
  readonly completed: number;
  /** Traces whose actions could not be completed, because Postgres refuses the change. */
  readonly notCompleted: number;
}

export interface BatchWriterOptions {
  /**
   * Tools whose calls also give a row of `agent_file_operations`, in any letter case. One that is not called after what
   * it does says it behind a colon: `"NotebookEdit:edit"`.
   * @default ["Read", "Write", "Edit", "Glob", "Grep", "Delete"]
   */
  readonly fileTools?: readonly string[];
}

export interface BatchWriter {
  /** Throws `StoreError`. Several batches may be written at a time. */
  write(batch: EventSource): Promise<WriteOutcome>;
  /** Notes that records have arrived which become no row: their numbers are not missing. Throws `StoreError`. */
  noteArrivals(records: readonly KafkaRecord[]): Promise<void>;
}

export function createBatchWriter(pool: pg.Pool, options: BatchWriterOptions = {}): BatchWriter {
  const fileTools = resolveFileTools(options.fileTools);
  const partitions = createPartitionKeeper(pool);
  const housekeeper = createHousekeeper(pool);
  const ledger = new ErasureLedger();
  return {
    async write(source) {
      try {
        const batch = await batchRowsOf(pool, source, fileTools, !ledger.isEmpty);
        if (batch.actionDays.size > 0) await partitions.ensure(batch.actionDays);
        const landed = batch.kinds.length === 0 ? NOTHING : await land(pool, batch, ledger);
        if (landed.refused.length > 0) await noteArrivals(pool, refusedRecords(batch, landed));
        const followUps = followUpsOf(batch, landed);
        await takeBackSuperseded(
          pool,
          followUps.flatMap(({ concerned }) => (concerned === undefined ? [] : [concerned])),
        );
        const completion = await completeActions(
          pool,
          followUps.flatMap(({ awaited }) => awaited ?? []),
        );
        await housekeeper.tidy();
        return outcomeOf(batch, landed, completion);
      } catch (error) {
        throw storeFailure(error);
      }
    },
    async noteArrivals(records) {
      try {
        if (records.some(hasSequence)) await noteArrivals(pool, records);
      } catch (error) {
        throw storeFailure(error);
      }
    },
  };
}

const noteArrivals = (pool: pg.Pool, records: readonly KafkaRecord[]): Promise<void> =>
  withoutContention(() => inTransaction(pool, (client) => storeArrivals(pool, client, arrivalsOf(records))));

function refusedRecords(batch: BatchRows, { refused }: Landed): KafkaRecord[] {
  const rows = batch.rows();
  return refused.flatMap(({ index }) => rows[index]?.event.record ?? []);
}

/** What became of some rows: what the transactions added, and who was refused. */
interface Landed {
  readonly added: readonly Added[];
  readonly refused: readonly RefusedEvent[];
}

const NOTHING: Landed = { added: [], refused: [] };

async function land(pool: pg.Pool, batch: RowsToInsert, ledger: ErasureLedger): Promise<Landed> {
  try {
    return { added: [await withoutContention(() => runInserts(pool, batch, ledger))], refused: [] };
  } catch (error) {
    if (classifyFailure(error) !== "data") throw error;
    return landAnew(pool, batch.rows(), ledger, error);
  }
}

const landRows = (pool: pg.Pool, rows: readonly PendingRow[], ledger: ErasureLedger): Promise<Landed> =>
  land(pool, { prepared: prepareInserts(rows), rows: () => rows }, ledger);

/** What Postgres has refused as a whole: in halves, down to the one that it refuses. */
const landAnew = (
  pool: pg.Pool,
  rows: readonly PendingRow[],
  ledger: ErasureLedger,
  error: unknown,
): Promise<Landed> =>
  rows.length > 1 ? landHalves(pool, rows, ledger) : landAlone(pool, rows, ledger, error);

async function landHalves(
  pool: pg.Pool,
  rows: readonly PendingRow[],
  ledger: ErasureLedger,
): Promise<Landed> {
  const middle = rows.length >> 1;
  const first = await landRows(pool, rows.slice(0, middle), ledger);
  const second = await landRows(pool, rows.slice(middle), ledger);
  return { added: [...first.added, ...second.added], refused: [...first.refused, ...second.refused] };
}

// The record's own text may hold a number that PostgreSQL cannot, and that JSON.parse has rounded to one that it can.
async function landAlone(
  pool: pg.Pool,
  [row]: readonly PendingRow[],
  ledger: ErasureLedger,
  error: unknown,
): Promise<Landed> {
  if (row === undefined) return NOTHING;
  if (row.event.verbatim) return landRows(pool, [{ ...row, event: row.event.serialisedAnew() }], ledger);
  const refusal = {
    index: row.index,
    sqlstate: sqlstateOf(error) ?? "",
    message: describeError(error).message,
  };
  return { added: [], refused: [refusal] };
}

function followUpsOf({ followUps }: BatchRows, { added, refused }: Landed): readonly FollowUp[] {
  const notWritten = new Set([...refused.map(({ index }) => index), ...erasedOf(added)]);
  return notWritten.size === 0 ? followUps : followUps.filter(({ index }) => !notWritten.has(index));
}

const erasedOf = (added: readonly Added[]): number[] => added.flatMap(({ erased }) => erased);

function outcomeOf({ kinds }: BatchRows, { added, refused }: Landed, completion: Completion): WriteOutcome {
  const refusedKinds = refused.map(({ index }) => kinds[index]);
  const erasedKinds = erasedOf(added).map((index) => kinds[index]);
  const present = new Set(kinds);
  const counts = (kind: RecordKind): WriteCounts => {
    if (!present.has(kind)) return NO_COUNTS;
    const isOfKind = (one: RecordKind | undefined): boolean => one === kind;
    const taken = kinds.filter(isOfKind).length - refusedKinds.filter(isOfKind).length;
    const inserted = sum(added.map(({ rows: written }) => written[kind]?.inserted ?? 0));
    const merged = sum(added.map(({ rows: written }) => written[kind]?.merged ?? 0));
    const erased = erasedKinds.filter(isOfKind).length;
    return { inserted, merged, duplicates: taken - inserted - merged - erased, erased };
  };
  const perKind = Object.fromEntries(RECORD_KINDS.map((kind) => [kind, counts(kind)])) as Record<
    RecordKind,
    WriteCounts
  >;
  return {
    inserted: sum(Object.values(perKind).map(({ inserted }) => inserted)),
    merged: sum(Object.values(perKind).map(({ merged }) => merged)),
    duplicates: sum(Object.values(perKind).map(({ duplicates }) => duplicates)),
    erased: erasedKinds.length,
    fileOperations: sum(added.map(({ fileOperations }) => fileOperations)),
    refused,
    perKind,
    completed: completion.completed,
    notCompleted: completion.refused,
  };
}

const NO_COUNTS: WriteCounts = { inserted: 0, merged: 0, duplicates: 0, erased: 0 };

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
