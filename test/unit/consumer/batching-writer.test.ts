import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type BatchingWriter, createBatchingWriter } from "../../../src/consumer/batching-writer.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

interface Write {
  readonly items: readonly number[];
  finish(): void;
  fail(): void;
}

const writes: Write[] = [];
const DEFAULTS = {
  batchSize: 10,
  batchTimeoutMillis: 1_000,
  maxBatchRows: 50,
  maxBatchBytes: 1_000,
  maxWritesInFlight: 2,
  maxQueuedRows: 100,
  maxQueuedBytes: 10_000,
  sizeOf: (_item: number) => 1,
};

function writerWith(
  options: Partial<typeof DEFAULTS> & { sizeOf?: (item: number) => number } = {},
): BatchingWriter<number> {
  return createBatchingWriter<number>({
    ...DEFAULTS,
    ...options,
    write: (items) =>
      new Promise((resolve, reject) => {
        writes.push({ items, finish: resolve, fail: () => reject(new Error("given up")) });
      }),
  });
}

const numbers = (count: number, from = 0): number[] =>
  Array.from({ length: count }, (_, index) => from + index);
const sizes = (): number[] => writes.map(({ items }) => items.length);

beforeEach(() => {
  writes.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the batching writer", () => {
  test("writes a single item at once when nothing is under way", async () => {
    writerWith().add([7]);
    await turn();
    expect(writes.map(({ items }) => items)).toEqual([[7]]);
  });

  test("joins what several partitions bring in one turn of the event loop", async () => {
    const writer = writerWith();
    writer.add([1]);
    writer.add([2]);
    writer.add([3]);
    await turn();
    expect(writes.map(({ items }) => items)).toEqual([[1, 2, 3]]);
  });

  test("gathers what comes while a write is under way, and writes it together after", async () => {
    const writer = writerWith();
    writer.add([1]);
    await turn();
    for (const item of [2, 3, 4]) {
      writer.add([item]);
      await turn();
    }
    expect(sizes()).toEqual([1]);
    writes[0]?.finish();
    await turn();
    expect(writes[1]?.items).toEqual([2, 3, 4]);
  });

  test("begins a second write beside the first when a batch is full, and no third", async () => {
    const writer = writerWith();
    writer.add([1]);
    await turn();
    writer.add(numbers(10));
    await turn();
    writer.add(numbers(30));
    await turn();
    expect(sizes()).toEqual([1, 10]);
    writes[0]?.finish();
    await turn();
    expect(sizes()).toEqual([1, 10, 30]);
  });

  test("begins a second write beside the first when an item has waited long enough", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    const writer = writerWith();
    writer.add([1]);
    await turn();
    writer.add([2]);
    await turn();
    vi.advanceTimersByTime(999);
    expect(sizes()).toEqual([1]);
    vi.advanceTimersByTime(2);
    expect(sizes()).toEqual([1, 1]);
  });

  test("takes no more than its bounds in rows and in bytes, and never nothing", async () => {
    const byRows = writerWith({ maxBatchRows: 20 });
    byRows.add(numbers(50));
    await turn();
    expect(sizes()).toEqual([20, 20]);

    writes.length = 0;
    const byBytes = writerWith({ sizeOf: (item) => item });
    byBytes.add([600, 300, 200, 5_000, 1]);
    await turn();
    expect(writes.map(({ items }) => items)).toEqual([[600, 300]]);
    writes[0]?.finish();
    await turn();
    expect(writes[1]?.items).toEqual([200]);
    writes[1]?.finish();
    await turn();
    expect(writes[2]?.items).toEqual([5_000]);
  });

  test("gives batches of the asked size even where the bound on rows is below it", async () => {
    writerWith({ batchSize: 80, maxBatchRows: 50 }).add(numbers(80));
    await turn();
    expect(sizes()).toEqual([80]);
  });

  test("has room again when what is being written ends, counting rows and bytes", async () => {
    const writer = writerWith({ maxQueuedRows: 3 });
    writer.add([1, 2, 3]);
    expect(writer.hasRoom).toBe(false);
    expect(writer.queued).toEqual({ rows: 3, bytes: 3 });
    const room = writer.room(60_000);
    await turn();
    writes[0]?.finish();
    await room;
    expect(writer.hasRoom).toBe(true);

    const narrow = writerWith({ maxQueuedBytes: 5, sizeOf: () => 5 });
    narrow.add([1]);
    expect(narrow.hasRoom).toBe(false);
  });

  test("keeps nothing of those who waited for room in vain", async () => {
    const writer = writerWith({ maxQueuedRows: 1 });
    writer.add([1]);
    const waits: WeakRef<Promise<void>>[] = [];
    await Promise.all(
      numbers(100).map(() => {
        const room = writer.room(1);
        waits.push(new WeakRef(room));
        return room;
      }),
    );
    // A weak reference holds until the turn in which it was made is over.
    await turn();
    collectGarbage();
    expect(waits.filter((wait) => wait.deref() !== undefined)).toEqual([]);
    expect(writer.hasRoom).toBe(false);
  });

  test("is drained when nothing waits and nothing is being written", async () => {
    const writer = writerWith();
    await writer.drained();
    writer.add(numbers(60));
    const drained = vi.fn();
    void writer.drained().then(drained);
    await turn();
    writes[0]?.finish();
    await turn();
    expect(drained).not.toHaveBeenCalled();
    for (const write of writes) write.finish();
    await turn();
    expect(drained).toHaveBeenCalledOnce();
  });

  test("begins nothing more after a stop, and keeps nobody waiting", async () => {
    const writer = writerWith({ maxQueuedRows: 1 });
    writer.add([1]);
    const waiting = Promise.all([writer.room(60_000), writer.drained()]);
    writer.stop();
    await waiting;
    await turn();
    expect(writes).toEqual([]);
  });

  test("stops when a write rejects: it cannot know what was done", async () => {
    const writer = writerWith();
    writer.add([1]);
    await turn();
    writes[0]?.fail();
    await writer.drained();
    writer.add([2]);
    await turn();
    expect(sizes()).toEqual([1]);
  });
});
