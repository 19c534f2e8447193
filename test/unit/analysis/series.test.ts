import { describe, expect, test } from "vitest";
import { believedUpTo, type Hour, testsOf } from "../../../src/analysis/series/anomalies.js";
import {
  CHANGE_POINT_DEFAULTS,
  changePointOf,
  standardErrorsOfRise,
} from "../../../src/analysis/series/change-point.js";
import {
  atLeastCounted,
  atLeastFailed,
  lnGamma,
  medianOf,
  normalTail,
} from "../../../src/analysis/series/distributions.js";

const HOUR = 3_600_000;

/** Numbers from 0 to 1, always the same: Park and Miller's generator. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

describe("distributions", () => {
  // Values of R 4: lgamma, pbinom, ppois, pnbinom, pnorm with lower.tail = FALSE.
  test("as other programs have them", () => {
    expect(lnGamma(0.5)).toBeCloseTo(0.5723649429247, 12);
    expect(lnGamma(10)).toBeCloseTo(12.8018274800815, 11);
    expect(atLeastFailed(3, 10, 0.1, 0)).toBeCloseTo(0.0701908264, 10);
    expect(atLeastFailed(10, 10, 0.5, 0)).toBeCloseTo(0.0009765625, 12);
    // A beta-binomial distribution with both parameters 1 has every count with the same probability.
    expect(atLeastFailed(8, 10, 0.5, 1 / 3)).toBeCloseTo(3 / 11, 10);
    expect(atLeastCounted(5, 2, Number.POSITIVE_INFINITY)).toBeCloseTo(0.0526530173, 9);
    // With a size of 1, it is the geometric distribution.
    expect(atLeastCounted(3, 1, 1)).toBeCloseTo(0.125, 10);
    // (m / (m + 1)) to the power of k: a tail of millions of terms counts to its end.
    expect(atLeastCounted(2_000_000, 1_000_000, 1)).toBeCloseTo(0.1353354186, 8);
    expect(atLeastCounted(5, 20, 3)).toBeCloseTo(0.9483011832, 9);
    expect(atLeastCounted(200, 100, 50) / 1.3026854400545e-6).toBeCloseTo(1, 9);
    expect(atLeastCounted(1, 1_000_000, Number.POSITIVE_INFINITY)).toBeCloseTo(1, 9);
    expect(normalTail(1.959963984540054)).toBeCloseTo(0.025, 10);
    expect(normalTail(0)).toBeCloseTo(0.5, 12);
    expect(normalTail(6) / 9.865876450376946e-10).toBeCloseTo(1, 6);
    expect(medianOf([3, 1, 2, 10])).toBe(2.5);
  });
});

describe("the last hour", () => {
  const steady = (count: number, last: Partial<Hour> = {}): Hour[] => {
    const random = numbers(7);
    const hours = Array.from({ length: count }, (_, index) => {
      const calls = 90 + Math.floor(random() * 20);
      return {
        at: index * HOUR,
        calls,
        failed: Math.floor(calls * 0.02 * (0.5 + random())),
        logMedian: 5 + 0.1 * (random() - 0.5),
      };
    });
    return [...hours, { at: count * HOUR, calls: 100, failed: 2, logMedian: 5, ...last }];
  };
  const p = (hours: readonly Hour[], kind: string) => testsOf(hours).find((each) => each.kind === kind)?.p;

  test("like the others is no anomaly, and one that is unlike them is", () => {
    for (const { p: likely } of testsOf(steady(200))) expect(likely).toBeGreaterThan(0.01);
    expect(p(steady(200, { calls: 260 }), "rate")).toBeLessThan(1e-9);
    expect(p(steady(200, { failed: 12 }), "errors")).toBeLessThan(1e-4);
    expect(p(steady(200, { logMedian: 6 }), "duration")).toBeLessThan(1e-9);
  });

  test("an hour of a level that comes and goes is no anomaly, also where it is the slowest yet", () => {
    const levels = steady(300).map((hour, index) => ({
      ...hour,
      logMedian: (hour.logMedian ?? 0) + (index % 72 < 24 ? 1.1 : 0),
    }));
    expect(
      p([...levels.slice(0, -1), { at: 300 * HOUR, calls: 100, failed: 2, logMedian: 6.2 }], "duration"),
    ).toBeGreaterThan(0.01);
    expect(
      p([...levels.slice(0, -1), { at: 300 * HOUR, calls: 100, failed: 2, logMedian: 12 }], "duration"),
    ).toBeLessThan(1e-5);
  });

  test("fewer failures, faster calls and fewer calls are no anomalies of these", () => {
    for (const { p: likely } of testsOf(steady(200, { calls: 20, failed: 0, logMedian: 3 })))
      expect(likely).toBe(1);
  });

  test("of a series that is not known for three days, nothing is said", () => {
    expect(testsOf(steady(71, { calls: 900, failed: 500 }))).toEqual([]);
  });

  test("with three weeks of it, the same hour of the week is what is compared", () => {
    const busyMondays = Array.from({ length: 24 * 28 }, (_, index) => ({
      at: index * HOUR,
      calls: index % 168 < 3 ? 400 : 20,
      failed: 0,
      logMedian: 5,
    }));
    const monday = { at: 24 * 28 * HOUR, calls: 400, failed: 0, logMedian: 5 };
    expect(p([...busyMondays, monday], "rate")).toBe(1);
    const tuesday = Array.from({ length: 24 * 29 + 7 }, (_, index) => ({
      at: index * HOUR,
      calls: index % 168 < 3 ? 400 : 20,
      failed: 0,
      logMedian: 5,
    }));
    expect(
      p([...tuesday, { at: (24 * 29 + 7) * HOUR, calls: 90, failed: 0, logMedian: 5 }], "rate"),
    ).toBeLessThan(1e-4);
  });
});

test("of many tests, few are believed, and none where all are as chance has it", () => {
  const random = numbers(3);
  const chance = Array.from({ length: 1_000 }, random);
  expect(believedUpTo(chance, 0.01)).toBe(0);
  expect(believedUpTo([...chance, 1e-9, 2e-8], 0.01)).toBe(2e-8);
  expect(believedUpTo([], 0.01)).toBe(0);
});

describe("change points", () => {
  const series = (before: number, after: number, shift: number, seed = 11): number[] => {
    const random = numbers(seed);
    const noise = () => (random() + random() + random() - 1.5) * 0.4;
    return [
      ...Array.from({ length: before }, noise),
      ...Array.from({ length: after }, () => shift + noise()),
    ];
  };
  const options = () => ({ ...CHANGE_POINT_DEFAULTS, random: numbers(5) });

  test("a shift is found where it is, with its size and an interval around it", async () => {
    const found = await changePointOf(series(150, 60, 0.4), options());
    expect(found?.p).toBeLessThanOrEqual(0.0025);
    expect(Math.abs((found?.at ?? 0) - 150)).toBeLessThanOrEqual(2);
    expect(found?.shift).toBeGreaterThan(0.3);
    expect(found?.low).toBeLessThanOrEqual(0.4);
    expect(found?.high).toBeGreaterThanOrEqual(0.4);
  });

  test("where nothing shifted, or it fell, the cheap look says so, and permutations say it", async () => {
    const looks = Array.from({ length: 50 }, (_, seed) => series(150, 60, 0, seed + 100));
    for (const each of looks) expect(standardErrorsOfRise(each, 12)).toBeLessThan(4.5);
    for (const each of looks)
      expect(
        standardErrorsOfRise([...each, ...each.slice(0, 60).map((value) => value - 1)], 12),
      ).toBeLessThan(4.5);
    for (const each of looks.slice(0, 10))
      expect((await changePointOf(each, options()))?.p ?? 1).toBeGreaterThan(0.01);
    expect(await changePointOf(series(10, 10, 1), options())).toBeUndefined();
  });

  test("what is sure to have too large a p is given up, and anything else is as without", async () => {
    const steady = await changePointOf(series(150, 60, 0, 100), { ...options(), maxP: 0.01 });
    expect(steady).toBeUndefined();
    const shifted = series(150, 60, 1);
    const found = await changePointOf(shifted, { ...options(), maxP: 0.01 });
    expect(found).toBeDefined();
    expect(found).toEqual(await changePointOf(shifted, options()));
  });
});
