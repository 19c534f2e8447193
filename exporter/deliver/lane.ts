/**
 * The way of one kind of event to its topic. Every topic has a lane of its own, so a topic that is missing holds back
 * nothing but its own events.
 *
 * A lane is *idle*, *lingering* (events wait for company), *sending*, *backing off*, or *closed*:
 *
 *     idle -> lingering            an event comes
 *     lingering -> sending         the linger time is over, a batch is full, or somebody flushes
 *     sending -> sending|lingering|idle   the batch is settled
 *     sending -> backing off       the batch did not arrive, for a reason that may pass
 *     backing off -> sending       the time is over, or somebody flushes
 *     any -> closed                `close()`; what is left is dropped and counted
 *
 * Order: one batch is under way at a time, and nothing overtakes it. A batch that was tried stays what it is until it is
 * settled: nobody joins it and nobody leaves it. The broker recognises a repetition by its sequence numbers, which count
 * records and do not look at them; another record in an old one's place would be taken for it and lost.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { TransportError } from "../../src/errors.js";
import { backoffMillis } from "../../src/internal/backoff-millis.js";
import { describeError } from "../../src/internal/describe-error.js";
import { Milestones } from "./milestones.js";
import { runDetached } from "./run-detached.js";
import type { ActionRecord } from "./serialize.js";
import type { DropReason, Ledger, Place } from "./stats.js";
import type { SendResult, Transport } from "./transport.js";
import { type Item, type Outcome, WaitingLine } from "./waiting-line.js";

export interface LaneLimits {
  readonly maxExportBatchSize: number;
  readonly maxBatchBytes: number;
  readonly lingerMillis: number;
}

/** Hears how sending goes. */
export interface LaneListener {
  failed(error: TransportError): void;
  refused(error: TransportError, count: number): void;
  delivered(): void;
}

/** What is under way or has to be repeated. */
interface Batch {
  readonly items: readonly Item[];
  readonly records: readonly ActionRecord[];
  place: "buffered" | "inFlight";
}

const BACKOFF = { initialMillis: 100, maximumMillis: 5_000 } as const;

/** While somebody waits for a flush, whose deadline is seconds, the waits between attempts are short. */
const BACKOFF_IN_FLUSH = { initialMillis: 50, maximumMillis: 500 } as const;

export class Lane {
  readonly #transport: Transport;
  readonly #limits: LaneLimits;
  readonly #ledger: Ledger;
  readonly #listener: LaneListener;
  readonly #line = new WaitingLine();
  readonly #flushes = new Milestones();
  #batch: Batch | undefined;
  #arrivals = 0;
  #state: "idle" | "lingering" | "running" | "closed" = "idle";
  #lingerTimer: NodeJS.Timeout | undefined;
  #endBackOff: (() => void) | undefined;

  constructor(transport: Transport, limits: LaneLimits, ledger: Ledger, listener: LaneListener) {
    this.#transport = transport;
    this.#limits = limits;
    this.#ledger = ledger;
    this.#listener = listener;
  }

  /** Takes a record, which the caller has counted as buffered. */
  push(record: ActionRecord, settle?: (outcome: Outcome) => void): Item {
    const position = ++this.#arrivals;
    const item: Item = { record, settle, joinedAt: performance.now(), position, state: "waiting" };
    this.#line.join(item);
    this.#start();
    return item;
  }

  /** Drops an item that has not been tried yet; answers whether it was one. */
  withdraw(item: Item, reason: DropReason): boolean {
    if (item.state !== "waiting") return false;
    this.#line.withdraw(item);
    this.#drop("buffered", reason, [item]);
    this.#flushes.advance(this.#firstPosition());
    return true;
  }

  /** Resolves when everything that is in the lane now is settled. */
  flush(): Promise<void> {
    if (this.#firstPosition() > this.#arrivals) return Promise.resolve();
    const settled = this.#flushes.reached(this.#arrivals);
    this.#endBackOff?.();
    this.#start();
    return settled;
  }

  /** Drops what is left, counted under the reason, and does nothing any more. */
  close(reason: DropReason): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    clearTimeout(this.#lingerTimer);
    this.#endBackOff?.();
    if (this.#batch) this.#drop(this.#batch.place, reason, this.#batch.items);
    this.#batch = undefined;
    this.#drop("buffered", reason, this.#line.take(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY));
    this.#flushes.advance(this.#firstPosition());
  }

  // The caller may be an action of the agent: nothing is sent in its turn, nor in its async context.
  #start(): void {
    const wait = this.#lingerLeft();
    if (this.#state === "idle" && wait > 0) {
      this.#state = "lingering";
      this.#lingerTimer = setTimeout(() => this.#enter(), wait).unref();
    } else if ((this.#state === "idle" || this.#state === "lingering") && wait === 0) {
      this.#state = "running";
      clearTimeout(this.#lingerTimer);
      setImmediate(() => this.#enter());
    }
  }

  #enter(): void {
    if (this.#state === "closed") return;
    this.#state = "running";
    runDetached(() => void this.#run());
  }

  async #run(): Promise<void> {
    let failures = 0;
    for (let batch = this.#nextBatch(); batch !== undefined; batch = this.#nextBatch()) {
      const result = await this.#attempt(batch);
      if (this.#state === "closed") return;
      this.#settle(batch, result);
      failures = result.status === "retryable" ? failures + 1 : 0;
      if (failures > 0) await this.#backOff(failures);
      else await nextTurn();
    }
    if (this.#state === "closed") return;
    this.#state = "idle";
    if (this.#line.length > 0) this.#start();
  }

  // A batch that was tried comes first; a new one only when it is time.
  #nextBatch(): Batch | undefined {
    if (this.#batch === undefined) {
      if (this.#line.length === 0 || this.#lingerLeft() > 0) return undefined;
      this.#batch = batchOf(this.#line.take(this.#limits.maxExportBatchSize, this.#limits.maxBatchBytes));
    }
    this.#count("buffered", "inFlight", this.#batch.items);
    this.#batch.place = "inFlight";
    return this.#batch;
  }

  async #attempt({ records }: Batch): Promise<SendResult> {
    try {
      return await this.#transport.send(records);
    } catch (cause) {
      const error = new TransportError(`The transport failed: ${describeError(cause).message}`, { cause });
      return { status: "retryable", error, remaining: records };
    }
  }

  #settle(batch: Batch, result: SendResult): void {
    const remaining = new Set(result.status === "retryable" ? result.remaining : []);
    const refused = new Set(result.status === "failed" ? result.refused : []);
    const kept = batch.items.filter(({ record }) => remaining.has(record));
    const lost = batch.items.filter(({ record }) => refused.has(record));
    const sent = batch.items.filter(({ record }) => !remaining.has(record) && !refused.has(record));

    if (kept.length === 0) this.#batch = undefined;
    else if (kept.length < batch.items.length) this.#batch = batchOf(kept);
    else batch.place = "buffered";
    this.#count("inFlight", "buffered", kept);
    this.#count("inFlight", "acked", sent);
    tell(sent, { delivered: true });
    this.#drop("inFlight", "refused", lost);

    if (result.status === "retryable") this.#listener.failed(result.error);
    else this.#listener.delivered();
    if (result.status === "failed") this.#listener.refused(result.error, lost.length);
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

  #lingerLeft(): number {
    const first = this.#line.first();
    if (first === undefined || this.#isFull() || !this.#flushes.isEmpty) return 0;
    return Math.max(0, Math.ceil(first.joinedAt + this.#limits.lingerMillis - performance.now()));
  }

  #isFull(): boolean {
    const { maxExportBatchSize, maxBatchBytes } = this.#limits;
    return this.#line.length >= maxExportBatchSize || this.#line.bytes >= maxBatchBytes;
  }

  #firstPosition(): number {
    return this.#batch?.items[0]?.position ?? this.#line.first()?.position ?? Number.POSITIVE_INFINITY;
  }

  #drop(from: "buffered" | "inFlight", reason: DropReason, items: readonly Item[]): void {
    this.#count(from, reason, items);
    tell(items, { delivered: false, reason });
  }

  #count(from: "buffered" | "inFlight", to: Place, items: readonly Item[]): void {
    const bytes = items.reduce((sum, { record }) => sum + record.value.length, 0);
    this.#ledger.move(from, to, items.length, bytes);
  }
}

const batchOf = (items: readonly Item[]): Batch => ({
  items,
  records: items.map(({ record }) => record),
  place: "buffered",
});

function tell(items: readonly Item[], outcome: Outcome): void {
  for (const item of items) {
    item.state = "settled";
    item.settle?.(outcome);
  }
}
