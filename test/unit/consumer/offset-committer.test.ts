import pino from "pino";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ConsumerStats } from "../../../src/consumer/consumer-stats.js";
import { OffsetCommitter } from "../../../src/consumer/offset-committer.js";
import { OffsetTracker } from "../../../src/consumer/offset-tracker.js";
import type { PartitionOffset } from "../../../src/kafka/records.js";

const log = pino({ level: "silent" });

function setUp(commit: (offsets: readonly PartitionOffset[]) => Promise<boolean>) {
  const offsets = new OffsetTracker();
  const stats = new ConsumerStats();
  const commits: bigint[] = [];
  const committer = new OffsetCommitter({
    offsets,
    stats,
    log,
    intervalMillis: 200,
    commit: (offsets) => {
      commits.push(...offsets.map(({ offset }) => offset));
      return commit(offsets);
    },
  });
  let next = 0n;
  const store = (records: number) => {
    const place = {
      topic: "t",
      partition: 0,
      firstOffset: next,
      nextOffset: next + BigInt(records),
      highWatermark: 0n,
    };
    next = place.nextOffset;
    offsets.take(place, records).done(records);
    committer.soon();
  };
  return { committer, stats, commits, store };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the committer", () => {
  test("goes on after a commit that gets no response", async () => {
    let asked = 0;
    const { commits, store, stats } = setUp(() =>
      asked++ === 0 ? new Promise<boolean>(() => undefined) : Promise.resolve(true),
    );
    store(1);
    await vi.advanceTimersByTimeAsync(0);
    store(1);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(commits).toEqual([1n]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(commits).toEqual([1n, 2n]);
    expect(stats.commits).toBe(1);
    expect(stats.failedCommits).toBe(1);
  });

  test("commits the first time at once, then not more often than the interval", async () => {
    const { commits, store, stats } = setUp(async () => true);
    store(1);
    await vi.advanceTimersByTimeAsync(0);
    for (let count = 0; count < 10; count++) {
      store(1);
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(commits).toEqual([1n]);
    await vi.advanceTimersByTimeAsync(200);
    expect(commits).toEqual([1n, 11n]);
    expect(stats.commits).toBe(2);
  });

  test("tries again after a refusal, with what may be committed then", async () => {
    let refusals = 1;
    const { commits, store, stats } = setUp(async () => {
      if (refusals-- > 0) throw new Error("the group is rebalancing");
      return true;
    });
    store(1);
    await vi.advanceTimersByTimeAsync(0);
    store(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(commits).toEqual([1n, 2n]);
    expect(stats).toMatchObject({ commits: 1, failedCommits: 1 });
  });

  test("tries again when there is no session to commit in", async () => {
    let sessions = 0;
    const { commits, store, stats } = setUp(async () => sessions++ > 0);
    store(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(commits).toEqual([1n, 1n]);
    expect(stats).toMatchObject({ commits: 1, failedCommits: 0 });
  });

  test("asks for nothing when there is nothing to commit", async () => {
    const { committer, commits } = setUp(async () => true);
    committer.soon();
    await vi.advanceTimersByTimeAsync(1_000);
    await committer.now();
    expect(commits).toEqual([]);
  });

  test("has committed everything when `now` resolves, and is silent after a stop", async () => {
    const { committer, commits, store } = setUp(async () => true);
    store(5);
    await committer.now();
    expect(commits).toEqual([5n]);
    committer.stop();
    store(5);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(commits).toEqual([5n]);
  });

  test("finishes by trying again while the group refuses, and gives up when nobody is there", async () => {
    let refusals = 3;
    const { committer, commits, store } = setUp(async () => {
      if (refusals-- > 0) throw new Error("the group is rebalancing");
      return true;
    });
    store(5);
    const finished = committer.finish(5_000, () => true);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await finished).toBe(true);
    expect(commits).toEqual([5n, 5n, 5n, 5n]);

    const alone = setUp(async () => false);
    alone.store(5);
    expect(await alone.committer.finish(5_000, () => false)).toBe(false);
  });

  test("finishes in a time that is no whole number of milliseconds", async () => {
    let refusals = 2;
    const { committer, store } = setUp(async () => {
      if (refusals-- > 0) throw new Error("the group is rebalancing");
      return true;
    });
    store(5);
    const finished = committer.finish(3_299.5, () => true);
    await vi.advanceTimersByTimeAsync(3_300);
    expect(await finished).toBe(true);
  });

  test("goes on committing when the clock is set back", async () => {
    const { commits, store } = setUp(async () => true);
    store(1);
    await vi.advanceTimersByTimeAsync(0);
    vi.setSystemTime(Date.now() - 3_600_000);
    store(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(commits).toEqual([1n, 2n]);
  });

  test("finishes by its deadline, also when a commit hangs", async () => {
    const { committer, store } = setUp(() => new Promise(() => undefined));
    store(5);
    const finished = committer.finish(500, () => true);
    await vi.advanceTimersByTimeAsync(600);
    expect(await finished).toBe(false);
  });
});
