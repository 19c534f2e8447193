import type { HrTime } from "@opentelemetry/api";

/**
 * The times of one span. Starts are microseconds, and no two in a process are the same: the clock of the SDK knows
 * milliseconds, and an agent's quick steps, or a parent and its child, would share one and come out of
 * `ORDER BY created_at` in any order.
 */
export class SpanClock {
  readonly #startMicros = nextMicros();
  readonly #startedAt = performance.now();

  get startTime(): HrTime {
    return hrTime(this.#startMicros);
  }

  /** Now, by a clock that never goes back. Given to `end()`, because the SDK's own now may lie before such a start. */
  endTime(): HrTime {
    return hrTime(this.#startMicros + (performance.now() - this.#startedAt) * 1_000);
  }
}

let lastMicros = 0;

/** Microseconds since 1970: the wall clock's milliseconds, and one more than the last answer within the same one. */
export function nextMicros(): number {
  const now = Date.now() * 1_000;
  const isSameMilli = now <= lastMicros && lastMicros - now < 1_000;
  // A clock that was set back is followed.
  lastMicros = isSameMilli ? lastMicros + 1 : now;
  return lastMicros;
}

/** Seconds and nanoseconds: a plain number the SDK may take for one of `performance.now()`. */
export function hrTime(micros: number): HrTime {
  const seconds = Math.floor(micros / 1_000_000);
  return [seconds, Math.floor(micros - seconds * 1_000_000) * 1_000];
}
