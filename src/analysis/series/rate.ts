/**
 * Whether a tool is called more often than it was: windows up to the last hour, each compared with the same hours of other weeks where three weeks are
 * known, else with all windows of its length.
 */
import type { Anomaly } from "./anomalies.js";
import { atLeastCounted, incompleteBeta } from "./distributions.js";
import { type HourSums, WINDOW_HOURS } from "./windows.js";

/** What has to be there before a rate is judged. */
export const RATE_EVIDENCE = {
  /** Calls in the window. */
  calls: 20,
  /** Weeks before the window from which on the same hours of the week are compared. */
  weeks: 3,
  /** Days before the window: what comes once in some days has come by then. */
  days: 7,
  /** How much has to have changed, by factor. */
  factor: 1.6,
  /** How much both halves of the window have to have changed, so that one hour alone makes no window of many. */
  halfFactor: 1.25,
  /** Without seasons that are known, the busiest window has to be exceeded by this factor. */
  aboveBusiest: 2,
} as const;

const WEEK = 168;
/** Quantile of 99 %: how far above the estimate the variation is taken to be. */
const CAUTION = 2.33;
const MOST_GROWTH_A_WEEK = Math.log(1.5);

/** The window that is least likely; its p counts all windows (Bonferroni). `undefined`: none can be judged. */
export function rateTest(sums: HourSums): Anomaly | undefined {
  let best: Anomaly | undefined;
  for (const hours of WINDOW_HOURS) {
    const test = windowTest(sums, hours);
    if (test !== undefined && (best === undefined || test.p < best.p)) best = test;
  }
  return best && { ...best, p: Math.min(1, best.p * WINDOW_HOURS.length) };
}

function windowTest(sums: HourSums, hours: number): Anomaly | undefined {
  const end = sums.length;
  const start = end - hours;
  const isSeasonal = start >= RATE_EVIDENCE.weeks * WEEK;
  if (start < RATE_EVIDENCE.days * 24) return undefined;
  const calls = sums.calls(start, end);
  const usual = isSeasonal ? seasonal(sums, hours) : level(sums, hours);
  const expected = usual.of(start, end);
  const result: Anomaly = { kind: "rate", p: 1, value: calls, usual: expected, hours };
  if (calls < RATE_EVIDENCE.calls || calls < expected * RATE_EVIDENCE.factor) return result;
  const half = start + (hours >> 1);
  const isThroughout =
    hours === 1 ||
    [
      [start, half],
      [half, end],
    ].every(([from = 0, to = 0]) => sums.calls(from, to) >= usual.of(from, to) * RATE_EVIDENCE.halfFactor);
  if (!isThroughout) return result;
  const { weeks, variation, highest } = spreadOf(sums, hours, usual, isSeasonal);
  const least = isSeasonal ? expected * highest : highest * RATE_EVIDENCE.aboveBusiest;
  if (calls <= least) return result;
  return { ...result, p: likelihoodOf(calls, expected, variation, weeks) };
}

/**
 * Probability of so many calls and more, where the usual is a mean of so many windows: that it is known no better makes the distribution of the next one
 * wider. By the negative binomial distribution, and by the beta distribution of the share that a window has of all, where each follows a gamma
 * distribution of the same variance: of windows that differ much, the mean of few is often much too small. The larger of the two.
 */
function likelihoodOf(calls: number, expected: number, variation: number, weeks: number): number {
  const mean = Math.max(expected, 0.5 / weeks);
  const counted = atLeastCounted(calls, mean, 1 / (variation * (1 + 1 / weeks) + 1 / (weeks * mean)));
  const shape = 1 / (variation + 1 / mean);
  const shared = incompleteBeta((weeks * mean) / (calls + weeks * mean), weeks * shape, shape);
  return Math.max(counted, shared);
}

/** What is usual from one hour to another. */
interface Usual {
  of(from: number, to: number): number;
  /** Number of windows that the usual of this one is a mean of. */
  weeks(from: number): number;
}

/** By the mean of the same hours in the other weeks, each brought to the level that a steady growth from week to week leads to. */
function seasonal(sums: HourSums, hours: number): Usual {
  const last = sums.length - hours;
  const growth = growthOf(sums, last);
  return {
    of(from, to) {
      let sum = 0;
      let count = 0;
      for (let other = from % WEEK; other + (to - from) <= last; other += WEEK) {
        if (other === from) continue;
        sum += sums.calls(other, other + to - from) * Math.exp((growth * (from - other)) / WEEK);
        count += 1;
      }
      return count === 0 ? 0 : sum / count;
    },
    weeks: (from) => Math.floor((last - (from % WEEK)) / WEEK) + (from >= last ? 0 : -1),
  };
}

function level(sums: HourSums, hours: number): Usual {
  const last = sums.length - hours;
  const anHour = sums.calls(0, last) / last;
  return { of: (from, to) => anHour * (to - from), weeks: () => Math.floor(last / hours) };
}

/** Least-squares slope of the weeks' logarithms, where they grow. What shrinks is compared with what it was: then less is noticed, and nothing wrongly. */
function growthOf(sums: HourSums, last: number): number {
  const weeks = Math.floor(last / WEEK);
  const logs = Array.from({ length: weeks }, (_, week) =>
    Math.log(sums.calls(last - (week + 1) * WEEK, last - week * WEEK) + 0.5),
  );
  const middle = (weeks - 1) / 2;
  let [slope, squares] = [0, 0];
  for (const [week, log] of logs.entries()) {
    slope -= (week - middle) * log;
    squares += (week - middle) ** 2;
  }
  return squares === 0 ? 0 : Math.min(MOST_GROWTH_A_WEEK, Math.max(0, slope / squares));
}

/**
 * How much windows of this length differ from what is usual for them, beyond a Poisson distribution: the squared coefficient of variation, by the
 * method of moments, cautiously. And the most that one of them had: calls, or where seasons are known a multiple of the usual.
 */
function spreadOf(
  sums: HourSums,
  hours: number,
  usual: Usual,
  isSeasonal: boolean,
): { readonly weeks: number; readonly variation: number; readonly highest: number } {
  const start = sums.length - hours;
  const expectedNow = usual.of(start, sums.length);
  const excess: number[] = [];
  const squares: number[] = [];
  let [sum, ofSquares, highest, poisson] = [0, 0, 0, 0];
  for (let from = start - hours; from >= 0; from -= hours) {
    const weeks = usual.weeks(from);
    if (weeks < 1) continue;
    const expected = usual.of(from, from + hours);
    const calls = sums.calls(from, from + hours);
    const beyond = (calls - expected) ** 2 / (1 + 1 / weeks) - expected;
    excess.push(beyond);
    squares.push(expected ** 2);
    sum += beyond;
    poisson += expected;
    ofSquares += expected ** 2;
    if (!isSeasonal) highest = Math.max(highest, calls);
    // Where few calls are expected, chance alone makes large multiples.
    else if (expected >= expectedNow / 3) highest = Math.max(highest, calls / Math.max(expected, 0.5));
  }
  if (ofSquares === 0) return { weeks: 1, variation: 1, highest };
  const variation = Math.max(0, sum / ofSquares);
  let [seen, byTheory] = [0, 0];
  for (const [index, beyond] of excess.entries()) {
    const square = squares[index] as number;
    seen += (beyond - variation * square) ** 2;
    byTheory += 2 * (variation * square + Math.sqrt(square)) ** 2;
  }
  const error = Math.sqrt(Math.max(seen, byTheory)) / ofSquares;
  return {
    weeks: Math.max(1, usual.weeks(start)),
    variation: variation + CAUTION * error + (poisson === 0 ? 1 : 0),
    highest,
  };
}
