import { randomOf } from "../faults/random.js";

/** What is drawn of a seed: the same for the same numbers, so that one request of a run can be made again by itself. */
export class Draw {
  readonly #next: () => number;

  constructor(seed: number, number: number) {
    this.#next = randomOf(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  }

  /** From 0, below `end`. */
  below(end: number): number {
    return Math.floor(this.#next() * end);
  }

  /** Whether it is one of the cases that happen with this probability. */
  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new TypeError("There is nothing to pick from.");
    return item;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}
