/**
 * Whether the last complete hours of a series are unlike the ones before: their rate, the share that failed, the last one's durations. What "unlike" means, the
 * series itself says: hours differ more from each other than chance alone would have it, and tests that do not know that cry wolf.
 */
import { medianOf, normalTail } from "./distributions.js";
import { failureTest } from "./failures.js";
import { rateTest } from "./rate.js";
import { HourSums } from "./windows.js";

/** One hour with calls. Hours without any are left out. */
export interface Hour {
  /** Milliseconds since 1970: its beginning. */
  readonly at: number;
  readonly calls: number;
  readonly failed: number;
  /** Natural logarithm of the median duration in milliseconds; `undefined` where too few have one. */
  readonly logMedian: number | undefined;
  /** Natural logarithm of the 95th percentile of durations in milliseconds; `undefined` where too few have one. @default undefined */
  readonly logP95?: number | undefined;
}

export type AnomalyKind = "rate" | "errors" | "duration";

export interface Anomaly {
  readonly kind: AnomalyKind;
  /** Probability of an hour like this or more so, as the hours before have it. */
  readonly p: number;
  readonly value: number;
  /** What was usual. */
  readonly usual: number;
  /** Length of the window up to the last hour that shows it. */
  readonly hours: number;
}

/** What has to be known before anything is said. */
export const EVIDENCE = {
  /** Hours with calls before the one that is judged. */
  hours: 72,
  /** Calls in the longest window; series with fewer are not read. */
  calls: 20,
  /** How much the median has to have changed, by factor. */
  duration: 1.3,
} as const;

/** What was found in the hour before goes on up to this p-value: a figure near its bound is not told again and again. */
export const GOING_ON_P = 0.001;

/** Standard deviations of hourly medians are estimated, and their tails are longer than a normal distribution's. */
const TAIL_FACTOR = 1.6;
const LEAST_SPREAD = 0.05;
/** Quantile of 95 % of the standard normal distribution. */
const NORMAL_95 = 1.645;

/**
 * Tests of the last hour, and of windows up to it, those that could be made: one of each kind: their p-values are to be judged together, with those of all other series.
 *
 * @param hours in the order of time
 * @param at the hour that is judged, which is complete: the last one, or a later one without calls
 */
export function testsOf(hours: readonly Hour[], at = hours.at(-1)?.at ?? 0): readonly Anomaly[] {
  const last = hours.at(-1);
  const isCalled = last?.at === at;
  const before = isCalled ? hours.slice(0, -1) : hours;
  if (last === undefined || before.length < EVIDENCE.hours) return [];
  const sums = new HourSums(hours, at);
  return [rateTest(sums), failureTest(sums), isCalled ? durationTest(last, before) : undefined].filter(
    (test) => test !== undefined,
  );
}

function durationTest(last: Hour, before: readonly Hour[]): Anomaly | undefined {
  const judged = before.filter(({ logMedian }) => logMedian !== undefined);
  const medians = judged.map(({ logMedian = 0 }) => logMedian);
  if (last.logMedian === undefined || medians.length < EVIDENCE.hours) return undefined;
  const sorted = Float64Array.from(medians).sort();
  const usual = medianOf(medians);
  const slowest = sorted.at(-1) ?? Number.NEGATIVE_INFINITY;
  const slow = sorted[Math.floor(sorted.length * 0.95)] ?? slowest;
  const result = {
    kind: "duration",
    p: 1,
    value: Math.exp(last.logMedian),
    usual: Math.exp(usual),
    hours: 1,
  } as const;
  const shift = last.logMedian - usual;
  if (shift < Math.log(EVIDENCE.duration) || last.logMedian <= slowest) return result;
  // Of a series with two levels, as of a cache that hits and misses, the median's neighbours say nothing of the slower one.
  const spread = Math.max(
    LEAST_SPREAD,
    1.4826 * medianOf(medians.map((each) => Math.abs(each - usual))),
    (slow - usual) / NORMAL_95,
  );
  // The median of fewer calls than usual differs more.
  const fewer = Math.sqrt(Math.max(1, medianOf(judged.map(({ calls }) => calls)) / last.calls));
  return { ...result, p: normalTail(shift / spread / fewer / TAIL_FACTOR) };
}

/**
 * Which of many tests to believe, so that of those a share of at most `rate` is wrong on average, also where none is right: Benjamini and Hochberg,
 * 1995. Where there are few series, a share of what is noticed says nothing of how often it is wrong in a day: so none above `maxP` is believed.
 * Returns the largest p-value that is believed; 0 for none.
 */
export function believedUpTo(pValues: readonly number[], rate: number, maxP = 1): number {
  const sorted = pValues.toSorted((one, other) => one - other);
  let believed = 0;
  sorted.forEach((p, index) => {
    if (p <= maxP && p <= (rate * (index + 1)) / sorted.length) believed = p;
  });
  return believed;
}
