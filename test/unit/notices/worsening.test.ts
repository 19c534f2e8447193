import { expect, test } from "vitest";
import type { Hour } from "../../../src/analysis/series/anomalies.js";
import { randomFrom } from "../../../src/analysis/series/random.js";
import { DEFAULT_RULES } from "../../../src/config/alert-rules.js";
import { firstWorsening } from "../../../src/notices/rules/worsening.js";

const HOUR = 3_600_000;
const HOURS = 14 * 24;

/** Two weeks, of which the last two days have medians and 95th percentiles that are higher by so much, as logarithms. */
function hours(median: number, p95: number): readonly Hour[] {
  const random = randomFrom(3);
  const noise = () => 0.4 * (random() + random() + random() - 1.5);
  return Array.from({ length: HOURS }, (_, hour) => {
    const isLate = hour >= HOURS - 48;
    return {
      at: hour * HOUR,
      calls: 100,
      failed: 2,
      logMedian: 5 + noise() + (isLate ? median : 0),
      logP95: 7 + noise() + (isLate ? p95 : 0),
    };
  });
}
/** At a series of which the last two weeks are looked at. */
const look = (series: readonly Hour[], isGoingOn = false) =>
  firstWorsening(
    { hours: series.slice(-HOURS), withEarlier: () => series, isGoingOn, seed: 1 },
    ["duration", "p95"],
    DEFAULT_RULES.regression,
  );

test("where medians have shifted, nothing is said of the slowest calls; these alone are told too", async () => {
  expect(await look(hours(0, 0))).toBeUndefined();
  expect(await look(hours(0.5, 0.5))).toMatchObject({ metric: "duration" });
  expect(await look(hours(0, 0.5))).toMatchObject({ metric: "p95" });
  expect(await look(hours(-0.5, -0.5))).toBeUndefined();
});

test("what was found goes on while it is less clear than what is found anew has to be", async () => {
  const shifts = Array.from({ length: 16 }, (_, index) => index / 40);
  const found: string[] = [];
  for (const shift of shifts) {
    const anew = (await look(hours(shift, 0))) !== undefined;
    const goesOn = (await look(hours(shift, 0), true)) !== undefined;
    found.push(`${anew ? "found" : "not found"}, ${goesOn ? "goes on" : "is over"}`);
  }
  const kinds = found.filter((each, index) => each !== found[index - 1]);
  expect(kinds).toEqual(["not found, is over", "not found, goes on", "found, goes on"]);
});

test("a level that the series was at before, weeks ago, is no shift; nor is one in a series of which too little is known", async () => {
  const two = hours(0.5, 0.5);
  const before = (median: number, days: number): readonly Hour[] =>
    Array.from({ length: days * 24 }, (_, hour) => ({
      at: (hour - days * 24) * HOUR,
      calls: 100,
      failed: 2,
      logMedian: 5 + median + 0.1 * Math.sin(hour),
      logP95: 7 + median + 0.1 * Math.sin(hour),
    }));
  expect(await look([...before(0, 28), ...two])).toMatchObject({ metric: "duration" });
  expect(await look([...before(0, 14), ...before(0.7, 3), ...before(0, 11), ...two])).toBeUndefined();
  expect(await look(two.slice(-48 - 60))).toBeUndefined();
});
