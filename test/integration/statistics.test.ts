import type pg from "pg";
import { describe, expect, test } from "vitest";
import { Pacing } from "../../src/statistics/pacing.js";
import { advance, consolidate } from "../../src/statistics/statistics-statements.js";
import { runTurn } from "../../src/statistics/statistics-turn.js";
import type { StorableEvent } from "../../src/store/stored-event.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { catchUp, expectRuns, expectStatistics } from "./statistics-harness.js";
import { anyAction, migratedPool, oneRow, storable } from "./store-fixture.js";

const pool = await migratedPool();
const writer = createBatchWriter(pool);

const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
const turn = (on = pool) =>
  runTurn(on, {
    pacing: new Pacing(),
    maxMillis: 60_000,
    signal: new AbortController().signal,
    onFailure: (_, error) => {
      throw error;
    },
  });

const state = () =>
  oneRow<{ rebuilds: number; frozen_changes: number; minutes_since: Date }>(
    pool,
    "select rebuilds, frozen_changes::int, minutes_since from agent_statistics_state",
  );

async function actionsIn(resolution: string): Promise<number> {
  const { actions } = await oneRow<{ actions: number }>(
    pool,
    "select coalesce(sum(actions), 0)::int as actions from agent_action_statistics where grouped_by = 'type' and resolution = $1",
    [resolution],
  );
  return actions;
}

async function countRows(): Promise<number> {
  return (await oneRow<{ count: number }>(pool, "select count(*)::int from agent_actions")).count;
}

const toolCalls = (count: number, fields: (index: number) => object): StorableEvent[] =>
  Array.from({ length: count }, (_, index) => anyAction({ action_type: "tool_call", ...fields(index) }));

describe("statistics", () => {
  test("begin with what is in the tables already, and views read the rows before", async () => {
    await writer.write([
      ...toolCalls(20, (index) => ({
        action_name: "Read",
        duration_ms: index * 7,
        timestamp: hoursAgo(1),
        project_name: "shop",
      })),
      ...toolCalls(5, () => ({ action_name: "Bash", status: "error", timestamp: hoursAgo(100) })),
      storable("execution", {
        execution_id: "e",
        status: "in_progress",
        correlation_id: "prompted",
        user_prompt: "do it",
      }),
    ]);
    const views = async () => ({
      runs: (
        await pool.query(
          "select title, state, actions, executions from agent_actions_v1.runs order by title, actions",
        )
      ).rows,
      tools: (
        await pool.query(
          "select tool_name, calls, failed_calls, max_ms from agent_actions_v1.tool_stats where period = 'day' order by tool_name",
        )
      ).rows,
      agents: (
        await pool.query(
          "select actions from agent_actions_v1.agent_stats where period = 'hour' order by actions",
        )
      ).rows,
      projects: (
        await pool.query(
          "select project_name, actions from agent_actions_v1.project_stats where period = 'hour'",
        )
      ).rows,
    });
    const before = await views();
    expect(before.tools).toEqual([
      { tool_name: "Bash", calls: "5", failed_calls: "5", max_ms: null },
      { tool_name: "Read", calls: "20", failed_calls: "0", max_ms: 133 },
    ]);
    expect(before.runs).toContainEqual({ title: "do it", state: "running", actions: "0", executions: "1" });
    expect(await turn()).toMatchObject({ active: true, rebuilt: "they begin" });
    await catchUp(pool);
    expect(await views()).toEqual(before);
    await expectStatistics(pool);
    await expectRuns(pool);
  });

  test("of a range are merged over hours and days", async () => {
    await catchUp(pool);
    const { rows } = await pool.query(
      "select name, actions::int, failed_actions::int, p50_ms::float8, max_ms from agent_actions_v1.stats_between('tool', now() - interval '10 days', now() + interval '1 hour')",
    );
    expect(rows).toEqual([
      { name: "Read", actions: 20, failed_actions: 0, p50_ms: expect.closeTo(63, -0.4), max_ms: 133 },
      { name: "Bash", actions: 5, failed_actions: 5, p50_ms: null, max_ms: null },
    ]);
  });

  test("are kept by one process at a time", async () => {
    const other = await pool.connect();
    try {
      await other.query("begin");
      await other.query("select lock_agent_statistics()");
      expect(await turn()).toMatchObject({ active: false });
      await other.query("commit");
    } finally {
      other.release();
    }
    expect(await turn()).toMatchObject({ active: true });
  });

  test("are computed from the rows when the place in the change feed is lost", async () => {
    const { rebuilds } = await state();
    await pool.query("update agent_actions_installation set id = gen_random_uuid()");
    await writer.write(toolCalls(3, () => ({ action_name: "Edit" })));
    expect((await advance(pool, 10)).rebuilt).toMatch("another database");
    await catchUp(pool);
    expect((await state()).rebuilds).toBe(rebuilds + 1);
    await expectStatistics(pool);
    await expectRuns(pool);
  });

  test("name the thousand most frequent groups, and count the others together", async () => {
    const at = hoursAgo(30);
    await writer.write(
      toolCalls(1_010, (index) => ({ action_name: `tool ${index}`, timestamp: at, duration_ms: 5 })),
    );
    await writer.write(toolCalls(1, () => ({ action_name: "tool 1009", timestamp: at, duration_ms: 5 })));
    await catchUp(pool);
    for (const grouped_by of ["tool", "combination"]) {
      const { rows } = await pool.query(
        "select action_name, actions::int, duration_bucket_counts from agent_action_statistics where resolution = 'hour' and grouped_by = $1 and bucket_start = date_bin('1 hour', $2, 'epoch') order by actions desc",
        [grouped_by, at],
      );
      expect(rows).toHaveLength(1_001);
      expect(rows.slice(0, 2)).toEqual([
        { action_name: "(other)", actions: 10, duration_bucket_counts: ["10"] },
        { action_name: "tool 1009", actions: 2, duration_bucket_counts: ["2"] },
      ]);
    }
    await pool.query("delete from agent_actions where action_name like 'tool %'");
    await catchUp(pool);
    await expectStatistics(pool);
  });

  test("have minutes of two days; then the hour holds what they held", async () => {
    await pool.query(
      "update agent_statistics_state set minutes_since = date_bin('1 hour', now() - interval '100 hours', 'epoch')",
    );
    await writer.write(
      toolCalls(4, (index) => ({ action_name: "Grep", timestamp: hoursAgo(60 + index * 0.4) })),
    );
    await catchUp(pool);
    const parts = () =>
      oneRow<{ count: number }>(
        pool,
        "select count(*)::int from agent_run_parts where part_start < now() - interval '49 hours'",
      );
    const before = await parts();
    while (await consolidate(pool));
    expect((await state()).minutes_since.getTime()).toBeGreaterThan(Date.now() - 49 * 3_600_000);
    const minutes = await pool.query(
      "select from agent_action_statistics where resolution = 'minute' and bucket_start < now() - interval '49 hours'",
    );
    expect(minutes.rowCount).toBe(0);
    expect((await parts()).count).toBeLessThanOrEqual(before.count);
    await catchUp(pool);
    await expectStatistics(pool);
    await expectRuns(pool);
  });
});

describe("a run's version", () => {
  const versionOf = async (run: string): Promise<bigint> => {
    await catchUp(pool);
    return BigInt(
      (
        await oneRow<{ version: string }>(
          pool,
          "select version from agent_runs where correlation_id = correlation_uuid($1)",
          [run],
        )
      ).version,
    );
  };

  test("grows with every change of its actions, and with nothing else", async () => {
    const id = "01900000-0000-7000-8000-0000000000aa";
    const told = (offset: string, fields: object) => ({
      ...anyAction({
        id,
        correlation_id: "versioned",
        action_type: "tool_call",
        action_name: "Read",
        timestamp: hoursAgo(0.01),
        ...fields,
      }),
      record: { topic: "t", partition: 0, offset },
    });
    const timestamp = hoursAgo(0.02);
    await writer.write([told("1", { status: "running", timestamp })]);
    const running = await versionOf("versioned");
    await writer.write(toolCalls(1, () => ({ correlation_id: "another", timestamp })));
    expect(await versionOf("versioned")).toBe(running);
    // Only a detail: no count of the run changes.
    await writer.write([told("2", { status: "running", timestamp, action_details: { note: 1 } })]);
    const noted = await versionOf("versioned");
    expect(noted).toBeGreaterThan(running);
    await writer.write([told("3", { status: "ok", timestamp })]);
    const ended = await versionOf("versioned");
    expect(ended).toBeGreaterThan(noted);
    expect(await versionOf("another")).not.toBe(ended);
  });
});

test("a run that loses its execution to another run is computed too", async () => {
  const told = (id: string, correlation_id: string, minutes: number) =>
    storable("execution", {
      id,
      execution_id: "moves",
      status: "in_progress",
      correlation_id,
      timestamp: hoursAgo(minutes / 60),
    });
  await writer.write([told("01900000-0000-7000-8000-0000000000b1", "first said", 0)]);
  await catchUp(pool);
  await expectRuns(pool);
  await writer.write([told("01900000-0000-7000-8000-0000000000b2", "said by the later start", -1)]);
  await catchUp(pool);
  await expectRuns(pool);
  await writer.write([told("01900000-0000-7000-8000-0000000000b3", "said by the earlier start", 5)]);
  await catchUp(pool);
  await expectRuns(pool);
  const { rows } = await pool.query<{ run: string }>(
    "select correlation_text as run from agent_runs where correlation_text like '%said%'",
  );
  expect(rows).toHaveLength(1);
  expect(rows).not.toEqual([{ run: "first said" }]);
});

describe("rows that go", () => {
  test("for their age stay in the statistics, and what comes later for that time is told", async () => {
    const at = hoursAgo(24 * 40);
    await writer.write(toolCalls(7, () => ({ action_name: "Old", timestamp: at, correlation_id: "old" })));
    // Not even marked yet.
    const rowsBefore = await countRows();
    const removed = await oneRow<{ rows: string }>(pool, "select cleanup_old_debug_logs() as rows");
    expect(Number(removed.rows)).toBe(7);
    expect(await countRows()).toBe(rowsBefore - 7);
    await catchUp(pool);
    expect(await actionsIn("hour")).toBe(rowsBefore);
    expect(await actionsIn("day")).toBe(rowsBefore);
    expect(
      await oneRow(
        pool,
        "select actions::int, title from agent_runs where correlation_id = correlation_uuid('old')",
      ),
    ).toEqual({ actions: 7, title: "Old" });

    await writer.write(toolCalls(2, () => ({ action_name: "Late", timestamp: at, debug_mode: false })));
    await catchUp(pool);
    expect(await actionsIn("hour")).toBe(rowsBefore);
    expect((await state()).frozen_changes).toBe(2);
    // A rebuild keeps what is frozen too.
    await pool.query("update agent_actions_installation set id = gen_random_uuid()");
    await catchUp(pool);
    expect(await actionsIn("day")).toBe(rowsBefore);
  });

  test("because they are erased leave the statistics, and a frozen run goes when it is named", async () => {
    await pool.query("select forget_agent_runs(array[correlation_uuid('old')])");
    await pool.query("delete from agent_actions where action_name = 'Read'");
    await catchUp(pool);
    const { rows } = await pool.query(
      "select from agent_action_statistics where action_name = 'Read' or 'Read' = any (array(select title from agent_runs))",
    );
    expect(rows).toEqual([]);
    expect(
      (await pool.query("select from agent_runs where correlation_id = correlation_uuid('old')")).rowCount,
    ).toBe(0);
  });

  test("may be forgotten altogether: views read the rows again", async () => {
    await pool.query("select reset_agent_statistics()");
    const { actions } = await oneRow<{ actions: number }>(
      pool,
      "select sum(actions)::int as actions from agent_actions_v1.agent_stats where period = 'day'",
    );
    expect(actions).toBe(await countRows());
    await catchUp(pool);
    await expectStatistics(pool);
    await expectRuns(pool);
  });
});

test("what a hand changed in the rows is counted when it is said", async () => {
  await catchUp(pool);
  await pool.query(
    "insert into agent_actions (correlation_id, agent_name, action_type, action_name, created_at) select gen_random_uuid(), 'by hand', 'decision', 'n', now() - interval '70 hours' from generate_series(1, 3)",
  );
  await pool.query("update agent_actions set agent_name = 'renamed' where agent_name = 'agent'");
  await pool.query("select recompute_agent_statistics(now() - interval '200 days', 'infinity')");
  await catchUp(pool);
  await expectStatistics(pool);
  await expectRuns(pool);
});

test("statistics hold up the feed's other readers only while they write", async () => {
  const client: pg.PoolClient = await pool.connect();
  try {
    await client.query("begin");
    await client.query("select advance_agent_statistics(1)");
    const { assigned } =
      (await client.query<{ assigned: string | null }>("select pg_current_xact_id_if_assigned() as assigned"))
        .rows[0] ?? {};
    expect(assigned).toBeNull();
    await client.query("commit");
  } finally {
    client.release();
  }
});
