/**
 * File operations whose actions went for their age. Where no action of a week is left, its part of the table is dropped; else those without an
 * action are deleted, some thousand in one transaction. In transactions of their own, after the actions': writers lock one table, then the other.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { inTransaction } from "../store/on-connection.js";
import { runQuery } from "../store/queries/run-query.js";
import { sqlstateOf } from "../store/sqlstate.js";
import type { ArchivePlace } from "./archive.js";
import { archiveBefore } from "./remove-weeks.js";

export const FILES = "agent_file_operations";

const PART_ROWS = 5_000;
const LOCK_TRIES = 3;

/** A partition as Postgres writes its bounds; the first one begins at `-infinity`. */
interface Part {
  readonly table: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Returns how many rows went; of a dropped part, as many as were counted before the lock for it was asked for. Throws what Postgres and the file
 * system throw, and the signal's reason.
 *
 * @param before end of the last week of actions that was looked at
 */
export async function removeFiles(
  pool: pg.Pool,
  before: Date,
  archive: ArchivePlace | undefined,
  signal: AbortSignal,
): Promise<number> {
  // What changed since it was archived goes the next time.
  if (archive !== undefined && !(await archiveBefore(pool, archive, FILES, before, signal))) return 0;
  let rows = 0;
  for (const part of await partsBefore(pool, before)) {
    signal.throwIfAborted();
    if ((await runQuery<{ used: boolean }>(pool, hasActions(part)))[0]?.used !== false) continue;
    const [counted] = await runQuery<{ rows: number }>(
      pool,
      `select count(*)::float8 as rows from ${part.table}`,
    );
    const dropped = await dropPart(pool, part, signal);
    if (dropped) rows += counted?.rows ?? 0;
    // Somebody reads without end: it would be so for the next part too.
    if (dropped === undefined) break;
  }
  return rows + (await removeWithoutAction(pool, before, signal));
}

const partsBefore = (pool: pg.Pool, before: Date): Promise<Part[]> =>
  runQuery<Part>(
    pool,
    `select part as table, coalesce(lower, '-infinity') as from, upper as to
     from (
       select part.oid::regclass::text as part, substring(bounds from 'FROM \\(''([^'']+)''\\)') as lower, substring(bounds from 'TO \\(''([^'']+)''\\)') as upper
       from pg_inherits join pg_class part on part.oid = inhrelid, pg_get_expr(relpartbound, part.oid) as bounds
       where inhparent = '${FILES}'::regclass
     ) as parts
     where upper::timestamptz <= $1 order by upper::timestamptz`,
    [before.toISOString()],
  );

const hasActions = ({ from, to }: Part): string =>
  `select exists (select from agent_actions where created_at >= '${from}' and created_at < '${to}') as used`;

/** `false`: an action came meanwhile; `undefined`: the lock was not to be had. */
async function dropPart(pool: pg.Pool, part: Part, signal: AbortSignal): Promise<boolean | undefined> {
  for (let tries = 1; tries <= LOCK_TRIES; tries++) {
    signal.throwIfAborted();
    try {
      return await inTransaction(pool, async (client) => {
        // Shorter than Postgres waits before it looks for a circle, so that no writer is the one that is broken off.
        await client.query("set local lock_timeout = '500ms'");
        await client.query(`lock table only ${FILES} in access exclusive mode`);
        const { rows } = await client.query<{ used: boolean }>(hasActions(part));
        if (rows[0]?.used !== false) return false;
        await client.query(`drop table ${part.table}`);
        return true;
      });
    } catch (error) {
      // Others wait behind whoever waits for this lock, so the wait is short, and the pause long.
      if (!["55P03", "40P01"].includes(sqlstateOf(error) ?? "")) throw error;
      await sleep(tries * 500, undefined, { signal });
    }
  }
  return undefined;
}

async function removeWithoutAction(pool: pg.Pool, before: Date, signal: AbortSignal): Promise<number> {
  for (let all = 0; ; ) {
    signal.throwIfAborted();
    const [{ rows } = { rows: 0 }] = await runQuery<{ rows: number }>(
      pool,
      `with removed as (
         delete from ${FILES} where (action_id, created_at) in (
           select action_id, created_at from ${FILES} file where created_at < $1 and not exists (
             select from agent_actions action where action.id = file.action_id and action.created_at = file.created_at and action.created_at < $1)
           limit ${PART_ROWS})
         returning 1)
       select count(*)::int as rows from removed`,
      [before.toISOString()],
    );
    all += rows;
    if (rows < PART_ROWS) return all;
  }
}
