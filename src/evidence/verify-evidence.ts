/** All that can be said of log and rows, as of one moment. */
import type pg from "pg";
import { inTransaction } from "../store/on-connection.js";
import { AUDIT_FORM } from "./evidence-turn.js";
import { ROW_KINDS, type RowKind } from "./leaf.js";
import { type LogState, readState } from "./log-table.js";
import type { VerifierKey } from "./note.js";
import { type Pruned, readPruned } from "./prune.js";
import { TEXT_FORM } from "./row-form.js";
import { type LogCheck, type OutsideCheckpoint, verifyLog } from "./verify-log.js";
import { type RowCheck, verifyRows } from "./verify-rows.js";

export interface EvidenceCheck {
  readonly at: Date;
  readonly log: LogCheck;
  readonly rows: readonly RowCheck[];
  readonly audit: AuditCheck;
  /** Rows from before the log are still being added to it. */
  readonly is_beginning: boolean;
  readonly begun_at: Date;
}

/** Entries of `agent_audit_log` against the log. */
export interface AuditCheck {
  readonly intact: number;
  readonly changed: readonly number[];
  readonly removed: readonly number[];
  readonly inserted: readonly number[];
}

export interface EvidenceQuestion {
  readonly key: VerifierKey;
  readonly outside: readonly OutsideCheckpoint[];
  readonly signal: AbortSignal;
}

/**
 * `undefined`: there is no log. Reads every leaf and every row once. Needs the right to make temporary tables. Throws what Postgres throws,
 * and the signal's reason.
 */
export function verifyEvidence(
  pool: pg.Pool,
  { key, outside, signal }: EvidenceQuestion,
): Promise<EvidenceCheck | undefined> {
  return inTransaction(pool, async (client) => {
    await client.query(`set transaction isolation level repeatable read; ${TEXT_FORM}; set local jit = off`);
    const state = await readState(client);
    if (state === undefined) return undefined;
    const pruned = await readPruned(client);
    const log = await verifyLog(client, state, key, { outside, minimumIndex: pruned.before, signal });
    const rows: RowCheck[] = [];
    for (const kind of Object.keys(ROW_KINDS) as RowKind[])
      rows.push(await verifyRows(client, kind, state, signal));
    const audit = await verifyAuditLog(client, state, pruned);
    return {
      at: new Date(),
      log,
      rows,
      audit,
      is_beginning: state.rowsBefore !== null,
      begun_at: state.begunAt,
    };
  });
}

async function verifyAuditLog(
  client: pg.ClientBase,
  { begunAt }: LogState,
  pruned: Pruned,
): Promise<AuditCheck> {
  const { rows } = await client.query<{ number: number; what: keyof AuditCheck }>(
    `select coalesce(leaf.number, entry.number)::float8 as number,
       case when entry.number is null or leaf.row_sha256 is null and leaf.number is not null then 'removed'
         when leaf.number is null then 'inserted'
         when leaf.row_sha256 = entry.form then 'intact' else 'changed' end as what
     from (select (details ->> 'number')::bigint as number, row_sha256 from agent_evidence_leaves where kind = 'audit') as leaf
       full join (select number, at, ${AUDIT_FORM} as form from agent_audit_log) as entry using (number)
     where leaf.number is not null or (
       -- Those from before the log are not in it, and leaves of old ones went for their age.
       entry.at > $1::timestamptz + interval '1 minute' and entry.number > $2
       and not exists (select from agent_evidence_queue where kind = 'audit' and (details ->> 'number')::bigint = entry.number))
     order by number`,
    [begunAt.toISOString(), pruned.audit],
  );
  const of = (what: keyof AuditCheck) => rows.filter((row) => row.what === what).map(({ number }) => number);
  return {
    intact: of("intact").length,
    changed: of("changed"),
    removed: of("removed"),
    inserted: of("inserted"),
  };
}
