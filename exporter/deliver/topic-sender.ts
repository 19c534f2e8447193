/**
 * Sends the records of one kind to their topic. Every topic has a sender of its own, so a topic that is missing holds back
 * nothing but its own records.
 *
 * A sender is *idle*, *lingering* (records wait for company), *sending*, *backing off*, or *closed*:
 *
 *     idle -> sending              a record comes some time after the last batch
 *     idle -> lingering            a record comes soon after it
 *     lingering -> sending         the linger time is over, a batch is full, or somebody flushes
 *     sending -> sending|lingering|idle   the batch is settled
 *     sending -> backing off       the batch did not arrive, for a reason that may pass
 *     backing off -> sending       the time is over, or somebody flushes
 *     any -> closed                `close()`; what is left is spooled, or dropped and counted
 *
 * Order: one batch is under way at a time, and nothing overtakes it. A batch that was tried stays what it is until it is
 * settled: nobody joins it and nobody leaves it. The broker recognises a repetition by its sequence numbers, which count
 * records and do not look at them; another record in an old one's place would be taken for it and lost.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { backoffMillis } from "../../src/internal/backoff-millis.js";
import { describeError } from "../../src/internal/describe-error.js";
import type { DeliveryCounters, DropReason, Place } from "./delivery-counters.js";
import type { DeliveryLog } from "./delivery-log.js";
import type { BatchLimits } from "./delivery-options.js";
import { type FlushWait, FlushWaiters, NOTHING_LEFT } from "./flush-waiters.js";
import { runDetached } from "./run-detached.js";
import { type Outcome, type QueuedRecord, SendQueue } from "./send-queue.js";
import type { ActionRecord } from "./serialize.js";
import { SpoolTransport } from "./spool-transport.js";
import { type SendResult, sendChecked, type Transport } from "./transport.js";

export interface TopicSenderOptions {
  readonly topic: string;
  readonly transport: Transport;
  readonly limits: BatchLimits;
  readonly counters: DeliveryCounters;
  readonly log: DeliveryLog;
  /** Called when records have left the queue. */
  readonly onSettled: () => void;
  /** Called after each attempt, when all is counted. */
  readonly onAttempted?: (() => void) | undefined;
}

/** What is under way or has to be repeated. */
interface Batch {
  readonly queued: readonly QueuedRecord[];
  readonly records: readonly ActionRecord[];
  place: "buffered" | "inFlight";
}

const BACKOFF = { initialMillis: 100, maximumMillis: 5_000 } as const;

/** While somebody waits for a flush, whose deadline is seconds, the waits between attempts are short. */
const BACKOFF_IN_FLUSH = { initialMillis: 50, maximumMillis: 500 } as const;

export class TopicSender {
  readonly #options: TopicSenderOptions;
  readonly #queue = new SendQueue();
  readonly #flushes = new FlushWaiters();
  #batch: Batch | undefined;
  #lastPosition = 0;
  #state: "idle" | "lingering" | "running" | "closed" = "idle";
  #lingerTimer: NodeJS.Timeout | undefined;
  #endBackOff: (() => void) | undefined;
  /** When the last batch was made, `performance.now()`. */
  #lastBatchAt = Number.NEGATIVE_INFINITY;

  constructor(options: TopicSenderOptions) {
    this.#options = options;
  }

  /** How many records are here, also under way. */
  get size(): number {
    return this.#queue.length + (this.#batch?.queued.length ?? 0);
  }

  /**
   * Takes a record, which the caller has counted as buffered.
   *
   * @param onDisk for one that is on the disk, too: where it is counted
   * @param counters where another one is counted
   */
  add(
    record: ActionRecord,
    settle?: (outcome: Outcome) => void,
    onDisk?: { readonly counters: DeliveryCounters },
    counters = this.#options.counters,
  ): QueuedRecord {
    const queued: QueuedRecord = {
      record,
      settle,
      counters: onDisk?.counters ?? counters,
      isOnDisk: onDisk !== undefined,
      queuedAt: performance.now(),
      position: ++this.#lastPosition,
      state: "waiting",
    };
    if (this.#isWritten(queued)) return queued;
    this.#queue.add(queued);
    this.#start();
    return queued;
  }

  // Where events go to files before they are accepted. What could not be written comes first.
  #isWritten(queued: QueuedRecord): boolean {
    const { transport } = this.#options;
    if (!(transport instanceof SpoolTransport && transport.isImmediate)) return false;
    if (this.size > 0 || !transport.write(queued.record)) {
      transport.countMemoryOnly();
      return false;
    }
    this.#count("buffered", "acked", [queued]);
    this.#report([queued], { delivered: true });
    return true;
  }

  /** All records that are here, the oldest first. */
  get all(): readonly QueuedRecord[] {
    return [...(this.#batch?.queued ?? []), ...this.#queue];
  }

  /** Drops a record that has not been tried yet; returns whether it was one. */
  withdraw(queued: QueuedRecord, reason: DropReason): boolean {
    if (queued.state !== "waiting") return false;
    this.#queue.withdraw(queued);
    this.#drop("buffered", reason, [queued]);
    this.#flushes.advance(this.#firstPosition());
    return true;
  }

  /** Hurries, and waits until everything that is here now is settled or nobody waits for it any more. */
  flush(): FlushWait {
    if (this.#firstPosition() > this.#lastPosition) return NOTHING_LEFT;
    const wait = this.#flushes.wait(this.#lastPosition);
    this.#endBackOff?.();
    this.#start();
    return wait;
  }

  /**
   * Does nothing any more. What is left is spooled where `keep` returns `true` for it, and dropped otherwise, counted under the reason.
   */
  close(reason: DropReason, keep: (queued: QueuedRecord) => boolean = () => false): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    clearTimeout(this.#lingerTimer);
    this.#endBackOff?.();
    if (this.#batch) this.#leave(this.#batch.place, this.#batch.queued, reason, keep);
    this.#batch = undefined;
    const waiting = this.#queue.take(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
    this.#leave("buffered", waiting, reason, keep);
    this.#flushes.advance(this.#firstPosition());
  }

  #leave(
    from: "buffered" | "inFlight",
    queued: readonly QueuedRecord[],
    reason: DropReason,
    keep: (queued: QueuedRecord) => boolean,
  ): void {
    for (const one of queued) {
      if (!keep(one)) {
        this.#drop(from, reason, [one]);
        continue;
      }
      this.#count(from, "spooled", [one]);
      this.#report([one], { delivered: false, reason: "spooled" });
    }
  }

  // The caller may be an action of the agent: nothing is sent in its turn, nor in its async context.
  #start(): void {
    const wait = this.#lingerLeft();
    if (this.#state === "idle" && wait > 0) {
      this.#state = "lingering";
      this.#lingerTimer = setTimeout(() => this.#run(), wait).unref();
    } else if ((this.#state === "idle" || this.#state === "lingering") && wait === 0) {
      this.#state = "running";
      clearTimeout(this.#lingerTimer);
      setImmediate(() => this.#run());
    }
  }

  #run(): void {
    if (this.#state === "closed") return;
    this.#state = "running";
    runDetached(() => void this.#sendAll());
  }

  async #sendAll(): Promise<void> {
    let failures = 0;
    for (let batch = this.#nextBatch(); batch !== undefined; batch = this.#nextBatch()) {
      const result = await sendChecked(this.#options.transport, batch.records);
      if (this.#state === "closed") return;
      this.#settle(batch, result);
      failures = result.status === "retryable" ? failures + 1 : 0;
      if (failures > 0) await this.#backOff(failures);
      else if (this.#queue.length > 0) await nextTurn();
    }
    if (this.#state === "closed") return;
    this.#state = "idle";
    if (this.#queue.length > 0) this.#start();
  }

  // A batch that was tried comes first; a new one only when it is time.
  #nextBatch(): Batch | undefined {
    if (this.#batch === undefined) {
      if (this.#queue.length === 0 || this.#lingerLeft() > 0) return undefined;
      const { maxExportBatchSize, maxBatchBytes } = this.#options.limits;
      this.#batch = batchOf(this.#queue.take(maxExportBatchSize, maxBatchBytes));
      this.#lastBatchAt = performance.now();
    }
    this.#count("buffered", "inFlight", this.#batch.queued);
    this.#batch.place = "inFlight";
    return this.#batch;
  }

  #settle(batch: Batch, result: SendResult): void {
    const { topic, log, onSettled, onAttempted } = this.#options;
    const remaining = new Set(result.status === "retryable" ? result.remaining : []);
    const refused = new Set(result.status === "failed" ? result.refused : []);
    const kept = batch.queued.filter(({ record }) => remaining.has(record));
    const lost = batch.queued.filter(({ record }) => refused.has(record));
    const sent = batch.queued.filter(({ record }) => !remaining.has(record) && !refused.has(record));

    if (kept.length === 0) this.#batch = undefined;
    else if (kept.length < batch.queued.length) this.#batch = batchOf(kept);
    else batch.place = "buffered";
    this.#count("inFlight", "buffered", kept);
    this.#count("inFlight", "acked", sent);
    this.#report(sent, { delivered: true });
    this.#drop("inFlight", "refused", lost);

    if (result.status === "retryable") log.failed(topic, result.error.message);
    else log.delivered(topic);
    if (result.status === "failed") log.dropped("refused", result.error.message, lost.length);
    if (kept.length < batch.queued.length) onSettled();
    onAttempted?.();
    this.#flushes.advance(this.#firstPosition());
  }

  #backOff(failures: number): Promise<void> {
    const wait = backoffMillis(failures, this.#flushes.isEmpty ? BACKOFF : BACKOFF_IN_FLUSH);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#endBackOff?.(), wait).unref();
      this.#endBackOff = () => {
        this.#endBackOff = undefined;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  // A timer, and the wake-up that it is, costs as much as the record: one that comes alone, after a pause, has none.
  #lingerLeft(): number {
    const first = this.#queue.first();
    if (first === undefined || this.#isFull() || !this.#flushes.isEmpty) return 0;
    const { lingerMillis, pauseMillis = lingerMillis } = this.#options.limits;
    const due = Math.min(this.#lastBatchAt + pauseMillis, first.queuedAt + lingerMillis);
    return Math.max(0, Math.ceil(due - performance.now()));
  }

  #isFull(): boolean {
    const { maxExportBatchSize, maxBatchBytes } = this.#options.limits;
    return this.#queue.length >= maxExportBatchSize || this.#queue.bytes >= maxBatchBytes;
  }

  #firstPosition(): number {
    return this.#batch?.queued[0]?.position ?? this.#queue.first()?.position ?? Number.POSITIVE_INFINITY;
  }

  #drop(from: "buffered" | "inFlight", reason: DropReason, queued: readonly QueuedRecord[]): void {
    this.#count(from, reason, queued);
    this.#report(queued, { delivered: false, reason });
  }

  #count(from: "buffered" | "inFlight", to: Place, queued: readonly QueuedRecord[]): void {
    for (const { counters, record } of queued) counters.move(from, to, 1, record.value.length);
  }

  // What is called here belongs to others; should it throw, sending goes on.
  #report(settled: readonly QueuedRecord[], outcome: Outcome): void {
    for (const queued of settled) {
      queued.state = "settled";
      try {
        queued.settle?.(outcome);
      } catch (error) {
        this.#options.log.warn(`What waited for an event failed: ${describeError(error).message}`);
      }
    }
  }
}

const batchOf = (queued: readonly QueuedRecord[]): Batch => ({
  queued,
  records: queued.map(({ record }) => record),
  place: "buffered",
});
