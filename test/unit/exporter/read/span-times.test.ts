import fc from "fast-check";
import { expect, test } from "vitest";
import { spanTimes } from "../../../../exporter/read/mapping/span-times.js";

const seconds = fc.oneof(fc.integer({ min: 1, max: 253_402_300_799 }), fc.constantFrom(1, 253_402_300_799));
const nanos = fc.integer({ min: 0, max: 999_999_999 });

test("any two times, in whatever order, are written as Date writes them, with microseconds", () => {
  const written = ([second, nano]: [number, number]) => {
    const iso = new Date(second * 1_000 + Math.floor(nano / 1e6)).toISOString();
    return `${iso.slice(0, -1)}${String(Math.floor(nano / 1e3) % 1_000).padStart(3, "0")}Z`;
  };
  fc.assert(
    fc.property(fc.tuple(seconds, nanos), fc.tuple(seconds, nanos), (startTime, endTime) => {
      const { startedAt, endedAt, startMillis } = spanTimes({ startTime, endTime });
      expect([startedAt, endedAt]).toEqual([written(startTime), written(endTime)]);
      expect(startMillis).toBe(startTime[0] * 1_000 + Math.floor(startTime[1] / 1e6));
    }),
  );
});

test("a fraction of a second is one, and not more than there is", () => {
  const { startedAt } = spanTimes({ startTime: [1.9999, 999_999_999], endTime: [0, 0] });
  expect(startedAt).toBe("1970-01-01T00:00:02.998999Z");
});

test("a duration that no integer column holds is left to the two times", () => {
  const days = (count: number) => spanTimes({ startTime: [1, 0], endTime: [1 + count * 86_400, 0] });
  expect(days(24).durationMillis).toBe(24 * 86_400_000);
  expect(days(25)).toMatchObject({ durationMillis: undefined, endedAt: "1970-01-26T00:00:01.000000Z" });
});
