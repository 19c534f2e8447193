import { describe, expect, test } from "vitest";
import { StoreError } from "../../src/errors.js";
import { correlationId, EVENT_KINDS } from "../../src/event/index.js";
import { countsByKind } from "../../src/store/queries/counts-by-kind.js";
import { fileOperationsOf } from "../../src/store/queries/file-operations-of.js";
import { recentActions } from "../../src/store/queries/recent-actions.js";
import { recentDebugTraces } from "../../src/store/queries/recent-debug-traces.js";
import { tableHealth } from "../../src/store/queries/table-health.js";
import { traceOf } from "../../src/store/queries/trace-of.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { createDatabase } from "../helpers/stack.js";
import { anyAction, migratedPool, poolOn, storable } from "./store-fixture.js";

const pool = await migratedPool();
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

await createBatchWriter(pool).write([
  anyAction({
    action_name: "one",
    agent_name: "a",
    project_name: "p",
    timestamp: minutesAgo(5),
    correlation_id: "run",
  }),
  anyAction({
    action_name: "Read",
    action_type: "tool_call",
    agent_name: "b",
    project_path: "/p",
    timestamp: minutesAgo(4),
    correlation_id: "run",
    action_details: { tool_parameters: { file_path: "/a.ts" }, tool_result: { bytes_read: 12 } },
    status: "error",
    error_message: "ENOENT",
    duration_ms: 3,
  }),
  anyAction({
    action_name: "three",
    agent_name: "a",
    timestamp: minutesAgo(3),
    trace_id: "0af7651916cd43dd8448eb211c80319c",
  }),
  anyAction({ action_name: "future", agent_name: "a", timestamp: minutesAgo(-600) }),
  anyAction({ action_name: "outside", agent_name: "a", timestamp: "1999-01-01" }),
  storable("routing_decision", { timestamp: minutesAgo(300) }),
  storable("execution", { execution_id: "e" }),
]);

const names = (rows: readonly { action_name: string }[]) => rows.map(({ action_name }) => action_name);

describe("recent actions", () => {
  test("are the latest, the last one first", async () => {
    expect(names(await recentActions(pool))).toEqual(["future", "three", "Read", "one", "outside"]);
    expect(names(await recentActions(pool, { limit: 2 }))).toEqual(["future", "three"]);
  });

  test.each([
    [{ project: "p" }, ["one"]],
    [{ project: "/p" }, ["Read"]],
    [{ agentName: "b" }, ["Read"]],
    [{ actionType: "tool_call" as const }, ["Read"]],
    [{ correlationId: "run" }, ["Read", "one"]],
    [{ agentName: "a", correlationId: "run", actionType: "decision" as const }, ["one"]],
    [{ project: "nobody's" }, []],
  ])("may be filtered by %j", async (filter, wanted) => {
    expect(names(await recentActions(pool, filter))).toEqual(wanted);
  });

  test("may be those since a time", async () => {
    expect(names(await recentActions(pool, { since: new Date(minutesAgo(3.5)) }))).toEqual([
      "future",
      "three",
    ]);
  });

  test("have every column", async () => {
    const [row] = await recentActions(pool, { agentName: "b" });
    expect(row).toMatchObject({
      correlation_id: correlationId("run").uuid,
      correlation_text: "run",
      action_details: { tool_parameters: { file_path: "/a.ts" } },
      debug_mode: true,
      duration_ms: 3,
      created_at: expect.any(Date),
      ended_at: null,
      error_message: "ENOENT",
      repairs: null,
    });
  });
});

test("the trace of a run is all of its actions in order, by UUID, text or trace id", async () => {
  expect(names(await traceOf(pool, "run"))).toEqual(["one", "Read"]);
  expect(names(await traceOf(pool, correlationId("run").uuid.toUpperCase()))).toEqual(["one", "Read"]);
  expect(names(await traceOf(pool, "0af7651916cd43dd8448eb211c80319c"))).toEqual(["three"]);
  expect(await traceOf(pool, "nobody's")).toEqual([]);
});

test("file operations are found by run and by path", async () => {
  const byRun = await fileOperationsOf(pool, { correlationId: "run" });
  expect(byRun).toMatchObject([
    { operation_type: "read", file_path: "/a.ts", bytes_read: 12, bytes_written: null, success: false },
  ]);
  expect(await fileOperationsOf(pool, { filePath: "/a.ts" })).toEqual(byRun);
  expect(await fileOperationsOf(pool, { filePath: "/b.ts" })).toEqual([]);
});

test("debug traces are one a run and agent, the latest first, with numbers as numbers", async () => {
  const traces = await recentDebugTraces(pool, 100);
  expect(traces.map(({ agent_name }) => agent_name)).toEqual(["a", "a", "b", "a"]);
  expect(traces[2]).toMatchObject({
    action_count: 1,
    error_count: 0,
    success_count: 0,
    total_duration_ms: 3,
    actions_timeline: [{ action_type: "tool_call", action_name: "Read", created_at: expect.any(String) }],
  });
  expect(await recentDebugTraces(pool, 1)).toHaveLength(1);
});

test("rows are counted by kind, in all or since a time", async () => {
  const none = Object.fromEntries(EVENT_KINDS.map((kind) => [kind, 0]));
  expect(await countsByKind(pool)).toEqual({
    ...none,
    action: 5,
    routing_decision: 1,
    execution: 1,
    file_operation: 1,
  });
  expect(await countsByKind(pool, new Date(minutesAgo(4.5)))).toEqual({
    ...none,
    action: 3,
    execution: 1,
    file_operation: 1,
  });
});

test("the tables' health says what doctor needs", async () => {
  await pool.query("analyze");
  const health = await tableHealth(pool);
  const byName = Object.fromEntries(health.tables.map(({ name, ...rest }) => [name, rest]));
  expect(byName.agent_actions?.estimatedRows).toBe(5);
  expect(byName.agent_execution_logs?.estimatedRows).toBe(1);
  for (const { bytes } of health.tables) expect(bytes).toBeGreaterThan(0);
  expect(health.tables).toHaveLength(7);
  expect(health).toMatchObject({ hasThisWeek: true, rowsOutsideWeeks: 1 });
  expect(health.weeks).toBeGreaterThanOrEqual(2);
  expect(health.now.getTime() - (health.lastActionAt?.getTime() ?? 0)).toBeLessThan(4 * 60_000);
});

test("a question to a database without tables is a StoreError that says what to run", async (t) => {
  const empty = poolOn(await createDatabase(t), t);
  const answers = await Promise.allSettled([
    recentActions(empty),
    traceOf(empty, "run"),
    countsByKind(empty),
    tableHealth(empty),
  ]);
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: "rejected", reason: expect.any(StoreError) });
    expect(answer).toHaveProperty("reason.message", expect.stringContaining("agent-actions migrate"));
  }
});
