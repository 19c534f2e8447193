/**
 * One turn of keeping the statistics: read the change feed and mark, compute what is marked. Each step is a transaction of its own that
 * leaves everything consistent, so a turn may end anywhere, and another process may go on.
 */
import type pg from "pg";
import type { StoreError } from "../errors.js";
import { storeFailure } from "../store/store-failure.js";
import { nowOf, type Pacing } from "./pacing.js";
import {
  advance,
  type Bucket,
  consolidate,
  type Pending,
  pending,
  refreshBucket,
  refreshRuns,
} from "./statistics-statements.js";

/** Changes that one transaction reads: each names up to some thousands of rows. */
const MAX_CHANGES = 200;
const MAX_BUCKETS = 1_000;
const MAX_RUN_MARKS = 500;

export interface TurnOptions {
  readonly pacing: Pacing;
  /** After so long nothing more is begun; of every kind of work, one piece is done in any case. */
  readonly maxMillis: number;
  /** Called for every bucket that cannot be computed; it is tried again later. */
  readonly onFailure: (bucket: Bucket, error: StoreError) => void;
  /** Ends the turn after the piece under way. */
  readonly signal: AbortSignal;
}

export interface Turn {
  /** False: another process keeps the statistics. */
  readonly active: boolean;
  /** Changes of the feed that were read. */
  readonly changes: number;
  /** Minutes, hours, days and weeks that were computed. */
  readonly buckets: number;
  /** Summaries of runs that were computed. */
  readonly runs: number;
  /** Why everything was marked; `undefined` when it was not. */
  readonly rebuilt: string | undefined;
  /** What was marked before the computing. */
  readonly pending: Pending | undefined;
}

const ELSEWHERE: Turn = {
  active: false,
  changes: 0,
  buckets: 0,
  runs: 0,
  rebuilt: undefined,
  pending: undefined,
};

/** Throws `StoreError`. */
export async function runTurn(pool: pg.Pool, options: TurnOptions): Promise<Turn> {
  const { maxMillis, signal } = options;
  const began = performance.now();
  const isOver = (share: number): boolean => signal.aborted || performance.now() - began > maxMillis * share;

  let changes = 0;
  let rebuilt: string | undefined;
  for (;;) {
    const step = await advance(pool, MAX_CHANGES);
    if (!step.active) return ELSEWHERE;
    changes += step.changes;
    rebuilt = step.rebuilt ?? rebuilt;
    if (step.changes < MAX_CHANGES || isOver(0.3)) break;
  }
  const marked = await pending(pool, MAX_BUCKETS);
  const buckets = await refreshDue(pool, marked.buckets, () => isOver(0.7), options);
  let runs = 0;
  // A minute marks its runs, so these come last.
  while (buckets + marked.counts.run > 0) {
    const some = (await refreshRuns(pool, MAX_RUN_MARKS)) ?? 0;
    runs += some;
    if (some === 0 || isOver(1)) break;
  }
  if (options.pacing.consolidates(nowOf())) while ((await consolidate(pool)) && !isOver(1));
  return { active: true, changes, buckets, runs, rebuilt, pending: marked };
}

async function refreshDue(
  pool: pg.Pool,
  buckets: readonly Bucket[],
  isOver: () => boolean,
  { pacing, onFailure }: TurnOptions,
): Promise<number> {
  let computed = 0;
  pacing.forgetOld(nowOf());
  for (const bucket of buckets) {
    if (!pacing.isDue(bucket, nowOf())) continue;
    const began = performance.now();
    try {
      const actions = await refreshBucket(pool, bucket);
      if (actions === null) return computed;
      computed += 1;
      pacing.computed(bucket, performance.now() - began, actions, nowOf());
    } catch (error) {
      const failure = storeFailure(error);
      // Without an SQLSTATE, the connection is away, and so is the next bucket.
      if (failure.sqlstate === undefined) throw failure;
      pacing.failed(bucket, nowOf());
      onFailure(bucket, failure);
    }
    if (isOver()) break;
  }
  return computed;
}
