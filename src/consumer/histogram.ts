export interface HistogramSnapshot {
  readonly count: number;
  readonly sum: number;
  readonly max: number;
  /** How many values were at most `le`; growing, as Prometheus counts them. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
}

/** Counts values by upper bounds: cheap to feed, and never larger. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #count = 0;
  #sum = 0;
  #max = 0;

  /** @param bounds in rising order */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    const index = this.#bounds.findIndex((bound) => value <= bound);
    if (index >= 0) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#count += 1;
    this.#sum += value;
    this.#max = Math.max(this.#max, value);
  }

  snapshot(): HistogramSnapshot {
    let total = 0;
    const buckets = this.#bounds.map((le, index) => {
      total += this.#counts[index] ?? 0;
      return { le, count: total };
    });
    return { count: this.#count, sum: this.#sum, max: this.#max, buckets };
  }
}
