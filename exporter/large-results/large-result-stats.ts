import { NOT_KEPT_REASONS, type NotKeptReason } from "../../src/event/large-result.js";
import type { WrittenResult } from "../../src/large-results/write-large-result.js";

/** What became of contents that are too large for a record. They are no events, and count nowhere else. */
export interface LargeResultStats {
  /** On the disk, whole. */
  readonly kept: number;
  /** Bytes of their JSON. */
  readonly keptBytes: number;
  /** Trimmed in their event, by the reason. */
  readonly notKept: Readonly<Record<NotKeptReason, number>>;
  /** To be redacted and written. */
  readonly waiting: number;
  /** Characters of these. */
  readonly waitingLength: number;
}

const none = (): Record<NotKeptReason, number> =>
  Object.fromEntries(NOT_KEPT_REASONS.map((reason) => [reason, 0])) as Record<NotKeptReason, number>;

export const NO_LARGE_RESULTS: LargeResultStats = Object.freeze({
  kept: 0,
  keptBytes: 0,
  notKept: Object.freeze(none()),
  waiting: 0,
  waitingLength: 0,
});

export class LargeResultCounts {
  #kept = 0;
  #keptBytes = 0;
  readonly #notKept = none();

  kept({ bytes }: WrittenResult): void {
    this.#kept++;
    this.#keptBytes += bytes;
  }

  notKept(reason: NotKeptReason): void {
    this.#notKept[reason]++;
  }

  snapshot(waiting: number, waitingLength: number): LargeResultStats {
    return Object.freeze({
      kept: this.#kept,
      keptBytes: this.#keptBytes,
      notKept: Object.freeze({ ...this.#notKept }),
      waiting,
      waitingLength,
    });
  }
}
