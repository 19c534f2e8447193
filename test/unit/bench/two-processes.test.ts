import { expect, test } from "vitest";
import type { MeasuredChild, Reading } from "../../../bench/consumer/measured-child.js";
import { measureTogether } from "../../../bench/consumer/two-processes.js";

/** A child that tells one reading after another, the last one for good. */
function childWith(
  readings: readonly (readonly [records: number, cpuSeconds: number, isThrough: boolean])[],
) {
  let asked = 0;
  const read = async (): Promise<Reading> => {
    const [records, cpuSeconds, isThrough] = readings[Math.min(asked++, readings.length - 1)]!;
    return { records, cpuSeconds, isThrough, peakBytes: records };
  };
  return { read, reach: async () => undefined, stop: async () => undefined } satisfies MeasuredChild;
}

test("what one did before the other was at work is not measured, and all have to be through", async () => {
  const first = childWith([
    [20, 1, false],
    [30, 2, false],
    [60, 3, true],
  ]);
  // It is through before it has a partition, and has one record twice.
  const second = childWith([
    [0, 1, true],
    [10, 2, false],
    [10, 2, false],
    [41, 4, true],
  ]);
  const { cpuMicros, peakBytes } = await measureTogether([first, second], 100);
  // 61 records in 3 seconds of processor time.
  expect(cpuMicros).toBeCloseTo((3 / 61) * 1e6);
  expect(peakBytes).toBe(60);
});

test("too few records for two are refused", async () => {
  const children = [childWith([[75, 1, true]]), childWith([[25, 1, true]])];
  await expect(measureTogether(children, 100)).rejects.toThrow("Only 0 of 100 records were left");
});
