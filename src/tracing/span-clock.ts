import type { HrTime } from "@opentelemetry/api";
import { sharedByCopies } from "../internal/shared-by-copies.js";
import { reportProblem } from "./guard.js";

/** When a span began, and when it ends. */
export interface SpanTimes {
  readonly startTime: HrTime;
  endTime(): HrTime;
}

/**
 * The times of a span that goes on. Starts are microseconds, and no two in a process are the same: the clock of the SDK knows
 * milliseconds, and an agent's quick steps, or a parent and its child, would share one and come out of
 * `ORDER BY created_at` in any order.
 */
export class SpanClock implements SpanTimes {
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

const last = sharedByCopies("span-clock", () => ({ micros: 0 }));

/** Microseconds since 1970: the wall clock's milliseconds, and one more than the last result within the same one. */
export function nextMicros(): number {
  const now = Date.now() * 1_000;
  const isSameMilli = now <= last.micros && last.micros - now < 1_000;
  // A clock that was set back is followed.
  last.micros = isSameMilli ? last.micros + 1 : now;
  return last.micros;
}

/** Seconds and nanoseconds: a plain number the SDK may take for one of `performance.now()`. */
export function hrTime(micros: number): HrTime {
  const seconds = Math.floor(micros / 1_000_000);
  return [seconds, Math.floor(micros - seconds * 1_000_000) * 1_000];
}

export interface LogTimes {
  /** Milliseconds from start to end. @default from `startTime` until now; without that, none */
  readonly durationMs?: number | undefined;
  /** When it began: a Date or epoch milliseconds. @default `durationMs` before now */
  readonly startTime?: Date | number | undefined;
}

/** The times of the span of something that is over. */
export function loggedTimes({ durationMs, startTime }: LogTimes): SpanTimes {
  const now = nextMicros();
  const duration = micros(durationOf(durationMs));
  const start = micros(startOf(startTime)) ?? Math.max(now - (duration ?? 0), 0);
  const end = start + (duration ?? Math.max(now - start, 0));
  return { startTime: hrTime(start), endTime: () => hrTime(end) };
}

const micros = (millis: number | undefined): number | undefined =>
  millis === undefined ? undefined : Math.round(millis * 1_000);

function durationOf(durationMs: unknown): number | undefined {
  if (durationMs === undefined || durationMs === null) return undefined;
  if (typeof durationMs === "number" && durationMs >= 0 && durationMs <= MAX_DATE_MILLIS) return durationMs;
  reportProblem("durationMs has to be a number of milliseconds that is not negative; it is left out");
  return undefined;
}

function startOf(startTime: unknown): number | undefined {
  if (startTime === undefined || startTime === null) return undefined;
  const millis = startTime instanceof Date ? startTime.getTime() : startTime;
  if (typeof millis === "number" && millis >= 0 && millis <= MAX_DATE_MILLIS) return millis;
  reportProblem("startTime has to be a Date or epoch milliseconds; the time of the call is used instead");
  return undefined;
}

/** The last instant that a Date can say. */
const MAX_DATE_MILLIS = 8_640_000_000_000_000;
