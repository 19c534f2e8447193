import pino from "pino";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ConsumerStats } from "../../../src/consumer/consumer-stats.js";
import type { DeadLetter } from "../../../src/consumer/dead-letter.js";
import { DeadLetterQueue } from "../../../src/consumer/dead-letter-queue.js";
import { OutageWatch } from "../../../src/consumer/outage-watch.js";
import { pendingRecord } from "./records.js";

function setUp(send: (letters: readonly DeadLetter[]) => void, maxQueuedRows = 1_000) {
  const log = pino({ level: "silent" });
  const stats = new ConsumerStats();
  const landed: string[] = [];
  const giveUp = new AbortController();
  const queue = new DeadLetterQueue({
    sink: {
      async send(letters) {
        send(letters);
        landed.push(...letters.map(({ record }) => String(record.value)));
      },
    },
    topic: new OutageWatch({ component: "dead_letter_topic", retries: 3, log }),
    stats,
    maxQueuedRows,
    maxQueuedBytes: 1_000_000,
    signal: giveUp.signal,
    onDone: () => undefined,
  });
  const done = vi.fn();
  const add = (...values: string[]) =>
    queue.add(
      values.map((value) => ({
        record: pendingRecord(value, { done }),
        reason: "not_json",
        explanation: "no JSON",
      })),
    );
  return { queue, add, landed, stats, done, giveUp };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the queue of dead letters", () => {
  test("sends what comes, and is done with it when it is acknowledged", async () => {
    const { queue, add, landed, done, stats } = setUp(() => undefined);
    add("a", "b");
    expect(done).not.toHaveBeenCalled();
    await queue.drained();
    add("c");
    await queue.drained();
    expect(landed).toEqual(["a", "b", "c"]);
    expect(done).toHaveBeenCalledTimes(3);
    expect(stats.deadLetters.not_json).toBe(3);
  });

  test("keeps letters while the topic is away, and sends them when it is back", async () => {
    let isAway = true;
    const { queue, add, landed, done } = setUp(() => {
      if (isAway) throw new Error("the topic does not exist");
    });
    add("a", "b");
    await vi.advanceTimersByTimeAsync(60_000);
    expect([queue.waiting, done.mock.calls.length]).toEqual([2, 0]);
    isAway = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect([...landed].sort()).toEqual(["a", "b"]);
    expect(queue.waiting).toBe(0);
  });

  test("a letter that the topic never takes holds up no other", async () => {
    const { queue, add, landed } = setUp((letters) => {
      if (letters.some(({ record }) => String(record.value) === "poison")) throw new Error("invalid record");
    });
    add("poison", "a", "b");
    await vi.advanceTimersByTimeAsync(60_000);
    add("c");
    await vi.advanceTimersByTimeAsync(60_000);
    expect([...landed].sort()).toEqual(["a", "b", "c"]);
    expect(queue.waiting).toBe(1);
  });

  test("has no room beyond its bound, and gives up when it is made to", async () => {
    const { queue, add, done, giveUp } = setUp(() => {
      throw new Error("away");
    }, 2);
    add("a");
    expect(queue.hasRoom).toBe(true);
    add("b");
    expect(queue.hasRoom).toBe(false);
    giveUp.abort();
    await queue.drained();
    expect(queue.waiting).toBe(2);
    expect(done).not.toHaveBeenCalled();
  });
});
