/** The functions of the database that keep the statistics, each in a transaction of its own. */
import type pg from "pg";
import { runQuery } from "../store/queries/run-query.js";

export type Resolution = "minute" | "hour" | "day" | "week";

/** A minute, an hour, a day or a week that has to be computed anew. */
export interface Bucket {
  readonly resolution: Resolution;
  /** As Postgres writes a `timestamptz`, and reads it back. */
  readonly start: string;
}

export interface Pending {
  /**
   * Minutes, then hours, days and weeks, the latest first and each after what it is summed from: of a long time that is computed from the rows,
   * days are complete one after the other. Not all, where they are many.
   */
  readonly buckets: readonly Bucket[];
  /** How many marks there are, by what they name. */
  readonly counts: Readonly<Record<Resolution | "run", number>>;
  /** How long ago the oldest change happened that a minute or a run does not show yet; 0 when all is shown. */
  readonly lagSeconds: number;
}

export interface Advance {
  /** False: another process is at it. */
  readonly active: boolean;
  /** Changes that were read. */
  readonly changes: number;
  /** Why everything was marked; `null` when it was not. */
  readonly rebuilt: string | null;
}

/** Marks what at most so many changes of the feed touch. Throws `StoreError`, as all of these. */
export async function advance(pool: pg.Pool, maxChanges: number): Promise<Advance> {
  const [row] = await runQuery<Advance & pg.QueryResultRow>(
    pool,
    "select active, changes, rebuilt from advance_agent_statistics($1)",
    [maxChanges],
  );
  return row ?? { active: false, changes: 0, rebuilt: null };
}

export async function pending(pool: pg.Pool, maxBuckets: number): Promise<Pending> {
  const [row] = await runQuery<Pending & pg.QueryResultRow>(
    pool,
    'select buckets, counts, lag_seconds as "lagSeconds" from pending_agent_statistics($1)',
    [maxBuckets],
  );
  return row ?? { buckets: [], counts: { minute: 0, hour: 0, day: 0, week: 0, run: 0 }, lagSeconds: 0 };
}

/** Returns how many actions the bucket has; `null` when another process is at it. */
export async function refreshBucket(pool: pg.Pool, { resolution, start }: Bucket): Promise<number | null> {
  const [row] = await runQuery<{ actions: number | null }>(
    pool,
    "select refresh_agent_statistics($1, $2)::float8 as actions",
    [resolution, start],
  );
  return row?.actions ?? null;
}

/** Returns how many summaries of runs were computed; `null` when another process is at it. */
export async function refreshRuns(pool: pg.Pool, maxMarks: number): Promise<number | null> {
  const [row] = await runQuery<{ runs: number | null }>(pool, "select refresh_agent_runs($1) as runs", [
    maxMarks,
  ]);
  return row?.runs ?? null;
}

/** Returns whether there may be another hour of which the minutes are to be removed. */
export async function consolidate(pool: pg.Pool): Promise<boolean> {
  const [row] = await runQuery<{ more: boolean }>(pool, "select consolidate_agent_statistics() as more");
  return row?.more ?? false;
}
