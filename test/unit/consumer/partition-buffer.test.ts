import pino from "pino";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type BatchingWriter, createBatchingWriter } from "../../../src/consumer/batching-writer.js";
import { ConsumerStats } from "../../../src/consumer/consumer-stats.js";
import { OffsetTracker } from "../../../src/consumer/offset-tracker.js";
import { createPartitionBuffer } from "../../../src/consumer/partition-buffer.js";
import type { PendingRecord } from "../../../src/consumer/process-batch.js";
import { DEFAULT_TOPICS } from "../../../src/event/index.js";

const topic = DEFAULT_TOPICS.action;

function setUp(maxQueuedRows: number) {
  const offsets = new OffsetTracker();
  const writes: { items: readonly PendingRecord[]; finish: () => void }[] = [];
  const writer: BatchingWriter<PendingRecord> = createBatchingWriter({
    batchSize: 100,
    batchTimeoutMillis: 1,
    maxBatchRows: 100,
    maxBatchBytes: 1e6,
    maxWritesInFlight: 2,
    maxQueuedRows,
    maxQueuedBytes: 1e9,
    sizeOf: () => 1,
    write: (items) =>
      new Promise((resolve) => {
        const finish = () => {
          for (const { batch } of items) batch.done(1);
          resolve();
        };
        writes.push({ items, finish });
      }),
  });
  const deadLetters = { hasRoom: true };
  const buffer = createPartitionBuffer({
    topics: DEFAULT_TOPICS,
    writer,
    deadLetters,
    offsets,
    stats: new ConsumerStats(),
    log: pino({ level: "silent" }),
    onDone: () => undefined,
  });
  const heartbeat = vi.fn(async () => undefined);
  const take = (from: number, to: number, records: number) =>
    buffer.take(
      {
        range: {
          topic,
          partition: 0,
          firstOffset: BigInt(from),
          nextOffset: BigInt(to),
          highWatermark: 100n,
        },
        messages: Array.from({ length: records }, (_, index) => ({
          offset: String(from + index),
          timestamp: "0",
          key: null,
          value: Buffer.from("{}"),
        })),
      },
      { heartbeat, isCurrent: () => true },
    );
  return { take, offsets, writes, heartbeat, deadLetters };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the buffer of partitions", () => {
  test("lets a marker of a transaction go first where it came first, also when there is no room", async () => {
    const { take, offsets, writes } = setUp(5);
    await take(40, 50, 10);
    await vi.advanceTimersByTimeAsync(10);
    const marker = take(50, 51, 0);
    const batch = take(51, 60, 4);
    writes.shift()?.finish();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await marker).toBe(true);
    expect(await batch).toBe(true);
    await take(60, 70, 1);
    await vi.advanceTimersByTimeAsync(10);
    writes.find(({ items }) => items[0]?.offset === "60")?.finish();
    expect(offsets.committable()).toEqual([{ topic, partition: 0, offset: 51n }]);
    expect(offsets.progress()).toMatchObject([{ position: 70n }]);
  });

  test("keeps the membership while there is no room, and goes on when there is", async () => {
    const { take, writes, heartbeat } = setUp(1);
    await take(0, 1, 1);
    await vi.advanceTimersByTimeAsync(10);
    let taken: boolean | undefined;
    void take(1, 2, 1).then((result) => {
      taken = result;
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(heartbeat.mock.calls.length).toBeGreaterThan(100);
    expect(taken).toBeUndefined();
    writes.shift()?.finish();
    await vi.advanceTimersByTimeAsync(10);
    expect(taken).toBe(true);
  });

  test("waits while more dead letters wait than may, and then goes on", async () => {
    const { take, deadLetters } = setUp(10);
    deadLetters.hasRoom = false;
    const taken = take(0, 1, 1);
    await vi.advanceTimersByTimeAsync(5_000);
    deadLetters.hasRoom = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await taken).toBe(true);
  });
});
