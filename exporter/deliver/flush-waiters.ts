export interface FlushWait {
  readonly settled: Promise<void>;
  /** Nobody waits any more. */
  cancel(): void;
}

/** Where everything is settled already. */
export const NOTHING_LEFT: FlushWait = { settled: Promise.resolve(), cancel: () => undefined };

/** Those who wait until everything up to a position is settled. */
export class FlushWaiters {
  readonly #waiting = new Set<{ readonly through: number; readonly reached: () => void }>();

  /** Whether nobody waits. */
  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Waits for `advance` to say that nothing up to the position is left. */
  wait(through: number): FlushWait {
    let cancel: () => void = () => undefined;
    const settled = new Promise<void>((resolve) => {
      const waiter = { through, reached: resolve };
      this.#waiting.add(waiter);
      cancel = () => this.#waiting.delete(waiter);
    });
    return { settled, cancel: () => cancel() };
  }

  /** @param firstLeft the first position that is not settled; infinity when all are */
  advance(firstLeft: number): void {
    for (const waiter of this.#waiting) {
      if (firstLeft <= waiter.through) continue;
      this.#waiting.delete(waiter);
      waiter.reached();
    }
  }
}
