import type pg from "pg";
import { RECORD_KINDS, type RecordKind } from "../event/index.js";
import type { FileOperation } from "./file-operation.js";
import { inTransaction, onConnection } from "./on-connection.js";
import type { StoredEvent } from "./stored-event.js";
import { FILE_OPERATION_INSERT } from "./tables/file-operation-insert.js";
import { INSERT_OF_KIND } from "./tables/insert-of-kind.js";
import { type Insert, parametersOf } from "./tables/table.js";

/** An event of a batch with what its row, or its two rows, are made from. */
export interface PendingRow {
  /** Place in the batch. */
  readonly index: number;
  readonly event: StoredEvent;
  readonly file: FileOperation | undefined;
  /** Length of the record's text: about what its row takes in a statement. */
  readonly chars: number;
}

/** Rows that a transaction has added: new ones, and runs that learned something. */
export interface Added {
  readonly rows: Readonly<Partial<Record<RecordKind, number>>>;
  readonly fileOperations: number;
}

/** Writes all rows in one transaction; one statement a table in the usual case. Throws what Postgres throws. */
export async function runInserts(pool: pg.Pool, pending: readonly PendingRow[]): Promise<Added> {
  const steps = [...stepsOf(pending)];
  const run = async (client: pg.PoolClient): Promise<Added> => {
    const rows: Partial<Record<RecordKind, number>> = {};
    let fileOperations = 0;
    for (const step of steps) {
      const { rowCount } = await client.query({ ...step.statement, values: step.parameters() });
      if (step.kind === undefined) fileOperations += rowCount ?? 0;
      else rows[step.kind] = (rows[step.kind] ?? 0) + (rowCount ?? 0);
    }
    return { rows, fileOperations };
  };
  // One statement is a transaction by itself: no begin, no commit, two answers less to wait for.
  return steps.length === 1 ? onConnection(pool, run) : inTransaction(pool, run);
}

interface Step {
  /** Absent for file operations. */
  readonly kind?: RecordKind;
  readonly statement: { readonly name: string; readonly text: string };
  readonly parameters: () => (string | null)[];
}

// The tables always in the same order, as the rows within each: whoever waits for another never holds what that one wants.
function* stepsOf(pending: readonly PendingRow[]): Generator<Step> {
  for (const kind of RECORD_KINDS) {
    const rows = pending.filter(({ event }) => event.kind === kind);
    if (rows.length > 0)
      for (const step of statementsOf(INSERT_OF_KIND[kind], rows, ({ event }) => event))
        yield { kind, ...step };
  }
  const withFile = pending.filter(hasFile);
  if (withFile.length > 0) yield* statementsOf(FILE_OPERATION_INSERT, withFile, ({ file }) => file);
}

const hasFile = (row: PendingRow): row is PendingRow & { file: FileOperation } => row.file !== undefined;

function* statementsOf<Row, From extends PendingRow>(
  { statement, columns, sortKey, oneRowAKey }: Insert<Row>,
  pending: readonly From[],
  rowOf: (row: From) => Row,
): Generator<Step> {
  const sorted = pending
    .map((from) => ({ row: rowOf(from), key: sortKey(rowOf(from)), chars: from.chars }))
    .sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
  for (const part of parts(sorted, oneRowAKey === true)) {
    const rows = part.map(({ row }) => row);
    yield { statement, parameters: () => parametersOf(columns, rows) };
  }
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
