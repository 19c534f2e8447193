import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ReadHorizon } from "../../../src/consumer/read-horizon.js";

const ends = (at: number, highs: readonly number[], lows: readonly number[] = []) => ({
  at,
  partitions: new Map(
    highs.map((high, partition) => [
      `t:${partition}`,
      { low: BigInt(lows[partition] ?? 0), high: BigInt(high) },
    ]),
  ),
});

const committed = (...offsets: readonly (number | undefined)[]) =>
  new Map(
    offsets.flatMap((offset, partition) =>
      offset === undefined ? [] : [[`t:${partition}`, BigInt(offset)] as const],
    ),
  );

describe("a group has read everything up to a time", () => {
  test("at once where nothing is left to be read", () => {
    const horizon = new ReadHorizon();
    horizon.update(ends(1, [5, 0]), committed(5));
    expect(horizon.readUpTo).toBe(1);
  });

  test("once it has committed in every partition what stood there then, although more has come since", () => {
    const horizon = new ReadHorizon();
    horizon.update(ends(1, [5, 7]), committed(5, 6));
    expect(horizon.readUpTo).toBeUndefined();
    horizon.update(ends(2, [50, 70]), committed(40, 6));
    expect(horizon.readUpTo).toBeUndefined();
    horizon.update(ends(3, [500, 700]), committed(41, 7));
    expect(horizon.readUpTo).toBe(1);
    horizon.update(ends(4, [5_000, 7_000]), committed(500, 700));
    expect(horizon.readUpTo).toBe(3);
  });

  test("also where retention was quicker, and where a topic was deleted or made anew", () => {
    const horizon = new ReadHorizon();
    horizon.update(ends(1, [9, 9, 9]), committed(1, 1, 1));
    horizon.update(ends(2, [9, 9, 2], [9, 0, 0]), committed(1, 9, 2));
    expect(horizon.readUpTo).toBe(2);
    const deleted = new ReadHorizon();
    deleted.update(ends(1, [9, 9]), committed(9, 1));
    deleted.update(ends(2, [9]), committed(9));
    expect(deleted.readUpTo).toBe(2);
  });

  test("never before it has: held against a group that reads and producers that write in any order", () => {
    const step = fc.record({
      partition: fc.integer({ min: 0, max: 2 }),
      what: fc.constantFrom("write", "read", "look"),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const horizon = new ReadHorizon();
        const high = [0, 0, 0];
        const read = [0, 0, 0];
        const written: { readonly at: number; readonly partition: number; readonly offset: number }[] = [];
        steps.forEach(({ partition, what }, at) => {
          if (what === "write") {
            written.push({ at, partition, offset: high[partition] ?? 0 });
            high[partition] = (high[partition] ?? 0) + 1;
          } else if (what === "read")
            read[partition] = Math.min((read[partition] ?? 0) + 1, high[partition] ?? 0);
          else horizon.update(ends(at, high), committed(...read));
          const unread = written.filter((record) => record.offset >= (read[record.partition] ?? 0));
          for (const record of unread) expect(record.at).toBeGreaterThan(horizon.readUpTo ?? -1);
        });
      }),
    );
  });
});
