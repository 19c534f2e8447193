import type { HrTime } from "@opentelemetry/api";
import { MAX_INTEGER } from "../../../src/event/field.js";
import type { ReadableSpan } from "../sdk-types.js";

/** When a span began and ended: members are absent where the span's clock gave nothing that is a time. */
export interface SpanTimes {
  /** Whole Unix milliseconds; 0 when the start is unknown. */
  readonly startMillis: number;
  /** ISO 8601 in UTC with microseconds. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** Rounded, never negative: the clock of a process may be set back. */
  readonly durationMillis?: number;
}

export function spanTimes({ startTime, endTime }: Pick<ReadableSpan, "startTime" | "endTime">): SpanTimes {
  const startedAt = isoMicros(startTime);
  const endedAt = isoMicros(endTime);
  return {
    startMillis: startedAt === undefined ? 0 : wholeMillis(startTime),
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt }),
    ...(startedAt !== undefined &&
      endedAt !== undefined && { durationMillis: millisBetween(startTime, endTime) }),
  };
}

const wholeMillis = ([seconds, nanos]: HrTime): number => seconds * 1_000 + Math.floor(nanos / 1_000_000);

// A span that has not ended has the end [0, 0].
function isoMicros(time: HrTime): string | undefined {
  if (!isTime(time)) return undefined;
  const iso = new Date(wholeMillis(time)).toISOString();
  const micros = Math.floor(time[1] / 1_000) % 1_000;
  return `${iso.slice(0, -1)}${String(micros).padStart(3, "0")}Z`;
}

/** 9999-12-31: years with four digits are what PostgreSQL and every JSON reader agree on. */
const LATEST_SECONDS = 253_402_300_799;

function isTime(time: unknown): time is HrTime {
  if (!Array.isArray(time)) return false;
  const [seconds, nanos] = time as unknown[];
  return (
    isWithin(seconds, LATEST_SECONDS) &&
    isWithin(nanos, 999_999_999) &&
    (seconds as number) + (nanos as number) > 0
  );
}

const isWithin = (value: unknown, most: number): boolean =>
  typeof value === "number" && value >= 0 && value <= most;

function millisBetween(start: HrTime, end: HrTime): number {
  const millis = (end[0] - start[0]) * 1_000 + (end[1] - start[1]) / 1_000_000;
  return Math.min(Math.max(Math.round(millis), 0), MAX_INTEGER);
}
