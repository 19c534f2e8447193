/**
 * Counts what becomes of every record. At every instant
 *
 *   received = consumed + in flight
 *   consumed = inserted + merged + duplicate + dead-lettered + skipped
 *
 * because a record is counted as consumed in the same step that counts what became of it. A record that is read again,
 * after a restart or a rebalance, is received and consumed again, and ends as a duplicate.
 */
import { RECORD_KINDS, type RecordKind } from "../event/index.js";
import type { WriteOutcome } from "../store/write-batch.js";
import { DEAD_LETTER_REASONS, type DeadLetterReason } from "./dead-letter.js";
import type { Skipped, SkipReason } from "./decode.js";
import type { FailureReport } from "./failure-report.js";
import { Histogram } from "./histogram.js";

export interface KindCounts {
  received: number;
  inserted: number;
  /** Added something to a row that another event made. */
  merged: number;
  duplicates: number;
  deadLettered: number;
  skipped: number;
}

export class ConsumerStats {
  /** `performance.now()`. */
  readonly startedAt = performance.now();
  readonly kinds: Readonly<Record<RecordKind, KindCounts>> = byKind(() => ({
    received: 0,
    inserted: 0,
    merged: 0,
    duplicates: 0,
    deadLettered: 0,
    skipped: 0,
  }));
  readonly deadLetters = Object.fromEntries(DEAD_LETTER_REASONS.map((reason) => [reason, 0])) as Record<
    DeadLetterReason,
    number
  >;
  readonly skipped: Record<SkipReason, number> = { tombstone: 0, empty: 0, erased: 0 };
  /** Dead letters that the topic would not take whole. */
  trimmedDeadLetters = 0;
  fileOperations = 0;
  /** Actions that referred to a span not seen yet, and are complete now. */
  actionsCompleted = 0;
  /** Traces whose actions Postgres would not let be completed. */
  tracesNotCompleted = 0;
  repaired = 0;
  redacted = 0;
  /** Attempts that failed and were made again. */
  retries = 0;
  /** How often a partition's next records were deleted before they were read. Their number is not known. */
  offsetResets = 0;
  commits = 0;
  failedCommits = 0;
  /** Milliseconds since the epoch, for people. */
  lastCommitAt: number | undefined;
  /** `performance.now()` of the last commit, for deadlines; the start before the first. */
  committedAt = this.startedAt;
  lastFailure: FailureReport | undefined;
  /** Why nothing more is written, should that ever be. */
  defect: FailureReport | undefined;
  readonly writeRows = new Histogram([1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000]);
  readonly writeMillis = new Histogram([1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]);

  received(kind: RecordKind, records: number): void {
    this.kinds[kind].received += records;
  }

  skip(kind: RecordKind, reason: Skipped["reason"]): void {
    this.kinds[kind].skipped += 1;
    this.skipped[reason] += 1;
  }

  stored({ perKind, fileOperations, completed, notCompleted }: WriteOutcome): void {
    for (const kind of RECORD_KINDS) {
      this.kinds[kind].inserted += perKind[kind].inserted;
      this.kinds[kind].merged += perKind[kind].merged;
      this.kinds[kind].duplicates += perKind[kind].duplicates;
      this.kinds[kind].skipped += perKind[kind].erased;
      this.skipped.erased += perKind[kind].erased;
    }
    this.fileOperations += fileOperations;
    this.actionsCompleted += completed;
    this.tracesNotCompleted += notCompleted;
  }

  deadLettered(kind: RecordKind, reason: DeadLetterReason): void {
    this.kinds[kind].deadLettered += 1;
    this.deadLetters[reason] += 1;
  }

  failed(failure: FailureReport): void {
    this.lastFailure = failure;
  }

  committed(): void {
    this.commits += 1;
    this.lastCommitAt = Date.now();
    this.committedAt = performance.now();
  }

  commitFailed(failure: FailureReport): void {
    this.failedCommits += 1;
    this.failed(failure);
  }
}

/** What of the received records has come to an end. */
export function consumedOf({ inserted, merged, duplicates, deadLettered, skipped }: KindCounts): number {
  return inserted + merged + duplicates + deadLettered + skipped;
}

function byKind<Value>(make: () => Value): Record<RecordKind, Value> {
  return Object.fromEntries(RECORD_KINDS.map((kind) => [kind, make()])) as Record<RecordKind, Value>;
}
