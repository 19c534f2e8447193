import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ChunkPlace, OffsetLedger } from "../../../src/consumer/offset-ledger.js";

const place = (firstOffset: number, nextOffset: number, more: Partial<ChunkPlace> = {}): ChunkPlace => ({
  topic: "t",
  partition: 0,
  firstOffset: BigInt(firstOffset),
  nextOffset: BigInt(nextOffset),
  highWatermark: 100n,
  ...more,
});
const offset = (value: number, partition = 0) => ({ topic: "t", partition, offset: BigInt(value) });

describe("the offset ledger", () => {
  test("offers nothing until every record of a chunk is done", () => {
    const ledger = new OffsetLedger();
    const chunk = ledger.take(place(10, 13), 3);
    chunk.done(2);
    expect(ledger.committable()).toEqual([]);
    chunk.done(1);
    expect(ledger.committable()).toEqual([offset(13)]);
  });

  test("holds an offset back while a chunk before it is not done", () => {
    const ledger = new OffsetLedger();
    const first = ledger.take(place(0, 5), 5);
    const second = ledger.take(place(5, 9), 4);
    second.done(4);
    expect(ledger.committable()).toEqual([]);
    first.done(5);
    expect(ledger.committable()).toEqual([offset(9)]);
  });

  test("keeps partitions apart", () => {
    const ledger = new OffsetLedger();
    ledger.take(place(0, 5), 5);
    ledger.take(place(0, 7, { partition: 1 }), 7).done(7);
    expect(ledger.committable()).toEqual([offset(7, 1)]);
  });

  test("moves past a stretch without records", () => {
    const ledger = new OffsetLedger();
    ledger.take(place(4, 6), 0);
    expect(ledger.committable()).toEqual([offset(6)]);
  });

  test("offers what was committed no more, and knows the lag", () => {
    const ledger = new OffsetLedger();
    ledger.take(place(90, 95), 5).done(5);
    expect(ledger.lag).toBe(10);
    ledger.committed(ledger.committable());
    expect(ledger.committable()).toEqual([]);
    expect(ledger.lag).toBe(5);
  });

  test("forgets a partition that was taken away, and goes on with one that was kept", () => {
    const ledger = new OffsetLedger();
    const kept = ledger.take(place(0, 5), 5);
    const lost = ledger.take(place(0, 7, { partition: 1 }), 7);
    expect(ledger.assign(new Map([["t", [0, 2]]]), true)).toEqual([offset(5)]);
    kept.done(5);
    lost.done(7);
    expect(ledger.committable()).toEqual([offset(5)]);
  });

  test("forgets everything as a new member: others may have read on meanwhile", () => {
    const ledger = new OffsetLedger();
    ledger.take(place(0, 5), 5).done(5);
    expect(ledger.assign(new Map([["t", [0]]]), false)).toEqual([]);
    expect(ledger.committable()).toEqual([]);
  });

  test("starts a partition over when it is read again from further back", () => {
    const ledger = new OffsetLedger();
    const old = ledger.take(place(50, 60), 10);
    const again = ledger.take(place(20, 30), 10);
    old.done(10);
    expect(ledger.committable()).toEqual([]);
    again.done(10);
    expect(ledger.committable()).toEqual([offset(30)]);
  });

  test("does not believe a commit beyond what it offered, after a partition was started over", () => {
    const ledger = new OffsetLedger();
    ledger.take(place(50, 60), 10).done(10);
    const offered = ledger.committable();
    ledger.take(place(20, 30), 10).done(10);
    ledger.committed(offered);
    expect(ledger.committable()).toEqual([offset(30)]);
  });

  test("counts offsets beyond 2^53 exactly", () => {
    const ledger = new OffsetLedger();
    const first = 9_007_199_254_740_993n;
    ledger
      .take({ ...place(0, 0), firstOffset: first, nextOffset: first + 1n, highWatermark: first + 1n }, 1)
      .done(1);
    expect(ledger.committable()).toEqual([{ topic: "t", partition: 0, offset: 9_007_199_254_740_994n }]);
  });

  test("never offers an offset past a record that is not done, in whatever order chunks end", () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(sizes, fc.infiniteStream(fc.nat()), (records, picks) => {
        const ledger = new OffsetLedger();
        let next = 0;
        const open = records.map((count) => {
          const from = next;
          next += count + 1;
          return { from, left: count, chunk: ledger.take(place(from, next), count) };
        });
        const unfinished = () => open.filter(({ left }) => left > 0);
        while (unfinished().length > 0) {
          const candidates = unfinished();
          const picked = candidates[(picks.next().value ?? 0) % candidates.length];
          if (picked === undefined) return;
          picked.left -= 1;
          picked.chunk.done(1);
          const [offered] = ledger.committable();
          const firstUndone = unfinished()[0]?.from ?? next;
          expect(offered?.offset ?? 0n).toBe(BigInt(firstUndone));
        }
      }),
    );
  });
});
