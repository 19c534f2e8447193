import { expect, test } from "vitest";
import { Pacing, pauseMillis } from "../../../src/statistics/pacing.js";

const bucket = (resolution: "minute" | "hour" | "day", start = "2026-01-01 00:00:00+00") => ({
  resolution,
  start,
});

test("a minute may be computed at once again, an hour and a day after a hundred times what that took", () => {
  const pacing = new Pacing();
  for (const resolution of ["minute", "hour", "day"] as const) {
    expect(pacing.isDue(bucket(resolution), 0)).toBe(true);
    pacing.computed(bucket(resolution), resolution === "day" ? 1_000 : 10, 10_000);
  }
  const due = (now: number) =>
    (["minute", "hour", "day"] as const).filter((resolution) => pacing.isDue(bucket(resolution), now));
  expect(due(10_000)).toEqual(["minute"]);
  expect(due(10_989)).toEqual(["minute"]);
  expect(due(10_990)).toEqual(["minute", "hour"]);
  expect(due(109_000)).toEqual(["minute", "hour", "day"]);
  expect(pacing.isDue(bucket("hour", "2026-01-01 01:00:00+00"), 10_000)).toBe(true);
});

test("one that fails is tried again after one second, two, four, at most five minutes, and others are not held up", () => {
  const pacing = new Pacing();
  const waits = Array.from({ length: 12 }, () => {
    pacing.failed(bucket("minute"), 0);
    let wait = 0;
    while (!pacing.isDue(bucket("minute"), wait)) wait += 500;
    return wait;
  });
  expect(waits.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(waits.at(-1)).toBe(300_000);
  expect(pacing.isDue(bucket("minute", "2026-01-01 00:01:00+00"), 0)).toBe(true);
  pacing.computed(bucket("minute"), 10, 0);
  expect(pacing.isDue(bucket("minute"), 0)).toBe(true);
});

test("what makes no difference any more is dropped, and what does stays", () => {
  const pacing = new Pacing();
  pacing.computed(bucket("day"), 5_000, 0);
  pacing.forgetOld(200_000);
  expect(pacing.isDue(bucket("day"), 200_000)).toBe(false);
  pacing.forgetOld(700_000);
  expect(pacing.isDue(bucket("day"), 0)).toBe(true);
});

test("pauses are the interval, or so much longer than the work that a twentieth or a quarter of a core is spent", () => {
  expect(pauseMillis(5, 1_000, true)).toBe(1_000);
  expect(pauseMillis(500, 1_000, true)).toBe(9_500);
  expect(pauseMillis(500, 1_000, false)).toBe(1_500);
  expect(pauseMillis(600_000, 1_000, true)).toBe(60_000);
  expect(pauseMillis(600_000, 120_000, true)).toBe(120_000);
});
