import type pg from "pg";
import { describe, expect, test } from "vitest";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { anyAction, migratedPool, oneRow, storable } from "./store-fixture.js";

const HOUR_MILLIS = 3_600_000;
const ago = (hours: number): string => new Date(Date.now() - hours * HOUR_MILLIS).toISOString();
const write = (pool: pg.Pool, events: readonly object[]) =>
  createBatchWriter(pool).write(events.map((fields) => anyAction(fields)));

describe("recent_debug_traces", () => {
  test("is one row a run and agent, of debug actions of the last day, in order", async (t) => {
    const pool = await migratedPool(t);
    const one = { correlation_id: "run", agent_name: "a" };
    await write(pool, [
      {
        ...one,
        action_name: "third",
        action_type: "success",
        timestamp: ago(1),
        ended_at: ago(0.5),
        duration_ms: 5,
      },
      { ...one, action_name: "first", timestamp: ago(3), duration_ms: 10 },
      { ...one, action_name: "second", action_type: "error", timestamp: ago(2) },
      { ...one, agent_name: "b", action_name: "other agent", timestamp: ago(2) },
      { ...one, action_name: "no debug", debug_mode: false, timestamp: ago(2) },
      { ...one, action_name: "yesterday", timestamp: ago(25) },
    ]);
    const { rows } = await pool.query("select * from recent_debug_traces order by trace_started");
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({
      agent_name: "a",
      action_count: "3",
      total_duration_ms: "15",
      error_count: "1",
      success_count: "1",
    });
    expect(rows[0].actions_timeline.map(({ action_name }: { action_name: string }) => action_name)).toEqual([
      "first",
      "second",
      "third",
    ]);
    expect(Object.keys(rows[0].actions_timeline[0]).sort()).toEqual([
      "action_name",
      "action_type",
      "created_at",
    ]);
    expect(rows[0].trace_ended.getTime() - rows[0].trace_started.getTime()).toBeCloseTo(
      2.5 * HOUR_MILLIS,
      -3,
    );
  });
});

describe("cleanup_old_debug_logs()", () => {
  const DAYS = 24;
  const removed = async (pool: pg.Pool) =>
    Number((await oneRow<{ removed: string }>(pool, "select cleanup_old_debug_logs() as removed")).removed);
  const weeks = async (pool: pg.Pool) =>
    (
      await oneRow<{ weeks: number }>(
        pool,
        "select count(*)::int as weeks from pg_inherits where inhparent = 'agent_actions'::regclass",
      )
    ).weeks;

  test("removes debug rows older than 30 days, nothing else, and says how many", async (t) => {
    const pool = await migratedPool(t);
    await write(pool, [
      { action_name: "old", timestamp: ago(31 * DAYS) },
      { action_name: "older", timestamp: ago(100 * DAYS) },
      { action_name: "ancient", timestamp: ago(4_000 * DAYS) },
      { action_name: "kept: no debug", debug_mode: false, timestamp: ago(100 * DAYS) },
      { action_name: "kept: no debug, ancient", debug_mode: false, timestamp: ago(4_000 * DAYS) },
      { action_name: "kept: 29 days", timestamp: ago(29 * DAYS) },
      { action_name: "kept: now", timestamp: ago(0) },
    ]);
    expect(await removed(pool)).toBe(3);
    const { rows } = await pool.query("select action_name from agent_actions order by action_name");
    expect(rows.map(({ action_name }) => action_name)).toEqual([
      "kept: 29 days",
      "kept: no debug",
      "kept: no debug, ancient",
      "kept: now",
    ]);
    expect(await removed(pool)).toBe(0);
  });

  test("drops a week that holds only old debug rows, and keeps one that holds others", async (t) => {
    const pool = await migratedPool(t);
    await write(pool, [
      ...Array.from({ length: 20 }, () => ({ timestamp: ago(60 * DAYS) })),
      { timestamp: ago(90 * DAYS) },
      { timestamp: ago(90 * DAYS), debug_mode: false },
    ]);
    const before = await weeks(pool);
    expect(await removed(pool)).toBe(21);
    expect(await weeks(pool)).toBe(before - 1);
    expect(await oneRow(pool, "select count(*)::int as rows from agent_actions")).toEqual({ rows: 1 });
  });

  test("drops a week that is empty, and a later row of it still has a place", async (t) => {
    const pool = await migratedPool(t);
    const timestamp = ago(60 * DAYS);
    await write(pool, [{ timestamp }]);
    await pool.query("delete from agent_actions");
    const before = await weeks(pool);
    expect(await removed(pool)).toBe(0);
    expect(await weeks(pool)).toBe(before - 1);
    expect(await write(pool, [{ timestamp }])).toMatchObject({ inserted: 1 });
  });

  test("removes each row once and fails nobody, also in the midst of writers and readers", async (t) => {
    const pool = await migratedPool(t);
    const writer = createBatchWriter(pool);
    let done = false;
    const reading = (async () => {
      while (!done) await pool.query("select count(*) from agent_actions");
    })();
    let removedRows = 0;
    let inserted = 0;
    for (let round = 0; round < 15; round++) {
      const batch = Array.from({ length: 50 }, (_, n) => anyAction({ timestamp: ago((40 + n * 3) * DAYS) }));
      const [outcome, count] = await Promise.all([writer.write(batch), removed(pool)]);
      inserted += outcome.inserted;
      removedRows += count;
    }
    done = true;
    await reading;
    removedRows += await removed(pool);
    expect([inserted, removedRows]).toEqual([750, 750]);
  });
});

test("file operations outlive the debug rows that they came from", async (t) => {
  const pool = await migratedPool(t);
  await createBatchWriter(pool).write([
    storable("action", {
      agent_name: "a",
      action_type: "tool_call",
      action_name: "Read",
      action_details: { file_path: "/a" },
      timestamp: ago(100 * 24),
    }),
  ]);
  await pool.query("select cleanup_old_debug_logs()");
  expect(await oneRow(pool, "select count(*)::int as rows from agent_actions")).toEqual({ rows: 0 });
  expect(await oneRow(pool, "select file_path from agent_file_operations")).toEqual({ file_path: "/a" });
});
