import type pg from "pg";
import type { ActionEvent, EventIdentity, RecordKind } from "../event/index.js";
import { identifyByCallKeys } from "./call-keys.js";
import { type Awaited, awaitedOf } from "./complete-actions.js";
import { type FileOperation, fileOperationOf } from "./file-operation.js";
import type { FileTools } from "./file-tools.js";
import { type PendingRow, type PreparedInserts, prepareInserts } from "./prepare-inserts.js";
import { type StorableEvent, StoredEvent } from "./stored-event.js";
import { concernedRowOf } from "./superseded-actions.js";
import { stateOf } from "./tables/merge-actions.js";

/**
 * The events of a batch. A function gives equal events in the same order each time: what it gave is not kept while Postgres is waited for, and it
 * is called again for a batch of which Postgres refuses something, or that meets rows that were there.
 */
export type EventSource = readonly StorableEvent[] | (() => readonly StorableEvent[]);

/** The rows of a batch, and what is to be known of them while they are written. */
export interface BatchRows {
  readonly prepared: PreparedInserts;
  /** By the place in the batch. */
  readonly kinds: readonly RecordKind[];
  /** Days on which actions began, as `YYYY-MM-DD`. */
  readonly actionDays: ReadonlySet<string>;
  /** What is to be done once rows are there, by the place of their event. */
  readonly followUps: readonly FollowUp[];
  rows(): readonly PendingRow[];
}

export interface FollowUp {
  readonly index: number;
  readonly concerned: ReturnType<typeof concernedRowOf>;
  readonly awaited: Awaited | undefined;
}

/** Texts of so many characters are kept: they are written before the garbage collector has looked at them twice. */
const KEPT_CHARS = 131_072;

/**
 * @param keep whether rows are kept in any case, because they will be asked for
 * @throws what Postgres throws
 */
export async function batchRowsOf(
  pool: pg.Pool,
  source: EventSource,
  tools: FileTools,
  keep: boolean,
): Promise<BatchRows> {
  const events = typeof source === "function" ? source : () => source;
  const rowsOf = (from: readonly StorableEvent[]): readonly PendingRow[] =>
    from.map((event, index) => pendingRow(event, index, tools));
  const batch = events();
  const identified = await identifyByCallKeys(pool, batch);
  const rows = rowsOf(identified);
  // What a call key has identified is not asked for twice.
  const kept = keep || identified !== batch || charsOf(rows) <= KEPT_CHARS ? rows : undefined;
  return { ...summaryOf(rows), rows: () => kept ?? rowsOf(events()) };
}

const charsOf = (rows: readonly PendingRow[]): number => rows.reduce((sum, { chars }) => sum + chars, 0);

function summaryOf(rows: readonly PendingRow[]): Omit<BatchRows, "rows"> {
  const actionDays = new Set<string>();
  const followUps: FollowUp[] = [];
  for (const { index, event } of rows) {
    if (event.kind === "action") actionDays.add((event.text("created_at") ?? "").slice(0, DAY_CHARS));
    const concerned = concernedRowOf(event);
    const awaited = awaitedOf(event);
    if (concerned !== undefined || awaited !== undefined) followUps.push({ index, concerned, awaited });
  }
  return {
    prepared: prepareInserts(rows),
    kinds: rows.map(({ event }) => event.kind),
    actionDays,
    followUps,
  };
}

const DAY_CHARS = "2026-01-01".length;

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
