import { expect, test } from "vitest";
import { hrTime, nextMicros, SpanClock } from "../../../src/tracing/span-clock.js";

test("no two starts are the same, and each is later than the one before", () => {
  const starts = Array.from({ length: 500 }, nextMicros);
  expect(starts.every((start, index) => index === 0 || start > (starts[index - 1] ?? 0))).toBe(true);
});

test("starts stay within a millisecond of the wall clock", () => {
  const before = Date.now() * 1_000;
  const start = nextMicros();
  expect(start).toBeGreaterThanOrEqual(before);
  expect(start).toBeLessThan((Date.now() + 1) * 1_000);
});

test("microseconds arrive whole in seconds and nanoseconds", () => {
  expect(hrTime(1_763_800_000_123_001)).toEqual([1_763_800_000, 123_001_000]);
});

test("an end is never before its start", () => {
  const clock = new SpanClock();
  const [start, end] = [clock.startTime, clock.endTime()];
  expect(end[0] * 1e9 + end[1]).toBeGreaterThanOrEqual(start[0] * 1e9 + start[1]);
});
