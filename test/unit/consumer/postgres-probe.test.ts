import type pg from "pg";
import pino from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { OutageWatch } from "../../../src/consumer/outage-watch.js";
import { startPostgresProbe } from "../../../src/consumer/postgres-probe.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A pool that counts what it is asked, and answers or refuses. */
function poolOf(answers: () => boolean) {
  const asked = { times: 0 };
  const client = {
    query: async () => {
      asked.times += 1;
      if (!answers()) throw Object.assign(new Error("no response"), { code: "ETIMEDOUT" });
      return { rows: [{ read_only: "off" }] };
    },
    release: () => undefined,
    on: () => undefined,
    off: () => undefined,
    removeListener: () => undefined,
  };
  return { asked, pool: { connect: async () => client } as unknown as pg.Pool };
}

function setUp(answers: () => boolean) {
  const watch = new OutageWatch({ component: "postgres", retries: 3, log: pino({ level: "silent" }) });
  const [writes, doubt] = [poolOf(answers), poolOf(answers)];
  const state = { writing: false };
  const probe = startPostgresProbe({ writes: writes.pool, doubt: doubt.pool }, watch, () => state.writing);
  return { watch, writes: writes.asked, doubt: doubt.asked, state, probe };
}

const pass = (millis: number) => vi.advanceTimersByTimeAsync(millis);

test("asks where nothing is written, and leaves it to the writes where something is", async () => {
  const { watch, writes, doubt, state, probe } = setUp(() => true);
  await pass(1);
  expect(writes.times).toBe(1);
  expect(watch.lastSuccess).toBeDefined();
  state.writing = true;
  await pass(4_000);
  expect({ writes: writes.times, doubt: doubt.times }).toEqual({ writes: 1, doubt: 0 });
  probe.stop();
});

test("a server that hangs under a write is found out by another connection, long before the write fails", async () => {
  let responds = true;
  const { watch, doubt, state, probe } = setUp(() => responds);
  await pass(1);
  state.writing = true;
  responds = false;
  await pass(20_000);
  expect(doubt.times).toBeGreaterThanOrEqual(4);
  expect(watch.isOutage).toBe(true);
  probe.stop();
});

test("a server that responds is not called failing because a write waits for a lock", async () => {
  const { watch, doubt, state, probe } = setUp(() => true);
  await pass(1);
  state.writing = true;
  await pass(30_000);
  expect(doubt.times).toBeGreaterThan(5);
  expect(watch.failingSince).toBeUndefined();
  probe.stop();
});
