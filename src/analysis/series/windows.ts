/** The hours of a series without gaps, and the sums of windows of them. */
import type { Hour } from "./anomalies.js";

/** Lengths of the windows up to the last hour that are judged, in hours. */
export const WINDOW_HOURS = [1, 3, 6, 12, 24] as const;
export const LONGEST_WINDOW = 24;

const HOUR_MILLIS = 3_600_000;
/** Longer series are cut at their beginning. */
const MAX_HOURS = 2_000;

/** Sums from one hour to another. Hours are counted from the first one with calls; one without calls counts 0. */
export class HourSums {
  /** Number of hours, the last one included. */
  readonly length: number;
  readonly #calls: Float64Array;
  readonly #failed: Float64Array;

  /**
   * @param hours in the order of time, one at least
   * @param end beginning of the last hour, in milliseconds since 1970
   */
  constructor(hours: readonly Hour[], end: number) {
    const span = Math.round((end - (hours[0]?.at ?? end)) / HOUR_MILLIS) + 1;
    this.length = Math.min(MAX_HOURS, span);
    const first = end - (this.length - 1) * HOUR_MILLIS;
    this.#calls = new Float64Array(this.length + 1);
    this.#failed = new Float64Array(this.length + 1);
    for (const { at, calls, failed } of hours) {
      const index = Math.round((at - first) / HOUR_MILLIS);
      if (index < 0) continue;
      this.#calls[index + 1] = calls;
      this.#failed[index + 1] = failed;
    }
    for (let index = 1; index <= this.length; index++) {
      this.#calls[index] = (this.#calls[index] as number) + (this.#calls[index - 1] as number);
      this.#failed[index] = (this.#failed[index] as number) + (this.#failed[index - 1] as number);
    }
  }

  /** Calls from the hour `from` up to, not including, the hour `to`. */
  calls(from: number, to: number): number {
    return (this.#calls[to] as number) - (this.#calls[from] as number);
  }

  failed(from: number, to: number): number {
    return (this.#failed[to] as number) - (this.#failed[from] as number);
  }
}
