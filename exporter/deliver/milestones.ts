/** Those who wait until everything up to a position is done. */
export class Milestones {
  readonly #waiting = new Set<{ readonly through: number; readonly reached: () => void }>();

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Resolves when `advance` tells that nothing up to the position is left. */
  reached(through: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add({ through, reached: resolve });
    });
  }

  /** @param firstLeft the first position that is not done; infinity when all are */
  advance(firstLeft: number): void {
    for (const milestone of this.#waiting) {
      if (firstLeft <= milestone.through) continue;
      this.#waiting.delete(milestone);
      milestone.reached();
    }
  }
}
