import type { ActionRecord } from "./serialize.js";
import type { DropReason } from "./stats.js";

export type Outcome =
  | { readonly delivered: true }
  | { readonly delivered: false; readonly reason: DropReason };

/** A record on its way. */
export interface Item {
  readonly record: ActionRecord;
  /** Called once, when it is known what became of the record. */
  readonly settle: ((outcome: Outcome) => void) | undefined;
  /** `performance.now()` when it joined. */
  readonly joinedAt: number;
  /** Position in the lane, from 1. */
  readonly position: number;
  /** `waiting` items may still be withdrawn; `tried` ones may have arrived. */
  state: "waiting" | "tried" | "settled";
}

/** Items in the order in which they came. Taking from the front costs nothing, however long the line is. */
export class WaitingLine {
  #items: Item[] = [];
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

  join(item: Item): void {
    this.#items.push(item);
    this.#waiting++;
    this.#bytes += item.record.value.length;
  }

  /** Takes an item out of the line, wherever it stands. */
  withdraw(item: Item): void {
    item.state = "settled";
    this.#leave(item);
    // Nothing is taken in an outage, and what was withdrawn must not stay in memory for its length.
    this.first();
    this.#compact();
  }

  first(): Item | undefined {
    while (this.#items[this.#front]?.state === "settled") this.#front++;
    return this.#items[this.#front];
  }

  /** The next ones, at least one when there is one, within the bounds in number and bytes otherwise. */
  take(maxItems: number, maxBytes: number): Item[] {
    const taken: Item[] = [];
    let bytes = 0;
    for (let item = this.first(); item !== undefined && taken.length < maxItems; item = this.first()) {
      bytes += item.record.value.length;
      if (taken.length > 0 && bytes > maxBytes) break;
      item.state = "tried";
      taken.push(item);
      this.#leave(item);
      this.#front++;
    }
    this.#compact();
    return taken;
  }

  #leave(item: Item): void {
    this.#waiting--;
    this.#bytes -= item.record.value.length;
  }

  // Moves what is left to the front once more than half of the array is behind it, so each item is moved once on average.
  #compact(): void {
    if (this.#front * 2 < this.#items.length) return;
    this.#items = this.#items.slice(this.#front);
    this.#front = 0;
  }
}
