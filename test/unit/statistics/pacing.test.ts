import { expect, test } from "vitest";
import { type Now, Pacing, pauseMillis } from "../../../src/statistics/pacing.js";

const bucket = (resolution: "minute" | "hour" | "day", start = "2026-01-01 00:00:00+00") => ({
  resolution,
  start,
});
const BEGAN = Date.parse("2026-01-01T00:00:00Z");
/** So many milliseconds after the buckets began, by both clocks. */
const at = (millis: number): Now => ({ steady: 5_000 + millis, wall: BEGAN + millis });
const dueAfter = (pacing: Pacing, which: ReturnType<typeof bucket>, from: number): number => {
  let millis = from;
  while (!pacing.isDue(which, at(millis))) millis += 100;
  return millis - from;
};

test("a minute that goes on is computed less often the more it holds, and once more when it is over", () => {
  const pacing = new Pacing();
  expect(pacing.isDue(bucket("minute"), at(1_000))).toBe(true);
  pacing.computed(bucket("minute"), 500, 10, at(1_000));
  expect(dueAfter(pacing, bucket("minute"), 1_000)).toBe(4_200);
  pacing.computed(bucket("minute"), 500, 500, at(10_000));
  expect(dueAfter(pacing, bucket("minute"), 10_000)).toBe(14_000);
  // It would be due after 44 seconds, and is over after 53.
  pacing.computed(bucket("minute"), 500, 2_000, at(10_000));
  expect(dueAfter(pacing, bucket("minute"), 10_000)).toBe(53_000);
  pacing.computed(bucket("minute"), 500, 1_000_000, at(40_000));
  expect(dueAfter(pacing, bucket("minute"), 40_000)).toBe(23_000);
  pacing.computed(bucket("minute"), 500, 1_000_000, at(63_000));
  expect(dueAfter(pacing, bucket("minute"), 63_000)).toBe(60_000);
});

test("nearly all rows of a minute are read once, at whatever rate they come", () => {
  for (const perSecond of [200, 1_000, 20_000]) {
    const pacing = new Pacing();
    let read = 0;
    for (let second = 1; second <= 70; second++) {
      if (!pacing.isDue(bucket("minute"), at(second * 1_000))) continue;
      const actions = Math.min(second, 60) * perSecond;
      read += actions;
      pacing.computed(bucket("minute"), 1, actions, at(second * 1_000));
    }
    expect(read / (60 * perSecond)).toBeLessThan(1.4);
  }
});

test("an hour and a day wait a hundred times what they took, large ones longer, until they are over", () => {
  const pacing = new Pacing();
  pacing.computed(bucket("hour"), 10, 100, at(0));
  expect(dueAfter(pacing, bucket("hour"), 0)).toBe(1_000);
  pacing.computed(bucket("hour"), 10, 1_000_000, at(0));
  expect(dueAfter(pacing, bucket("hour"), 0)).toBe(200_000);
  pacing.computed(bucket("day"), 5_000, 1_000_000, at(0));
  expect(dueAfter(pacing, bucket("day"), 0)).toBe(600_000);
  pacing.computed(bucket("hour"), 10_000, 1_000_000, at(3_600_000 - 60_000));
  expect(dueAfter(pacing, bucket("hour"), 3_600_000 - 60_000)).toBe(63_000);
  expect(pacing.isDue(bucket("hour", "2026-01-01 01:00:00+00"), at(0))).toBe(true);
});

test("one at a time that no clock knows is paced too", () => {
  const pacing = new Pacing();
  pacing.computed(bucket("minute", "4713-01-01 00:00:00+00 BC"), 10, 10, at(0));
  expect(dueAfter(pacing, bucket("minute", "4713-01-01 00:00:00+00 BC"), 0)).toBe(4_200);
});

test("one that fails is tried again after one second, two, four, at most five minutes, and others are not held up", () => {
  const pacing = new Pacing();
  const waits = Array.from({ length: 12 }, () => {
    pacing.failed(bucket("minute"), at(0));
    return dueAfter(pacing, bucket("minute"), 0);
  });
  expect(waits.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(waits.at(-1)).toBe(300_000);
  expect(pacing.isDue(bucket("minute", "2026-01-01 00:01:00+00"), at(0))).toBe(true);
});

test("what makes no difference any more is dropped, and what does stays", () => {
  const pacing = new Pacing();
  pacing.computed(bucket("day"), 5_000, 1_000_000, at(0));
  pacing.forgetOld(at(500_000));
  expect(pacing.isDue(bucket("day"), at(500_000))).toBe(false);
  pacing.forgetOld(at(1_000_000));
  expect(pacing.isDue(bucket("day"), at(0))).toBe(true);
});

test("pauses are the interval, or so much longer than the work that a twentieth or a quarter of a core is spent", () => {
  expect(pauseMillis(5, 1_000, true)).toBe(1_000);
  expect(pauseMillis(500, 1_000, true)).toBe(9_500);
  expect(pauseMillis(500, 1_000, false)).toBe(1_500);
  expect(pauseMillis(600_000, 1_000, true)).toBe(60_000);
  expect(pauseMillis(600_000, 120_000, true)).toBe(120_000);
});
