import type { DeliveryCounters, DropReason } from "./delivery-counters.js";
import type { ActionRecord } from "./serialize.js";

export type Outcome =
  | { readonly delivered: true }
  /** `spooled`: it is on the disk, and is sent later. */
  | { readonly delivered: false; readonly reason: DropReason | "spooled" };

/** A record that is on its way, and what is known of it. */
export interface QueuedRecord {
  readonly record: ActionRecord;
  /** Called once, when it is known what became of the record. */
  settle: ((outcome: Outcome) => void) | undefined;
  /** Where it is counted. */
  readonly counters: DeliveryCounters;
  /** It is on the disk, too, until it is settled. */
  readonly isOnDisk: boolean;
  /** `performance.now()` when it came. */
  readonly queuedAt: number;
  /** Position among the records of its topic, from 1. */
  readonly position: number;
  /** While `waiting` it may be withdrawn; once `tried` it may have arrived. */
  state: "waiting" | "tried" | "settled";
}

/** Records in the order in which they came. Taking from the front costs nothing, however long the queue is. */
export class SendQueue {
  #records: QueuedRecord[] = [];
  #front = 0;
  #bytes = 0;
  #waiting = 0;

  /** How many wait. */
  get length(): number {
    return this.#waiting;
  }

  /** Bytes of their values. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Those that wait, the first one first. */
  *[Symbol.iterator](): Generator<QueuedRecord> {
    for (const queued of this.#records.slice(this.#front)) if (queued.state === "waiting") yield queued;
  }

  add(queued: QueuedRecord): void {
    this.#records.push(queued);
    this.#waiting++;
    this.#bytes += queued.record.value.length;
  }

  /** Takes a record out, wherever it stands. */
  withdraw(queued: QueuedRecord): void {
    queued.state = "settled";
    this.#leave(queued);
    // Nothing is taken in an outage, and what was withdrawn must not stay in memory for its length.
    this.first();
    this.#compact();
  }

  first(): QueuedRecord | undefined {
    while (this.#records[this.#front]?.state === "settled") this.#front++;
    return this.#records[this.#front];
  }

  /** The next ones, at least one when there is one, within the bounds in number and bytes otherwise. */
  take(maxRecords: number, maxBytes: number): QueuedRecord[] {
    const taken: QueuedRecord[] = [];
    let bytes = 0;
    for (
      let queued = this.first();
      queued !== undefined && taken.length < maxRecords;
      queued = this.first()
    ) {
      bytes += queued.record.value.length;
      if (taken.length > 0 && bytes > maxBytes) break;
      queued.state = "tried";
      taken.push(queued);
      this.#leave(queued);
      this.#front++;
    }
    this.#compact();
    return taken;
  }

  #leave(queued: QueuedRecord): void {
    this.#waiting--;
    this.#bytes -= queued.record.value.length;
  }

  // Moves what is left to the front once more than half of the array is behind it, so each record is moved once on average.
  #compact(): void {
    if (this.#front * 2 < this.#records.length) return;
    this.#records = this.#records.slice(this.#front);
    this.#front = 0;
  }
}
