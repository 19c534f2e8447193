import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OffsetTracker } from "../../../src/consumer/offset-tracker.js";
import type { BatchRange } from "../../../src/kafka/records.js";

const range = (firstOffset: number, nextOffset: number, more: Partial<BatchRange> = {}): BatchRange => ({
  topic: "t",
  partition: 0,
  firstOffset: BigInt(firstOffset),
  nextOffset: BigInt(nextOffset),
  highWatermark: 100n,
  ...more,
});
const offset = (value: number, partition = 0) => ({ topic: "t", partition, offset: BigInt(value) });

describe("the tracker of offsets", () => {
  test("offers nothing until every record of a batch is done", () => {
    const tracker = new OffsetTracker();
    const batch = tracker.take(range(10, 13), 3);
    batch.done(2);
    expect(tracker.committable()).toEqual([]);
    batch.done(1);
    expect(tracker.committable()).toEqual([offset(13)]);
  });

  test("holds an offset back while a batch before it is not done", () => {
    const tracker = new OffsetTracker();
    const first = tracker.take(range(0, 5), 5);
    const second = tracker.take(range(5, 9), 4);
    second.done(4);
    expect(tracker.committable()).toEqual([]);
    first.done(5);
    expect(tracker.committable()).toEqual([offset(9)]);
  });

  test("keeps partitions apart", () => {
    const tracker = new OffsetTracker();
    tracker.take(range(0, 5), 5);
    tracker.take(range(0, 7, { partition: 1 }), 7).done(7);
    expect(tracker.committable()).toEqual([offset(7, 1)]);
  });

  test("moves past a range without records", () => {
    const tracker = new OffsetTracker();
    tracker.take(range(4, 6), 0);
    expect(tracker.committable()).toEqual([offset(6)]);
  });

  test("offers what was committed no more, and knows the lag", () => {
    const tracker = new OffsetTracker();
    tracker.take(range(90, 95), 5).done(5);
    expect(tracker.lag).toBe(10);
    tracker.committed(tracker.committable());
    expect(tracker.committable()).toEqual([]);
    expect(tracker.lag).toBe(5);
  });

  test("forgets a partition that was taken away, and goes on with one that was kept", () => {
    const tracker = new OffsetTracker();
    const kept = tracker.take(range(0, 5), 5);
    const lost = tracker.take(range(0, 7, { partition: 1 }), 7);
    expect(tracker.assign(new Map([["t", [0, 2]]]), true)).toEqual([offset(5)]);
    kept.done(5);
    lost.done(7);
    expect(tracker.committable()).toEqual([offset(5)]);
  });

  test("forgets everything as a new member: others may have read on meanwhile", () => {
    const tracker = new OffsetTracker();
    tracker.take(range(0, 5), 5).done(5);
    expect(tracker.assign(new Map([["t", [0]]]), false)).toEqual([]);
    expect(tracker.committable()).toEqual([]);
  });

  test("starts a partition over when it is read again from further back", () => {
    const tracker = new OffsetTracker();
    const old = tracker.take(range(50, 60), 10);
    const again = tracker.take(range(20, 30), 10);
    old.done(10);
    expect(tracker.committable()).toEqual([]);
    again.done(10);
    expect(tracker.committable()).toEqual([offset(30)]);
  });

  test("does not believe a commit beyond what it offered, after a partition was started over", () => {
    const tracker = new OffsetTracker();
    tracker.take(range(50, 60), 10).done(10);
    const offered = tracker.committable();
    tracker.take(range(20, 30), 10).done(10);
    tracker.committed(offered);
    expect(tracker.committable()).toEqual([offset(30)]);
  });

  test("offers nothing past a record that is not done, although its batch came before the one in front of it", () => {
    const tracker = new OffsetTracker();
    tracker.take(range(40, 50), 10).done(10);
    const late = tracker.take(range(51, 60), 4);
    tracker.take(range(50, 51), 0);
    const next = tracker.take(range(60, 70), 2);
    next.done(2);
    expect(tracker.committable()).toEqual([offset(51)]);
    late.done(4);
    expect(tracker.committable()).toEqual([offset(70)]);
  });

  test("never offers an offset past a record that was taken and is not done, in whatever order batches come", () => {
    const steps = fc.array(
      fc.record({
        from: fc.integer({ min: 0, max: 9 }),
        count: fc.integer({ min: 0, max: 3 }),
        done: fc.nat(),
      }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(steps, (taken) => {
        const tracker = new OffsetTracker();
        const open: { from: number; left: number; batch: { done(records: number): void } }[] = [];
        for (const { from, count, done } of taken) {
          const first = from * 10;
          open.push({ from: first, left: count, batch: tracker.take(range(first, first + 10), count) });
          const unfinished = open.filter(({ left }) => left > 0);
          const picked = unfinished[done % Math.max(unfinished.length, 1)];
          if (picked !== undefined && done % 3 > 0) {
            picked.left -= 1;
            picked.batch.done(1);
          }
          const firstUndone = Math.min(...open.filter(({ left }) => left > 0).map((one) => one.from), 1_000);
          for (const offered of tracker.committable())
            expect(Number(offered.offset)).toBeLessThanOrEqual(firstUndone);
        }
      }),
    );
  });

  test("counts offsets beyond 2^53 exactly", () => {
    const tracker = new OffsetTracker();
    const first = 9_007_199_254_740_993n;
    tracker
      .take({ ...range(0, 0), firstOffset: first, nextOffset: first + 1n, highWatermark: first + 1n }, 1)
      .done(1);
    expect(tracker.committable()).toEqual([{ topic: "t", partition: 0, offset: 9_007_199_254_740_994n }]);
  });

  test("never offers an offset past a record that is not done, in whatever order batchs end", () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(sizes, fc.infiniteStream(fc.nat()), (records, picks) => {
        const tracker = new OffsetTracker();
        let next = 0;
        const open = records.map((count) => {
          const from = next;
          next += count + 1;
          return { from, left: count, batch: tracker.take(range(from, next), count) };
        });
        const unfinished = () => open.filter(({ left }) => left > 0);
        while (unfinished().length > 0) {
          const candidates = unfinished();
          const picked = candidates[(picks.next().value ?? 0) % candidates.length];
          if (picked === undefined) return;
          picked.left -= 1;
          picked.batch.done(1);
          const [offered] = tracker.committable();
          const firstUndone = unfinished()[0]?.from ?? next;
          expect(offered?.offset ?? 0n).toBe(BigInt(firstUndone));
        }
      }),
    );
  });
});
