import type { HrTime } from "@opentelemetry/api";
import { reportProblem } from "./problems.js";
import { hrTime, nextMicros } from "./span-clock.js";

export interface LogTimes {
  /** Milliseconds from start to end. @default from `startTime` until now; without that, none */
  readonly durationMs?: number | undefined;
  /** When it began: a Date or epoch milliseconds. @default `durationMs` before now */
  readonly startTime?: Date | number | undefined;
}

export interface SpanTimes {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

/** When the span of something that is over began and ended. */
export function spanTimes({ durationMs, startTime }: LogTimes, now: number = nextMicros()): SpanTimes {
  const duration = micros(durationOf(durationMs));
  const start = micros(startOf(startTime)) ?? Math.max(now - (duration ?? 0), 0);
  return { startTime: hrTime(start), endTime: hrTime(start + (duration ?? Math.max(now - start, 0))) };
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
  reportProblem("startTime has to be a Date or epoch milliseconds; the time of the call stands for it");
  return undefined;
}

/** The last instant that a Date can say. */
const MAX_DATE_MILLIS = 8_640_000_000_000_000;
