/**
 * The statements of a transaction with their parameters. They are made before it begins: nothing else of the events is kept while Postgres is waited
 * for. What an event decodes to is ten times its bytes, and a garbage collector that finds thousands of them in use copies them twice.
 */
import { RECORD_KINDS, type RecordKind } from "../event/index.js";
import { arrayLiteral } from "./array-literal.js";
import type { FileOperation } from "./file-operation.js";
import { largeResultUsesOf } from "./large-results/large-result-uses.js";
import type { BoundStatement } from "./one-trip.js";
import { arrivalsOf } from "./producers/store-arrivals.js";
import type { KafkaRecord, StoredEvent } from "./stored-event.js";
import { isSuperseded, SUPERSESSION_INSERT } from "./superseded-actions.js";
import { FILE_OPERATION_INSERT } from "./tables/file-operation-insert.js";
import { INSERT_OF_KIND } from "./tables/insert-of-kind.js";
import { type Insert, MergedRow, parametersOf, type Statement, type StatementValue } from "./tables/table.js";

/** An event of a batch with what its row, or its two rows, are made from. */
export interface PendingRow {
  /** Place in the batch. */
  readonly index: number;
  readonly event: StoredEvent;
  readonly file: FileOperation | undefined;
  /** Length of the record's text: about what its row takes in a statement. */
  readonly chars: number;
}

/** What one transaction writes. */
export interface PreparedInserts {
  readonly steps: readonly Step[];
  readonly hasFiles: boolean;
  /** Notes which files of large contents are used; `undefined` for none. */
  readonly largeResultUses: BoundStatement | undefined;
  /** Notes which numbers of producers have arrived; `undefined` for none. */
  readonly arrivals: BoundStatement | undefined;
}

export interface Step {
  /** Absent for file operations. */
  readonly kind?: RecordKind;
  readonly statement: Statement;
  readonly parameters: StatementValue[];
  /** Rows that the statement is given. */
  readonly count: number;
  /** Those of them that several events made. */
  readonly mergedRows: readonly { readonly id: string; readonly contributors: number }[];
}

export function prepareInserts(pending: readonly PendingRow[]): PreparedInserts {
  return {
    steps: [...stepsOf(pending)],
    hasFiles: pending.some(hasFile),
    largeResultUses: largeResultUsesOf(pending),
    arrivals: arrivalsOf(recordsOf(pending)),
  };
}

function* recordsOf(pending: readonly PendingRow[]): Generator<KafkaRecord> {
  for (const { event } of pending) if (event.record !== undefined) yield event.record;
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

export const hasFile = (row: PendingRow): row is PendingRow & { file: FileOperation } =>
  row.file !== undefined;

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
      parameters: [...parametersOf(columns, rows), ...ids],
      count: rows.length,
      mergedRows: mergedRows.map(({ id, contributors }) => ({ id, contributors })),
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
