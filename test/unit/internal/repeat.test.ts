import { setImmediate as nextLoop } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { repeat } from "../../../src/internal/repeat.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const start = (turn: () => Promise<number>) => {
  const stopping = new AbortController();
  const onFailure = vi.fn();
  const onRecovery = vi.fn();
  const ended = repeat(turn, { signal: stopping.signal, onFailure, onRecovery });
  return { stopping, onFailure, onRecovery, ended };
};

test("a turn says how long to pause", async () => {
  const turn = vi.fn(async () => 5_000);
  const { stopping, ended } = start(turn);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(turn).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(turn).toHaveBeenCalledTimes(2);
  stopping.abort();
  await ended;
});

test("failures are counted in a row, and the turn that goes well tells of them once", async () => {
  const gone = new Error("gone");
  const turn = vi.fn(async () => {
    if (turn.mock.calls.length <= 3) throw gone;
    return 1_000;
  });
  const { stopping, ended, onFailure, onRecovery } = start(turn);
  await vi.advanceTimersByTimeAsync(1_000 + 2_000 + 4_000);
  expect(onFailure.mock.calls).toEqual([
    [gone, 1],
    [gone, 2],
    [gone, 3],
  ]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(onRecovery.mock.calls).toEqual([[3]]);
  stopping.abort();
  await ended;
});

test("ends at once while it pauses, and does not report what fails because of the end", async () => {
  const pausing = start(async () => 1_000_000);
  await nextLoop();
  pausing.stopping.abort();
  await pausing.ended;

  let fail: (error: Error) => void = () => {};
  const working = start(
    () =>
      new Promise((_, reject) => {
        fail = reject;
      }),
  );
  working.stopping.abort();
  fail(new Error("aborted"));
  await working.ended;
  expect(working.onFailure).not.toHaveBeenCalled();
});
