import type { Logger } from "pino";
import { delay } from "../internal/delay.js";
import { settlesWithin } from "../internal/settles-within.js";
import type { PartitionOffset } from "../kafka/records.js";
import type { ConsumerStats } from "./consumer-stats.js";
import { failureReport } from "./failure-report.js";
import type { OffsetTracker } from "./offset-tracker.js";

export interface OffsetCommitterOptions {
  readonly offsets: OffsetTracker;
  /** Whether the broker has these offsets now. */
  readonly commit: (offsets: readonly PartitionOffset[]) => Promise<boolean>;
  readonly intervalMillis: number;
  readonly stats: ConsumerStats;
  readonly log: Logger;
}

/** While the group is being formed anew the broker refuses commits; asking at once again is no use. */
const PATIENCE_MILLIS = 1_000;
const FINISH_PAUSE_MILLIS = 100;
/** kafkajs may wait for ever for the response to a commit when the connection ended while it was sent. The next one is made without it. */
const COMMIT_MILLIS = 10_000;
const NEVER = new AbortController().signal;

/**
 * Commits what the tracker of offsets says, one request for all partitions, and not more often than the interval. A commit that is
 * refused is made again with whatever may be committed then; until it succeeds the records may be read once more, and
 * they will meet their own rows.
 */
export class OffsetCommitter {
  readonly #options: OffsetCommitterOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #last = Number.NEGATIVE_INFINITY;
  #stopped = false;

  constructor(options: OffsetCommitterOptions) {
    this.#options = options;
  }

  /** There may be something to commit. */
  soon(waitMillis = this.#options.intervalMillis): void {
    if (this.#timer !== undefined || this.#stopped) return;
    const wait = Math.max(this.#last + waitMillis - performance.now(), 0);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.now();
    }, wait);
  }

  /** Commits what may be committed now. Never rejects. */
  async now(): Promise<void> {
    await this.#running;
    this.#running ??= this.#commit().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  /**
   * Commits until nothing is left to commit, the time is up, or nobody is there to commit to. A group that is being formed
   * anew refuses commits for a second or two. Returns whether all is committed.
   */
  async finish(millis: number, canCommit: () => boolean): Promise<boolean> {
    const end = performance.now() + millis;
    for (;;) {
      if (!(await settlesWithin(this.now(), end - performance.now()))) return false;
      if (this.#options.offsets.committable().length === 0) return true;
      if (performance.now() >= end || !canCommit()) return false;
      await delay(Math.min(FINISH_PAUSE_MILLIS, end - performance.now()), NEVER);
    }
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #commit(): Promise<void> {
    const { offsets: tracker, commit, stats, log } = this.#options;
    const offsets = tracker.committable();
    this.#last = performance.now();
    if (offsets.length === 0) return;
    try {
      const committed = commit(offsets);
      if (!(await settlesWithin(committed, COMMIT_MILLIS)))
        throw new Error(`no response to a commit within ${COMMIT_MILLIS} ms`);
      if (!(await committed)) return this.soon(PATIENCE_MILLIS);
      tracker.committed(offsets);
      stats.committed();
    } catch (error) {
      const failure = failureReport("kafka", error);
      stats.commitFailed(failure);
      log.debug(failure, "offsets could not be committed, trying again");
      this.soon(PATIENCE_MILLIS);
    }
  }
}
