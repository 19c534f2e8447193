import fc from "fast-check";
import { expect, test } from "vitest";
import { shortenIdle } from "../../../src/recorded/idle-time.js";

test("stretches in which nothing happens are shortened, all else stays as long as it was", () => {
  const time = shortenIdle([100, 200, 10_200, 10_250], 1_000);
  expect([time.duration, time.wholeDuration]).toEqual([1_250, 10_250]);
  expect([0, 150, 200, 5_200, 10_200, 99_999].map(time.toPlayed)).toEqual([0, 150, 200, 700, 1_200, 1_250]);
  expect([0, 700, 1_250].map(time.toRun)).toEqual([0, 5_200, 10_250]);
  expect(shortenIdle([], 5)).toMatchObject({ duration: 0, wholeDuration: 0 });
});

test("both ways lead back, and time never runs backwards (property)", () => {
  const moments = fc.array(fc.nat(100_000), { maxLength: 30 });
  fc.assert(
    fc.property(moments, fc.nat(5_000), fc.nat(100_000), fc.nat(100_000), (times, maxIdle, one, other) => {
      const time = shortenIdle(times, maxIdle + 1);
      expect(time.duration).toBeLessThanOrEqual(time.wholeDuration);
      if (one <= other) expect(time.toPlayed(one)).toBeLessThanOrEqual(time.toPlayed(other));
      for (const moment of times) expect(time.toRun(time.toPlayed(moment))).toBeCloseTo(moment, 5);
    }),
  );
});
