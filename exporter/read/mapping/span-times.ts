import type { HrTime } from "@opentelemetry/api";
import { MAX_INTEGER } from "../../../src/event/field.js";
import type { ReadableSpan } from "../sdk-types.js";

/** When a span began and ended, as far as its clock gave times. */
export interface SpanTimes {
  /** Whole Unix milliseconds; 0 when the start is unknown. */
  readonly startMillis: number;
  /** ISO 8601 in UTC with microseconds. */
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  /**
   * Rounded, never negative: the clock of a process may be set back. Absent where it is more than the column takes (24.8 days): both times
   * say it.
   */
  readonly durationMillis: number | undefined;
}

export function spanTimes({ startTime, endTime }: Pick<ReadableSpan, "startTime" | "endTime">): SpanTimes {
  const startedAt = isoMicros(startTime);
  const endedAt = isoMicros(endTime);
  const isWhole = startedAt !== undefined && endedAt !== undefined;
  return {
    startMillis: startedAt === undefined ? 0 : wholeMillis(startTime),
    startedAt,
    endedAt,
    durationMillis: isWhole ? durationMillis(startTime, endTime) : undefined,
  };
}

const wholeMillis = ([seconds, nanos]: HrTime): number => seconds * 1_000 + Math.floor(nanos / 1_000_000);

// A span that has not ended has the end [0, 0].
function isoMicros(time: HrTime): string | undefined {
  if (!isTime(time)) return undefined;
  const millis = Math.trunc(wholeMillis(time));
  const second = Math.floor(millis / 1_000);
  const micros = (millis - second * 1_000) * 1_000 + (Math.floor(time[1] / 1_000) % 1_000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastIso = new Date(second * 1_000).toISOString().slice(0, -"000Z".length);
  }
  return `${lastIso}${String(micros).padStart(6, "0")}Z`;
}

// The last second that was written, up to its dot: what follows each other begins and ends in the same one.
let lastSecond = 0;
let lastIso = "1970-01-01T00:00:00.";

/** 9999-12-31: years with four digits are what PostgreSQL and every JSON reader agree on. */
const LATEST_SECONDS = 253_402_300_799;

function isTime(time: unknown): time is HrTime {
  if (!Array.isArray(time)) return false;
  const [seconds, nanos] = time as unknown[];
  return (
    isInRange(seconds, LATEST_SECONDS) &&
    isInRange(nanos, 999_999_999) &&
    (seconds as number) + (nanos as number) > 0
  );
}

const isInRange = (value: unknown, most: number): boolean =>
  typeof value === "number" && value >= 0 && value <= most;

function durationMillis(start: HrTime, end: HrTime): number | undefined {
  const millis = (end[0] - start[0]) * 1_000 + (end[1] - start[1]) / 1_000_000;
  const rounded = Math.max(Math.round(millis), 0);
  return rounded > MAX_INTEGER ? undefined : rounded;
}
