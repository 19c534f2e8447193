import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { correlationId } from "../../src/event/index.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { migratedPool, storable } from "./store-fixture.js";

const page = await readFile("docs/queries.md", "utf8");
const blocks = [...page.matchAll(/```sql\n(-- (.+)\n[^`]+)```/g)].map(([, sql = "", title = ""]) => ({
  title,
  sql,
}));
const pool = await migratedPool();

const span = (n: number) => n.toString(16).padStart(16, "0");

beforeAll(async () => {
  const run = { correlation_id: "abc-123", agent_name: "agent-researcher" };
  // One after another: two of one millisecond have no order.
  let next = Date.now() - 1_000;
  const { inserted } = await createBatchWriter(pool).write([
    storable(
      "action",
      {
        ...run,
        action_type: "decision",
        action_name: "select_agent",
        span_id: span(1),
        duration_ms: "3.4",
      },
      next++,
    ),
    storable(
      "action",
      {
        ...run,
        action_type: "tool_call",
        action_name: "Read",
        action_details: {
          tool_parameters: { file_path: "/src/parse.ts" },
          success: false,
          error_message: "ENOENT",
        },
        span_id: span(2),
        parent_span_id: span(1),
        duration_ms: 45,
      },
      next++,
    ),
    storable(
      "action",
      {
        ...run,
        action_type: "error",
        action_name: "ImportError",
        action_details: { error_message: "Module 'foo' not found" },
        parent_span_id: span(9),
        error_message: "Module 'foo' not found in /p",
      },
      next++,
    ),
    storable("routing_decision", { selected_agent: "a", confidence_score: 0.5, routing_time_ms: 3 }),
    storable("transformation", { source_agent: "a", target_agent: "b" }),
    storable("router_performance", { cache_hit: true, routing_duration_ms: 1 }),
    storable("detection_failure", { failure_reason: "no agent" }),
    storable("execution", { execution_id: "e", started_at: new Date().toISOString() }),
    storable("producer_heartbeat", { producer_epoch: "p", last_sequence: 3 }),
    storable("action", {
      agent_name: "agent-runner",
      action_type: "decision",
      action_name: "wait",
      status: "running",
    }),
  ]);
  expect(inserted).toBe(10);
  await pool.query("update agent_producers set settled_sequence = last_sequence");
});

describe("every query of docs/queries.md finds rows", () => {
  test("and the page has queries", () => {
    expect(page.match(/```sql/g)).toHaveLength(blocks.length);
    expect(blocks.length).toBeGreaterThan(15);
    expect(page).toContain(`'${correlationId("abc-123").uuid}'`);
  });

  test.each(blocks)("$title", async ({ sql }) => {
    const { rows } = await pool.query(sql);
    expect(rows.length).toBeGreaterThan(0);
  });
});

test("actions that ended count the same, whether they were reported as running before or not", async (t) => {
  const started_at = new Date(Date.now() - 60_000).toISOString();
  const ended = ["Read", "Write", "Read"].map((action_name, index) => ({
    id: `action ${index}`,
    correlation_id: "abc-123",
    agent_name: "agent",
    action_type: "tool_call",
    action_name,
    started_at,
    duration_ms: index,
    status: index === 1 ? "error" : "ok",
    error_message: index === 1 ? "no such file" : null,
    action_details: { tool_parameters: { file_path: "/a" }, success: index !== 1 },
  }));
  const running = ended.map(({ duration_ms: _, error_message: __, action_details: ___, ...begun }) => ({
    ...begun,
    status: "running",
  }));
  const answers = async (told: readonly object[][]) => {
    const database = await migratedPool(t);
    for (const batch of told)
      await createBatchWriter(database).write(batch.map((event) => storable("action", event)));
    const counting = blocks.filter(({ sql }) => /count\(/i.test(sql));
    return Promise.all(
      counting.map(async ({ title, sql }) => ({ title, rows: (await database.query(sql)).rows })),
    );
  };
  const expected = await answers([ended]);
  expect(expected.filter(({ rows }) => rows.length > 0).length).toBeGreaterThan(6);
  expect(await answers([running, ended])).toEqual(expected);
  expect(await answers([[...ended, ...running]])).toEqual(expected);
});

describe("the specification's queries stand there as they were written", () => {
  /** From the specification; only the correlation id is a UUID, as its column is. */
  const SPECIFICATION = [
    "SELECT * FROM agent_actions ORDER BY created_at DESC LIMIT 20;",
    `SELECT action_type, action_name, duration_ms, action_details, created_at FROM agent_actions
     WHERE correlation_id = '${correlationId("abc-123").uuid}' ORDER BY created_at ASC;`,
    `SELECT action_name, COUNT(*) as call_count, AVG(duration_ms) as avg_duration_ms, MAX(duration_ms) as max_duration_ms
     FROM agent_actions WHERE action_type = 'tool_call' GROUP BY action_name ORDER BY call_count DESC;`,
    `SELECT agent_name, action_name, action_details->>'error_message' as error_message, COUNT(*) as error_count
     FROM agent_actions WHERE action_type = 'error' GROUP BY agent_name, action_name, error_message ORDER BY error_count DESC;`,
    `SELECT agent_name, COUNT(*) as total_actions, COUNT(*) FILTER (WHERE action_type = 'tool_call') as tool_calls,
     COUNT(*) FILTER (WHERE action_type = 'decision') as decisions, COUNT(*) FILTER (WHERE action_type = 'error') as errors,
     AVG(duration_ms) as avg_duration_ms FROM agent_actions GROUP BY agent_name ORDER BY total_actions DESC;`,
    "SELECT * FROM recent_debug_traces ORDER BY trace_started DESC LIMIT 10;",
    `SELECT COUNT(*) as total_actions, MAX(created_at) as last_action, COUNT(DISTINCT correlation_id) as unique_executions
     FROM agent_actions WHERE created_at > NOW() - INTERVAL '1 hour';`,
    `SELECT action_type, COUNT(*) as count FROM agent_actions WHERE created_at > NOW() - INTERVAL '24 hours' GROUP BY action_type;`,
  ];
  const oneLine = (sql: string) =>
    sql
      .replace(/^--.*$/m, "")
      .replace(/\s+/g, " ")
      .trim();
  const onPage = blocks.map(({ sql }) => oneLine(sql));

  test.each(SPECIFICATION.map(oneLine))("%s", (sql) => {
    expect(onPage).toContain(sql);
  });

  test("the error analysis shows the message of the details", async () => {
    const { rows } = await pool.query(oneLine(SPECIFICATION[3] ?? ""));
    expect(rows).toEqual([
      {
        agent_name: "agent-researcher",
        action_name: "ImportError",
        error_message: "Module 'foo' not found",
        error_count: "1",
      },
    ]);
  });

  test("the tree puts children below their parents", async () => {
    const tree = blocks.find(({ title }) => title.startsWith("Trace of one run"));
    const { rows } = await pool.query(tree?.sql ?? "");
    expect(rows.map(({ action }) => action)).toEqual(["select_agent", "  Read", "ImportError"]);
  });
});
