/**
 * What goes for its age is in no change feed. Where there is an evidence log, it is told of it in the transaction that does it, so that the log
 * can tell it from what somebody removes by hand. Everything throws what Postgres throws.
 */
import type pg from "pg";
import { ERASABLE_TABLES } from "../store/erasure/erasure-fields.js";

export interface ChangedRow {
  readonly id: string;
  readonly created_at: string;
}

const NOTE =
  "select queue_agent_evidence($1, $2::uuid[], $3::timestamptz[], $4::jsonb) from agent_evidence_log";

/** Rows that have another content now. */
export async function noteChanged(
  client: pg.ClientBase,
  kind: string,
  rows: readonly ChangedRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(NOTE, [kind, rows.map(({ id }) => id), rows.map((row) => row.created_at), null]);
}

export interface RemovedRows {
  /** ISO 8601; absent for no bound. */
  readonly from?: string;
  readonly before: string;
  readonly removed: number;
}

/** How many rows of a table went, and from which time to which they were. */
export async function noteRemoved(client: pg.ClientBase, table: string, rows: RemovedRows): Promise<void> {
  const kind = ERASABLE_TABLES.find((erasable) => erasable.table === table)?.kind;
  if (rows.removed === 0 || kind === undefined || kind === "label") return;
  await client.query(NOTE, [kind, null, null, JSON.stringify({ ...rows, why: "age" })]);
}
