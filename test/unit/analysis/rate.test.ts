import { describe, expect, test } from "vitest";
import type { Hour } from "../../../src/analysis/series/anomalies.js";
import { failureTest } from "../../../src/analysis/series/failures.js";
import { rateTest } from "../../../src/analysis/series/rate.js";
import { HourSums } from "../../../src/analysis/series/windows.js";

const HOUR = 3_600_000;
const WEEKS = 4 * 168;

/** Something between -1 and 1 that differs from hour to hour. */
const noise = (hour: number): number => ((hour * 7_919) % 101) / 50.5 - 1;

/** Hours up to one, each with so many calls and failures; those without calls are left out, as the statistics do. */
const sums = (
  count: number,
  calls: (hour: number) => number,
  failed: (hour: number) => number = () => 0,
): HourSums => {
  const hours = Array.from(
    { length: count },
    (_, hour): Hour => ({ at: hour * HOUR, calls: calls(hour), failed: failed(hour), logMedian: undefined }),
  );
  return new HourSums(
    hours.filter((each) => each.calls > 0),
    (count - 1) * HOUR,
  );
};
const steady = (mean: number) => (hour: number) => Math.round(mean + 0.2 * mean * noise(hour));
/** From so many hours before the end on, a multiple. */
const raised =
  (of: (hour: number) => number, count: number, hours: number, factor: number) => (hour: number) =>
    hour >= count - hours ? Math.round(of(hour) * factor) : of(hour);

describe("rates", () => {
  test("few calls an hour take a window of many hours, and many an hour a short one", () => {
    const few = rateTest(sums(WEEKS, raised(steady(10), WEEKS, 24, 2)));
    expect(few?.p).toBeLessThan(1e-5);
    expect(few?.hours).toBeGreaterThanOrEqual(12);
    expect(few?.value).toBeGreaterThan(1.8 * (few?.usual ?? 0));
    expect(rateTest(sums(WEEKS, raised(steady(10), WEEKS, 1, 2)))?.p).toBeGreaterThan(1e-5);
    const many = rateTest(sums(WEEKS, raised(steady(500), WEEKS, 3, 2)));
    expect(many?.p).toBeLessThan(1e-5);
    expect(many?.hours).toBeLessThanOrEqual(3);
  });

  test("what is as in the other weeks is none, also where no other hour of the week has as many", () => {
    const weekly = (hour: number) => (hour % 168 === (WEEKS - 1) % 168 ? 300 : steady(10)(hour));
    expect(rateTest(sums(WEEKS, weekly))?.p).toBe(1);
    const busiest = raised(weekly, WEEKS, 1, 3);
    expect(rateTest(sums(WEEKS, busiest))?.p).toBeLessThan(1e-5);
  });

  test("without three weeks the busiest window of a week has to be exceeded", () => {
    const daily = (hour: number) => (hour % 24 === 0 ? 200 : 10);
    const week = 7 * 24 + 1;
    expect(rateTest(sums(week, daily))?.p).toBe(1);
    expect(rateTest(sums(week, raised(daily, week, 1, 1.4)))?.p).toBe(1);
    expect(rateTest(sums(week - 1, raised(daily, week - 1, 1, 9)))).toBeUndefined();
    expect(rateTest(sums(week, raised(daily, week, 1, 9)))?.p).toBeLessThan(1e-5);
  });

  test("one hour alone makes no window of many: when it is past, it is over", () => {
    const burst = (hour: number) => (hour === WEEKS - 3 ? 400 : steady(20)(hour));
    expect(rateTest(sums(WEEKS - 2, burst))?.p).toBeLessThan(1e-5);
    expect(rateTest(sums(WEEKS, burst))?.p).toBe(1);
  });

  test("a level that grows from week to week is what is expected of it", () => {
    const growing = (hour: number) => Math.round(steady(20)(hour) * 1.35 ** (hour / 168));
    expect(rateTest(sums(WEEKS, growing))?.p).toBeGreaterThan(1e-3);
  });

  test("where windows differ much, the mean of three other weeks says little", () => {
    // A few calls in most hours, and hundreds in some.
    const uneven = (hour: number) => ((hour * 7_919) % 101 < 12 ? 300 : 1 + (hour % 4));
    const last = (hour: number) => (hour === WEEKS - 1 ? 320 : uneven(hour));
    expect(rateTest(sums(WEEKS, last))?.p).toBeGreaterThan(1e-5);
  });

  test("an hour without calls is one with none", () => {
    const gaps = sums(48, (hour) => (hour % 3 === 0 ? 6 : 0));
    expect(gaps.length).toBe(48);
    expect([gaps.calls(0, 48), gaps.calls(1, 3), gaps.calls(45, 48)]).toEqual([96, 0, 6]);
  });
});

describe("failures", () => {
  const calls = () => 30;
  const usual = (hour: number) => (hour % 5 === 0 ? 3 : 1);

  test("too few in an hour are enough in many hours", () => {
    expect(failureTest(sums(WEEKS, calls, raised(usual, WEEKS, 1, 3)))?.p).toBeGreaterThan(1e-5);
    const found = failureTest(sums(WEEKS, calls, raised(usual, WEEKS, 24, 3)));
    expect(found?.p).toBeLessThan(1e-5);
    expect(found?.hours).toBeGreaterThan(1);
  });

  test("failures that always come together make no window of many, nor fewer of them", () => {
    const together = (hour: number) => (hour % 20 === 0 ? 20 : 0);
    expect(failureTest(sums(WEEKS, calls, together))?.p).toBeGreaterThan(1e-5);
    expect(failureTest(sums(WEEKS, calls, raised(usual, WEEKS, 24, 0)))?.p).toBe(1);
    expect(failureTest(sums(5, calls, usual))).toBeUndefined();
  });
});
