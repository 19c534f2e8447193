import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { settlesWithin, untilSettled } from "../../../src/internal/settles-within.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("waiting for work", () => {
  test("says whether it settled in time, whatever became of it", async () => {
    expect(await settlesWithin(Promise.resolve(), 10)).toBe(true);
    expect(await settlesWithin(Promise.reject(new Error("of the work")), 10)).toBe(true);
    const late = settlesWithin(new Promise(() => undefined), 10);
    await vi.advanceTimersByTimeAsync(10);
    expect(await late).toBe(false);
  });

  test("asks every so often whether to go on, and stops when it is not to", async () => {
    const goOn = vi.fn(async () => goOn.mock.calls.length < 5);
    const work = new Promise<void>(() => undefined);
    const then = vi.spyOn(work, "then");
    const settled = untilSettled(work, 500, goOn);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await settled).toBe(false);
    expect(goOn).toHaveBeenCalledTimes(5);
    // However often it asked, it waits for the work once.
    expect(then).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each(["resolves", "rejects"])("ends at once when the work %s", async (how) => {
    const goOn = vi.fn(async () => true);
    const work = new Promise<void>((resolve, reject) => {
      setTimeout(() => (how === "resolves" ? resolve() : reject(new Error("of the work"))), 1_200);
    });
    const settled = untilSettled(work, 500, goOn);
    await vi.advanceTimersByTimeAsync(1_200);
    expect(await settled).toBe(true);
    expect(goOn).toHaveBeenCalledTimes(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("passes on what the question rejects with", async () => {
    const settled = untilSettled(new Promise(() => undefined), 500, () =>
      Promise.reject(new Error("rebalance")),
    );
    const caught = settled.catch((error: Error) => error.message);
    await vi.advanceTimersByTimeAsync(500);
    expect(await caught).toBe("rebalance");
  });
});
