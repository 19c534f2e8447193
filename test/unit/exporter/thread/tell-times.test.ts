import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TellTimes } from "../../../../exporter/thread/tell-times.js";

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate", "performance"],
  });
});

afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  const told: number[] = [];
  let open = 0;
  let looks = 0;
  const times = new TellTimes(
    { lingerMillis: 10, inFlightAfterMillis: 1_000 },
    {
      tell: () => {
        told.push(performance.now());
        times.told();
      },
      sayOpen: () => {
        looks++;
        return open > 0;
      },
    },
  );
  const start = performance.now();
  return {
    times,
    end: (ended = 1) => times.spanEnded({ ended, bytes: 0 }),
    toldAt: () => told.map((at) => at - start),
    setOpen: (count: number) => {
      open = count;
    },
    looks: () => looks,
  };
}

test("spans of one turn are told at its end, those that follow within 5 ms together when these are over", () => {
  const { end, toldAt } = setUp();
  end(1);
  end(2);
  expect(toldAt()).toEqual([]);
  vi.advanceTimersByTime(0);
  expect(toldAt()).toEqual([0]);
  for (let count = 1; count <= 4; count++) {
    vi.advanceTimersByTime(1);
    end(count);
  }
  expect(toldAt()).toEqual([0]);
  vi.advanceTimersByTime(1);
  expect(toldAt()).toEqual([0, 5]);
});

test("after a span that came alone no timer is left, and the next one needs none", () => {
  const { end, toldAt } = setUp();
  end();
  vi.advanceTimersByTime(0);
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(100);
  end();
  vi.advanceTimersByTime(0);
  expect(toldAt()).toEqual([0, 100]);
  expect(vi.getTimerCount()).toBe(0);
});

test("where there is much it is told at once", () => {
  const { end, toldAt } = setUp();
  end(64);
  expect(toldAt()).toEqual([0]);
});

test("what is open is said every 100 ms, and nobody looks once nothing is", () => {
  const { times, setOpen, looks } = setUp();
  setOpen(1);
  times.spanStarted();
  vi.advanceTimersByTime(350);
  expect(looks()).toBe(3);
  setOpen(0);
  vi.advanceTimersByTime(1_000);
  expect(looks()).toBe(4);
  setOpen(1);
  times.spanStarted();
  vi.advanceTimersByTime(100);
  expect(looks()).toBe(5);
});

test("nothing is told after it was stopped", () => {
  const { times, setOpen, looks, end, toldAt } = setUp();
  setOpen(1);
  times.spanStarted();
  end();
  times.stop();
  end();
  vi.advanceTimersByTime(1_000);
  expect(toldAt()).toEqual([]);
  expect(looks()).toBe(0);
});
