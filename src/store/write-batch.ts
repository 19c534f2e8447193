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
import { type ActionEvent, type EventIdentity, RECORD_KINDS, type RecordKind } from "../event/index.js";
import { describeError } from "../internal/describe-error.js";
import { identifyByCallKeys } from "./call-keys.js";
import { type Completion, completeActions } from "./complete-actions.js";
import { ErasureLedger } from "./erasure/erasure-ledger.js";
import { type FileOperation, fileOperationOf } from "./file-operation.js";
import { type FileTools, resolveFileTools } from "./file-tools.js";
import { createHousekeeper } from "./housekeeper.js";
import { inTransaction } from "./on-connection.js";
import { createPartitionKeeper } from "./partition-keeper.js";
import { hasSequence } from "./producers/arrived-sequences.js";
import { storeArrivals } from "./producers/store-arrivals.js";
import { type Added, type PendingRow, runInserts } from "./run-inserts.js";
import { classifyFailure, sqlstateOf } from "./sqlstate.js";
import { storeFailure } from "./store-failure.js";
import { type KafkaRecord, type StorableEvent, StoredEvent } from "./stored-event.js";
import { takeBackSuperseded } from "./superseded-actions.js";
import { stateOf } from "./tables/merge-actions.js";
import { withoutContention } from "./without-contention.js";

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
  write(batch: readonly StorableEvent[]): Promise<WriteOutcome>;
  /** Notes that records have arrived which become no row: their numbers are not missing. Throws `StoreError`. */
  noteArrivals(records: readonly KafkaRecord[]): Promise<void>;
}

export function createBatchWriter(pool: pg.Pool, options: BatchWriterOptions = {}): BatchWriter {
  const fileTools = resolveFileTools(options.fileTools);
  const partitions = createPartitionKeeper(pool);
  const housekeeper = createHousekeeper(pool);
  const ledger = new ErasureLedger();
  return {
    async write(batch) {
      try {
        const identified = await identifyByCallKeys(pool, batch);
        const rows = identified.map((event, index) => pendingRow(event, index, fileTools));
        const actions = rows.filter(({ event }) => event.kind === "action");
        if (actions.length > 0)
          await partitions.ensure(actions.map(({ event }) => event.text("created_at") ?? ""));
        const landed = await land(pool, rows, ledger);
        if (landed.refused.length > 0) await noteArrivals(pool, refusedRecords(batch, landed));
        const written = writtenOf(rows, landed);
        await takeBackSuperseded(pool, written);
        const completion = await completeActions(pool, written);
        await housekeeper.tidy();
        return outcomeOf(rows, landed, completion);
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
  withoutContention(() => inTransaction(pool, (client) => storeArrivals(pool, client, records)));

const refusedRecords = (batch: readonly StorableEvent[], { refused }: Landed): KafkaRecord[] =>
  refused.flatMap(({ index }) => batch[index]?.record ?? []);

function pendingRow(storable: StorableEvent, index: number, tools: FileTools): PendingRow {
  const event = new StoredEvent(storable);
  // What a tool does to a file is known when it has ended.
  const file =
    event.kind === "action" && stateOf(event) === "ended"
      ? fileOperationOf(storable.valid.event as ActionEvent & EventIdentity, tools)
      : undefined;
  return { index, event, file: isUntold(event, file) ? undefined : file, chars: storable.text.length };
}

/** Another signal about the same call may tell which file it was, and then there would be a row already. */
const isUntold = (event: StoredEvent, file: FileOperation | undefined): boolean =>
  file?.file_path === undefined && event.text("call_key") !== undefined;

/** What became of some rows: what the transactions added, and who was refused. */
interface Landed {
  readonly added: readonly Added[];
  readonly refused: readonly RefusedEvent[];
}

const NOTHING: Landed = { added: [], refused: [] };

async function land(pool: pg.Pool, rows: readonly PendingRow[], ledger: ErasureLedger): Promise<Landed> {
  if (rows.length === 0) return NOTHING;
  try {
    return { added: [await withoutContention(() => runInserts(pool, rows, ledger))], refused: [] };
  } catch (error) {
    if (classifyFailure(error) !== "data") throw error;
    return rows.length === 1 ? landAlone(pool, rows, ledger, error) : landHalves(pool, rows, ledger);
  }
}

async function landHalves(
  pool: pg.Pool,
  rows: readonly PendingRow[],
  ledger: ErasureLedger,
): Promise<Landed> {
  const middle = rows.length >> 1;
  const first = await land(pool, rows.slice(0, middle), ledger);
  const second = await land(pool, rows.slice(middle), ledger);
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
  if (row.event.verbatim) return land(pool, [{ ...row, event: row.event.serialisedAnew() }], ledger);
  const refusal = {
    index: row.index,
    sqlstate: sqlstateOf(error) ?? "",
    message: describeError(error).message,
  };
  return { added: [], refused: [refusal] };
}

const writtenOf = (rows: readonly PendingRow[], { added, refused }: Landed): readonly StoredEvent[] => {
  const notWritten = new Set([...refused.map(({ index }) => index), ...erasedOf(added)]);
  return rows.filter(({ index }) => !notWritten.has(index)).map(({ event }) => event);
};

const erasedOf = (added: readonly Added[]): number[] => added.flatMap(({ erased }) => erased);

function outcomeOf(
  rows: readonly PendingRow[],
  { added, refused }: Landed,
  completion: Completion,
): WriteOutcome {
  const refusedAt = new Set(refused.map(({ index }) => index));
  const erasedAt = new Set(erasedOf(added));
  const kinds = new Set(rows.map(({ event }) => event.kind));
  const counts = (kind: RecordKind): WriteCounts => {
    if (!kinds.has(kind)) return NO_COUNTS;
    const taken = rows.filter(({ event, index }) => event.kind === kind && !refusedAt.has(index)).length;
    const inserted = sum(added.map(({ rows: written }) => written[kind]?.inserted ?? 0));
    const merged = sum(added.map(({ rows: written }) => written[kind]?.merged ?? 0));
    const erased =
      erasedAt.size === 0
        ? 0
        : rows.filter(({ event, index }) => event.kind === kind && erasedAt.has(index)).length;
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
    erased: erasedAt.size,
    fileOperations: sum(added.map(({ fileOperations }) => fileOperations)),
    refused,
    perKind,
    completed: completion.completed,
    notCompleted: completion.refused,
  };
}

const NO_COUNTS: WriteCounts = { inserted: 0, merged: 0, duplicates: 0, erased: 0 };

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
