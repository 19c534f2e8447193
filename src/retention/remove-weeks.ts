/** Whole weeks of actions, dropped under a lock that is asked for briefly and again; rows that stay keep their week. */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { inTransaction } from "../store/on-connection.js";
import { runQuery } from "../store/queries/run-query.js";
import { sqlstateOf } from "../store/sqlstate.js";
import { type ArchiveManifest, type ArchivePlace, archiveRows, versionOf } from "./archive.js";
import { ACTIONS, type KeepRules, removable } from "./kept-rows.js";
import { noteRemoved } from "./note-evidence.js";

export interface Week {
  readonly table: string;
  readonly from: Date;
  readonly to: Date;
}

const WEEK_MILLIS = 7 * 86_400_000;
const PART_ROWS = 5_000;

/** Weeks that lie before the time as a whole, the oldest first. Throws `StoreError`. */
export async function weeksBefore(pool: pg.Pool, before: Date): Promise<readonly Week[]> {
  const rows = await runQuery<{ table: string; first_day: string }>(
    pool,
    `select relname as table, substring(relname from '^agent_actions_w(\\d{8})$') as first_day
     from pg_inherits join pg_class relation on relation.oid = inhrelid
     where inhparent = 'agent_actions'::regclass and relname ~ '^agent_actions_w\\d{8}$' order by relname`,
  );
  return rows
    .map(({ table, first_day: day }) => {
      const from = new Date(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00Z`);
      return { table, from, to: new Date(from.getTime() + WEEK_MILLIS) };
    })
    .filter(({ to }) => to <= before);
}

export interface WeekRules extends KeepRules {
  readonly archive: ArchivePlace | undefined;
  readonly signal: AbortSignal;
}

export interface RemovedWeek {
  readonly week: string;
  readonly rows: number;
  readonly dropped: boolean;
  readonly archive: ArchiveManifest | undefined;
}

/** Throws what Postgres and the file system throw, and the signal's reason. */
export async function removeWeek(pool: pg.Pool, week: Week, rules: WeekRules): Promise<RemovedWeek> {
  const archive = rules.archive === undefined ? undefined : await archiveRows(pool, rules.archive, week);
  const dropped = await dropWeek(pool, week, rules, archive?.version);
  if (dropped !== undefined) return { week: week.table, rows: dropped, dropped: true, archive };
  // What changed since it was archived goes the next time.
  if (archive !== undefined && (await versionNow(pool, week)) !== archive.version)
    return { week: week.table, rows: 0, dropped: false, archive };
  const rows = await removeRows(pool, week.table, removable("agent_actions", rules), [], rules.signal);
  return { week: week.table, rows, dropped: false, archive };
}

/**
 * Writes the rows of a table that began before the time, by weeks, whether or not there are actions of them. Returns whether the files have them
 * all: what changed meanwhile goes the next time. Throws what Postgres and the file system throw, and the signal's reason.
 */
export async function archiveBefore(
  pool: pg.Pool,
  place: ArchivePlace,
  table: string,
  before: Date,
  signal: AbortSignal,
): Promise<boolean> {
  const versions = new Map<Week, string | undefined>();
  for (const week of await weeksWithRows(pool, table, before)) {
    signal.throwIfAborted();
    versions.set(week, (await archiveRows(pool, place, week))?.version);
  }
  for (const [week, version] of versions) if ((await versionNow(pool, week)) !== version) return false;
  return (await weeksWithRows(pool, table, before)).length === versions.size;
}

async function weeksWithRows(pool: pg.Pool, table: string, before: Date): Promise<readonly Week[]> {
  const rows = await runQuery<{ monday: Date }>(
    pool,
    `select distinct date_trunc('week', created_at, 'UTC') as monday from ${table}
     where created_at < $1 and isfinite(created_at) order by monday`,
    [before.toISOString()],
  );
  return rows.map(({ monday }) => ({ table, from: monday, to: new Date(monday.getTime() + WEEK_MILLIS) }));
}

const versionNow = async (pool: pg.Pool, week: Week): Promise<string | undefined> =>
  (await runQuery<{ version: string }>(pool, versionOf(week)))[0]?.version;

const LOCK_TRIES = 5;

/** How many rows went with it; `undefined`: some stay, somebody reads without end, or one came since it was archived. */
async function dropWeek(
  pool: pg.Pool,
  week: Week,
  rules: WeekRules,
  archived: string | undefined,
): Promise<number | undefined> {
  const [first] = await runQuery<{ stay: boolean }>(pool, staying(week, rules));
  if (first?.stay !== false) return undefined;
  for (let tries = 1; tries <= LOCK_TRIES; tries++) {
    rules.signal.throwIfAborted();
    try {
      return await inTransaction(pool, (client) => dropLocked(client, week, rules, archived));
    } catch (error) {
      // Others wait behind whoever waits for this lock, so the wait is short, and the pause long.
      if (!["55P03", "40P01"].includes(sqlstateOf(error) ?? "")) throw error;
      await sleep(tries * 500, undefined, { signal: rules.signal });
    }
  }
  return undefined;
}

const staying = ({ table }: Week, rules: KeepRules): string =>
  `select exists (select from ${table} target where not (${removable("agent_actions", rules)})) as stay`;

const countOf = ({ table }: Week): string => `select count(*)::float8 as rows from ${table}`;

async function dropLocked(
  client: pg.PoolClient,
  week: Week,
  rules: WeekRules,
  archived: string | undefined,
): Promise<number | undefined> {
  await client.query("set local lock_timeout = '1s'");
  // Nobody writes to the week from here on; others are read and written, and this one is read.
  await client.query(`lock table ${week.table} in exclusive mode`);
  // A row may have come, or a hold been made, since the first look.
  const [{ stay } = { stay: true }] = (await client.query<{ stay: boolean }>(staying(week, rules))).rows;
  // How many they are is in an index; what they were takes a look at each.
  const counting = archived === undefined ? countOf(week) : versionOf(week);
  const [now] = (await client.query<{ version?: string; rows: number }>(counting)).rows;
  if (stay || now === undefined || (archived !== undefined && now.version !== archived)) return undefined;
  // Shorter than Postgres waits before it looks for a circle: who wrote to all weeks and waits for this one is not the one that is broken off.
  await client.query("set local lock_timeout = '500ms'");
  await client.query("lock table only agent_actions in access exclusive mode");
  await client.query(`drop table ${week.table}`);
  const [from, before] = [week.from.toISOString(), week.to.toISOString()];
  await noteRemoved(client, ACTIONS, { from, before, removed: now.rows });
  return now.rows;
}

/**
 * Removes rows of a table, or of one week, some thousand in one transaction, and file operations with their actions. Returns how many. Throws
 * what Postgres throws, and the signal's reason.
 *
 * @param condition over the table as `target`
 */
export async function removeRows(
  pool: pg.Pool,
  table: string,
  condition: string,
  values: readonly unknown[],
  signal: AbortSignal,
): Promise<number> {
  const key = table === "agent_execution_logs" ? "execution_id" : "id";
  for (let all = 0; ; ) {
    signal.throwIfAborted();
    const rows = await inTransaction(pool, async (client) => {
      await client.query("set local agent_actions.retaining = 'on'");
      const result = await client.query<{ rows: number; from: string; before: string }>(
        `with chosen as (select target.${key}, target.created_at from ${table} target where ${condition} limit ${PART_ROWS}),
         removed as (
           delete from ${table} target using chosen
           where target.${key} = chosen.${key} and target.created_at = chosen.created_at
           returning target.${key} as id, target.created_at
         ),
         files as (
           delete from agent_file_operations file using removed
           where file.action_id = removed.id and file.created_at = removed.created_at and ${table.startsWith("agent_actions")}
         )
         select count(*)::int as rows, min(created_at)::text as from, (max(created_at) + interval '1 microsecond')::text as before
         from removed`,
        [...values],
      );
      const [removed] = result.rows;
      if (removed === undefined) return 0;
      const { from, before } = removed;
      await noteRemoved(client, table.startsWith(ACTIONS) ? ACTIONS : table, {
        from,
        before,
        removed: removed.rows,
      });
      return removed.rows;
    });
    all += rows;
    if (rows < PART_ROWS) return all;
  }
}
