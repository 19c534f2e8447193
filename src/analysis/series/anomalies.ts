/**
 * Whether the last complete hour of a series is unlike the ones before: its rate, the share that failed, its durations. What "unlike" means, the
 * series itself says: hours differ more from each other than chance alone would have it, and tests that do not know that cry wolf.
 */
import { atLeastCounted, atLeastFailed, medianOf, normalTail } from "./distributions.js";

/** One hour with calls. Hours without any are left out. */
export interface Hour {
  /** Milliseconds since 1970: its beginning. */
  readonly at: number;
  readonly calls: number;
  readonly failed: number;
  /** Natural logarithm of the median duration in milliseconds; `undefined` where too few have one. */
  readonly logMedian: number | undefined;
}

export type AnomalyKind = "rate" | "errors" | "duration";

export interface Anomaly {
  readonly kind: AnomalyKind;
  /** Probability of an hour like this or more so, as the hours before have it. */
  readonly p: number;
  readonly value: number;
  /** What was usual. */
  readonly usual: number;
}

/** What has to be known before anything is said. */
export const EVIDENCE = {
  /** Hours with calls before the one that is judged. */
  hours: 72,
  /** Hours of the same hour of the week, from which on these alone are compared. */
  sameHours: 3,
  /** Failures among so many calls. */
  failures: 5,
  calls: 20,
  baselineCalls: 200,
  /** How much has to have changed, by factor. */
  rate: 2,
  errors: 2,
  duration: 1.3,
} as const;

const WEEK = 604_800_000;
/** Standard deviations of hourly medians are estimated, and their tails are longer than a normal distribution's. */
const TAIL_FACTOR = 1.6;
const LEAST_SPREAD = 0.05;
/** The busiest of few hours is not the busiest that there can be; and how much they differ is known the worse the fewer they are. */
const ABOVE_BUSIEST = 1.5;
const FEW_HOURS = 25;

/**
 * Tests of the last hour, those that could be made: their p-values are to be judged together, with those of all other series.
 *
 * @param hours in the order of time; the last one is judged, and is complete
 */
export function testsOf(hours: readonly Hour[]): readonly Anomaly[] {
  const last = hours.at(-1);
  const before = hours.slice(0, -1);
  if (last === undefined || before.length < EVIDENCE.hours) return [];
  return [rateTest(last, before), errorTest(last, before), durationTest(last, before)].filter(
    (test) => test !== undefined,
  );
}

/** By the same hour of the week, where three weeks of it are known; else by all hours, of which the busiest must be exceeded too. */
function rateTest(last: Hour, before: readonly Hour[]): Anomaly | undefined {
  const first = before[0]?.at ?? last.at;
  const same = before.filter(({ at }) => (last.at - at) % WEEK === 0);
  const isSeasonal = last.at - first >= EVIDENCE.sameHours * WEEK && same.length >= EVIDENCE.sameHours;
  const near = isSeasonal ? before.filter(({ at }) => isNear(last.at - at)) : before;
  const counts = near.map(({ calls }) => calls);
  const busiest = counts.reduce((most, calls) => Math.max(most, calls), 0);
  const mean = counts.reduce((sum, calls) => sum + calls, 0) / counts.length;
  const variance =
    counts.reduce((sum, calls) => sum + (calls - mean) ** 2, 0) / Math.max(1, counts.length - 1);
  const size = variance > mean ? mean ** 2 / (variance - mean) : Number.POSITIVE_INFINITY;
  if (last.calls < EVIDENCE.calls) return { kind: "rate", p: 1, value: last.calls, usual: mean };
  const isMore = last.calls >= mean * EVIDENCE.rate && last.calls > busiest * ABOVE_BUSIEST;
  const p = isMore
    ? atLeastCounted(last.calls, mean, size * (counts.length / (counts.length + FEW_HOURS)))
    : 1;
  return { kind: "rate", p, value: last.calls, usual: mean };
}

/** The same hour of other weeks, and the ones beside it. */
const isNear = (distance: number): boolean => {
  const off = distance % WEEK;
  return off <= 3_600_000 || off >= WEEK - 3_600_000;
};

function errorTest(last: Hour, before: readonly Hour[]): Anomaly | undefined {
  const calls = before.reduce((sum, hour) => sum + hour.calls, 0);
  const failures = before.reduce((sum, hour) => sum + hour.failed, 0);
  if (calls < EVIDENCE.baselineCalls) return undefined;
  const share = (failures + 0.5) / (calls + 1);
  const isMore =
    last.failed >= EVIDENCE.failures &&
    last.calls >= EVIDENCE.calls &&
    last.failed / last.calls >= share * EVIDENCE.errors;
  const p = isMore ? atLeastFailed(last.failed, last.calls, share, correlationOf(before, share)) : 1;
  return { kind: "errors", p, value: last.failed / last.calls, usual: share };
}

/** How much alike failures of one hour are, by Pearson's statistic against the binomial distribution. */
function correlationOf(hours: readonly Hour[], share: number): number {
  const counted = hours.filter(({ calls }) => calls >= 5);
  if (counted.length < 10) return 0.05;
  const pearson = counted.reduce(
    (sum, { calls, failed }) => sum + (failed - calls * share) ** 2 / (calls * share * (1 - share)),
    0,
  );
  const mean = counted.reduce((sum, { calls }) => sum + calls, 0) / counted.length;
  // Estimated of few hours, so never quite nothing.
  return Math.min(0.9, Math.max(0.002, (1.2 * (pearson / (counted.length - 1)) - 1) / Math.max(1, mean - 1)));
}

function durationTest(last: Hour, before: readonly Hour[]): Anomaly | undefined {
  const medians = before.flatMap(({ logMedian }) => (logMedian === undefined ? [] : [logMedian]));
  if (last.logMedian === undefined || medians.length < EVIDENCE.hours) return undefined;
  const usual = medianOf(medians);
  const spread = Math.max(LEAST_SPREAD, 1.4826 * medianOf(medians.map((each) => Math.abs(each - usual))));
  const shift = last.logMedian - usual;
  const slowest = medians.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
  const isMore = shift >= Math.log(EVIDENCE.duration) && last.logMedian > slowest;
  return {
    kind: "duration",
    p: isMore ? normalTail(shift / spread / TAIL_FACTOR) : 1,
    value: Math.exp(last.logMedian),
    usual: Math.exp(usual),
  };
}

/**
 * Which of many tests to believe, so that of those a share of at most `rate` is wrong on average, also where none is right: Benjamini and Hochberg,
 * 1995. Returns the largest p-value that is believed; 0 for none.
 */
export function believedUpTo(pValues: readonly number[], rate: number): number {
  const sorted = pValues.toSorted((one, other) => one - other);
  let believed = 0;
  sorted.forEach((p, index) => {
    if (p <= (rate * (index + 1)) / sorted.length) believed = p;
  });
  return believed;
}
