/**
 * Removes or masks what a subject names, in every table. First the ledger's entry, so that nothing comes anew; then rows, some thousand at a
 * time, each part in a transaction with the note of their ids and the change feed. Statistics that are not frozen are computed anew from what
 * is left.
 *
 * It can be broken off and run again: what is gone stays gone.
 */
import type pg from "pg";
import { auditWith } from "../audit.js";
import { releaseLargeResults } from "../large-results/large-result-uses.js";
import { inTransaction } from "../on-connection.js";
import { runQuery } from "../queries/run-query.js";
import { storeFailure } from "../store-failure.js";
import { withoutContention } from "../without-contention.js";
import { eraseSummaries } from "./erase-summaries.js";
import {
  conditionOf,
  conditionOfHash,
  ERASABLE_TABLES,
  type ErasableTable,
  type ErasureField,
  type ErasureSubject,
  heldCondition,
  isForGood,
  sha256,
} from "./erasure-fields.js";
import { LOCK_ERASURES } from "./erasure-ledger.js";

export type ErasureMode = "remove" | "mask";

/** Rows by table. */
export type RowCounts = Readonly<Record<string, number>>;

export interface ErasurePlan {
  readonly rows: RowCounts;
  /** Rows that a hold names: while there are any, nothing is erased. */
  readonly held: number;
  /** Names of the holds. */
  readonly holds: readonly string[];
}

/** What would be erased. Throws `StoreError`. */
export async function planErasure(pool: pg.Pool, { field, value }: ErasureSubject): Promise<ErasurePlan> {
  const rows: Record<string, number> = {};
  let held = 0;
  for (const table of ERASABLE_TABLES) {
    const condition = conditionOf(table, field, "$1");
    if (condition === undefined) continue;
    const [counted] = await runQuery<{ rows: number; held: number }>(
      pool,
      `select count(*)::float8 as rows, (count(*) filter (where ${heldCondition(table)}))::float8 as held
       from ${table.table} target where ${condition}`,
      [value],
    );
    rows[table.table] = counted?.rows ?? 0;
    held += counted?.held ?? 0;
  }
  const actions = ERASABLE_TABLES.find(({ table }) => table === "agent_actions");
  const ofActions = actions && conditionOf(actions, field, "$1");
  if (ofActions !== undefined) {
    const [large] = await runQuery<{ files: number }>(
      pool,
      `select count(distinct used.sha256)::float8 as files
       from agent_large_results used join agent_actions target on target.id = used.action_id and target.created_at = used.action_created_at
       where ${ofActions}`,
      [value],
    );
    rows.agent_large_results = large?.files ?? 0;
  }
  const holds = await runQuery<{ name: string }>(
    pool,
    "select name from agent_holds where until > now() and ($3 or field = $1 and value = $2) order by name",
    [field, value, held > 0],
  );
  return { rows, held, holds: holds.map(({ name }) => name) };
}

export interface EraseOptions {
  readonly mode: ErasureMode;
  readonly reason?: string | undefined;
  /** Breaks off between two parts. */
  readonly signal: AbortSignal;
  /** Removes the file of a large content; `undefined`: its folder is not known here. */
  readonly removeLargeResult?: ((sha256: string) => Promise<void>) | undefined;
}

/** Returns how many rows went or were masked. Throws `StoreError`, and the signal's reason. */
export async function eraseRows(
  pool: pg.Pool,
  subject: ErasureSubject,
  { mode, reason, signal, removeLargeResult }: EraseOptions,
): Promise<RowCounts> {
  try {
    const number = await enter(pool, subject, mode, reason);
    const rows: Record<string, number> = {};
    const runs = new Set<string>();
    for (const table of ERASABLE_TABLES) {
      const condition = conditionOf(table, subject.field, "$1");
      if (condition === undefined) continue;
      const erasure = { table, condition, value: subject.value, number, mode, signal };
      rows[table.table] = await eraseTable(pool, erasure, runs);
    }
    Object.assign(rows, await eraseSummaries(pool, subject, { mode, runs: [...runs] }));
    const { files } = await releaseLargeResults(pool, removeLargeResult, signal);
    rows.agent_large_results = files;
    await inTransaction(pool, (client) =>
      auditWith(client, {
        action: "erase",
        subject: `${subject.field} sha256:${sha256(subject.value).toString("hex")}`,
        details: { erasure: number, mode, rows, ...(reason === undefined ? {} : { reason }) },
      }),
    );
    return rows;
  } catch (error) {
    signal.throwIfAborted();
    throw storeFailure(error);
  }
}

interface LedgerEntry {
  readonly number: string;
  readonly field: ErasureField;
  readonly value_sha256: Buffer;
  readonly mode: ErasureMode;
}

/**
 * Erases once more what the ledger names: after rows of a backup came in, by their ids and by the SHA-256 of their values. Reads the tables
 * whole for each entry. Returns how many rows were there again. Throws `StoreError`, and the signal's reason.
 */
export async function repeatErasures(
  pool: pg.Pool,
  signal: AbortSignal,
  removeLargeResult?: EraseOptions["removeLargeResult"],
): Promise<RowCounts> {
  try {
    const { rows: entries } = await pool.query<LedgerEntry>(
      "select number::text, field, value_sha256, mode from agent_erasures order by number",
    );
    const again: Record<string, number> = {};
    const runs = new Set<string>();
    for (const { number, field, value_sha256: value, mode } of entries)
      for (const table of ERASABLE_TABLES) {
        const named = conditionOfHash(table, field, "$1::bytea");
        if (named === undefined) continue;
        const before = "(select began_before from agent_erasures where number = $2::bigint)";
        const noted = `exists (select from agent_erased_rows noted where noted.id = target.${table.id} and noted.erasure = $2::bigint)`;
        const namedAgain = `${named} and target.created_at < ${before}`;
        const condition = mode === "mask" ? namedAgain : `(${namedAgain} or ${noted})`;
        const erasure = { table, condition, value, number, mode, signal, isRepeated: true };
        again[table.table] = (again[table.table] ?? 0) + (await eraseTable(pool, erasure, runs));
      }
    again.agent_large_results = (await releaseLargeResults(pool, removeLargeResult, signal)).files;
    await inTransaction(pool, (client) =>
      auditWith(client, { action: "erase again", details: { erasures: entries.length, rows: again } }),
    );
    return again;
  } catch (error) {
    signal.throwIfAborted();
    throw storeFailure(error);
  }
}

/** Rows in one transaction: writers wait for as long as it takes. */
const PART_ROWS = 2_000;

/** The entry is there, and every transaction that did not see it has ended. */
function enter(
  pool: pg.Pool,
  { field, value }: ErasureSubject,
  mode: ErasureMode,
  reason: string | undefined,
): Promise<string> {
  return alone(pool, async (client) => {
    const { rows } = await client.query<{ number: string }>(
      `insert into agent_erasures (field, value_sha256, began_before, mode, reason)
       values ($1, $2, case when $3 then 'infinity' else clock_timestamp() end, $4, $5) returning number`,
      [field, sha256(value), isForGood(field), mode, reason ?? null],
    );
    return rows[0]?.number ?? "0";
  });
}

/** A transaction in which no events are stored. */
const alone = <Result>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> =>
  withoutContention(() =>
    inTransaction(pool, async (client) => {
      await client.query(LOCK_ERASURES);
      return work(client);
    }),
  );

interface TableErasure {
  readonly table: ErasableTable;
  readonly condition: string;
  readonly value: string | Buffer;
  readonly number: string;
  readonly mode: ErasureMode;
  readonly signal: AbortSignal;
  /** Also rows that were masked before: they may have come back whole. */
  readonly isRepeated?: boolean;
}

async function eraseTable(pool: pg.Pool, erasure: TableErasure, runs: Set<string>): Promise<number> {
  const { table, value, number, signal } = erasure;
  const text = erasure.mode === "remove" ? removal(erasure) : masking(erasure);
  for (let all = 0; ; ) {
    signal.throwIfAborted();
    const rows = await alone(pool, async (client) => {
      const { rows: erased } = await client.query<{ id: string; run: string | null }>(text, [value, number]);
      for (const { run } of erased) if (run !== null) runs.add(run);
      if (erased.length > 0 && table.kind === "action")
        await followActions(
          client,
          erased.map(({ id }) => id),
          erasure.mode,
        );
      return erased.length;
    });
    all += rows;
    if (rows < PART_ROWS) return all;
  }
}

const NOTED = (kind: string): string => `
  noted as (insert into agent_erased_rows select id, $2::bigint from erased on conflict (id) do nothing),
  feed as (
    insert into agent_action_changes (kind, ids, created_ats)
    select '${kind}', array_agg(id), array_agg(created_at) from erased having count(*) > 0
  )
  select id, run from erased`;

const chosen = ({ table: { table, id }, condition }: TableErasure, more = ""): string =>
  `select target.${id}, target.created_at from ${table} target where ${condition} ${more} limit ${PART_ROWS}`;

const removal = (erasure: TableErasure): string => {
  const { table, id, kind } = erasure.table;
  return `
    with erased as (
      delete from ${table} target using (${chosen(erasure)}) as chosen
      where target.${id} = chosen.${id} and target.created_at = chosen.created_at
      returning target.${id} as id, target.created_at, target.correlation_id as run
    ), ${NOTED(kind)}`;
};

// By what it was found a masked row is not found again; of a run it would be, so what was masked is left out.
const masking = (erasure: TableErasure): string => {
  const { table, id, kind, masked, replaced = {} } = erasure.table;
  const sets = [
    ...masked.map((column) => `${column} = null`),
    ...Object.entries(replaced).map(([column, value]) => `${column} = ${value}`),
  ];
  // Of a repetition by a run each row is masked once: it still says its run.
  const whole = masked.map((column) => `target.${column} is not null`).join(" or ");
  const once = erasure.isRepeated
    ? `and (${whole})`
    : `and not exists (select from agent_erased_rows noted where noted.id = target.${id})`;
  return `
    with erased as (
      update ${table} target set ${sets.join(", ")} from (${chosen(erasure, once)}) as chosen
      where target.${id} = chosen.${id} and target.created_at = chosen.created_at
      returning target.${id} as id, target.created_at, target.correlation_id as run
    ), ${NOTED(kind)}`;
};

/** What hangs on actions: their file operations and labels. Keys without an action are forgotten by the consumer. */
async function followActions(
  client: pg.PoolClient,
  ids: readonly string[],
  mode: ErasureMode,
): Promise<void> {
  const files =
    mode === "remove"
      ? "delete from agent_file_operations where action_id = any ($1::uuid[])"
      : `update agent_file_operations set file_path = null, file_path_hash = null, file_name = null, content_hash_before = null,
           content_hash_after = null, line_range = null, operation_params = null, error_message = null
         where action_id = any ($1::uuid[])`;
  await client.query(files, [ids]);
  await client.query(
    mode === "remove"
      ? "delete from agent_action_labels where action_id = any ($1::uuid[])"
      : "update agent_action_labels set text = null, created_by = null, metadata = null where action_id = any ($1::uuid[])",
    [ids],
  );
}
