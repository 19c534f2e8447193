/** Whether more of the calls failed than usual, in windows up to the last hour. */
import type { Anomaly } from "./anomalies.js";
import { atLeastFailed } from "./distributions.js";
import { type HourSums, WINDOW_HOURS } from "./windows.js";

/** What has to be there before failures are judged. */
export const FAILURE_EVIDENCE = {
  /** In the window. */
  failures: 5,
  calls: 20,
  /** Before it. */
  baselineCalls: 200,
  /** How much the share has to have changed, by factor. */
  factor: 2,
  /** How much in both halves of the window, so that one hour alone makes no window of many. */
  halfFactor: 1.4,
} as const;

/** Windows that are needed to know how alike failures within one are; with fewer, much is assumed. */
const ENOUGH_WINDOWS = 10;
const UNKNOWN_CORRELATION = 0.05;
const LEAST_CORRELATION = 0.0005;
/** Quantile of 99 %: how far above the estimate the variation is taken to be. */
const CAUTION = 2.33;

/** The window that is least likely; its p counts all windows (Bonferroni). `undefined`: none can be judged. */
export function failureTest(sums: HourSums): Anomaly | undefined {
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
  if (start < hours) return undefined;
  const baseline = sums.calls(0, start);
  if (baseline < FAILURE_EVIDENCE.baselineCalls) return undefined;
  const share = (sums.failed(0, start) + 0.5) / (baseline + 1);
  const [calls, failed] = [sums.calls(start, end), sums.failed(start, end)];
  const result: Anomaly = {
    kind: "errors",
    p: 1,
    value: calls === 0 ? 0 : failed / calls,
    usual: share,
    hours,
  };
  if (failed < FAILURE_EVIDENCE.failures || calls < FAILURE_EVIDENCE.calls) return result;
  if (failed < calls * share * FAILURE_EVIDENCE.factor) return result;
  const half = start + (hours >> 1);
  const isThroughout =
    hours === 1 ||
    [
      [start, half],
      [half, end],
    ].every(
      ([from = 0, to = 0]) =>
        sums.failed(from, to) > sums.calls(from, to) * share * FAILURE_EVIDENCE.halfFactor,
    );
  if (!isThroughout) return result;
  const { correlation, highest } = spreadOf(sums, hours, share);
  return failed / calls > highest
    ? { ...result, p: atLeastFailed(failed, calls, share, correlation) }
    : result;
}

/** How alike failures of one window are, by Pearson's statistic against the binomial distribution, cautiously; and the largest share of one. */
function spreadOf(
  sums: HourSums,
  hours: number,
  share: number,
): { readonly correlation: number; readonly highest: number } {
  const now = sums.calls(sums.length - hours, sums.length);
  let [pearson, total, count, highest] = [0, 0, 0, 0];
  for (let from = sums.length - 2 * hours; from >= 0; from -= hours) {
    const calls = sums.calls(from, from + hours);
    const failed = sums.failed(from, from + hours);
    // Where there were few calls, chance alone makes large shares.
    if (calls >= Math.max(FAILURE_EVIDENCE.calls, now / 3)) highest = Math.max(highest, failed / calls);
    if (calls < 5) continue;
    pearson += (failed - calls * share) ** 2 / (calls * share * (1 - share));
    total += calls;
    count += 1;
  }
  if (count < ENOUGH_WINDOWS) return { correlation: UNKNOWN_CORRELATION, highest };
  const cautious = (pearson / (count - 1)) * Math.max(1.2, 1 + CAUTION * Math.sqrt(2 / (count - 1)));
  const correlation = (cautious - 1) / Math.max(1, total / count - 1);
  return { correlation: Math.min(0.9, Math.max(LEAST_CORRELATION, correlation)), highest };
}
