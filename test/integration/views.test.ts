/** What the views of agent_actions_v1 say of rows, against what was written. */
import { beforeAll, describe, expect, test } from "vitest";
import { correlationId } from "../../src/event/index.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { migratedPool, oneRow, storable } from "./store-fixture.js";

const pool = await migratedPool();
const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();
const span = (n: number) => n.toString(16).padStart(16, "0");
const uuid = (n: number) => `00000000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`;
const rowsOf = async (sql: string, values: unknown[] = []) => (await pool.query(sql, values)).rows;

/** An action of a run with the id `n`, that began so many seconds ago. */
const action = (run: string, n: number, seconds: number, fields: object = {}) =>
  storable("action", {
    correlation_id: run,
    id: uuid(n),
    started_at: ago(seconds),
    agent_name: "planner",
    action_type: "tool_call",
    action_name: `tool ${n}`,
    ...fields,
  });

const execution = (run: string, id: string, fields: object) =>
  storable("execution", { correlation_id: run, execution_id: id, agent_name: "planner", ...fields });

beforeAll(async () => {
  const failure = { status: "error", error_message: "no such file: /a/b" };
  const { refused } = await createBatchWriter(pool).write([
    execution("done", "done", {
      status: "success",
      started_at: ago(100),
      completed_at: ago(10),
      user_prompt: "survey the folder",
      project_name: "shop",
    }),
    action("done", 1, 100, {
      action_type: "success",
      action_name: "survey",
      ended_at: ago(11),
      status: "ok",
    }),
    action("done", 2, 90, { parent_action_id: uuid(1), duration_ms: 2_000, session_id: "s", ...failure }),
    action("done", 3, 80, { parent_span_id: span(9), action_details: { success: false }, session_id: "s" }),
    // Its clock is behind: it began before the action around it.
    action("done", 4, 200, {
      parent_action_id: uuid(3),
      agent_name: "coder",
      action_details: { success: true },
    }),
    action("done", 5, 70, { span_id: span(9), parent_action_id: uuid(1), action_type: "error" }),
    action("odd", 11, 50, { parent_action_id: uuid(12) }),
    action("odd", 12, 49, { parent_action_id: uuid(11) }),
    action("odd", 13, 48, { parent_action_id: uuid(13) }),
    action("odd", 14, 47, { parent_action_id: uuid(99), error_message: "no such file: /c/d" }),
    action("open", 21, 40, { status: "running" }),
    action("open", 22, 39, { status: "abandoned" }),
    execution("gone", "gone", { status: "abandoned", started_at: ago(60) }),
    execution("waits", "waits", { started_at: ago(2 * 3_600) }),
    execution("failed", "failed", {
      status: "failed",
      started_at: ago(30),
      completed_at: ago(29),
      error_message: "no such file: /e",
    }),
    storable("routing_decision", {
      correlation_id: "done",
      selected_agent: "planner",
      confidence_score: 0.93,
      timestamp: ago(101),
    }),
    storable("routing_decision", {
      correlation_id: "failed",
      selected_agent: "planner",
      confidence_score: 1,
      timestamp: ago(31),
      routing_time_ms: 7,
    }),
    storable("routing_decision", {
      correlation_id: "odd",
      selected_agent: "coder",
      confidence_score: 0,
      timestamp: ago(30),
      actual_success: true,
    }),
    action("done", 6, 105, {
      action_type: "decision",
      action_name: "hand_over",
      action_details: {
        reason: "knows the code",
        confidence: 0.8,
        alternatives: ["tester"],
        decision_result: { selected: "planner" },
      },
    }),
    action("odd", 15, 46, {
      action_type: "decision",
      action_details: { decision_result: "yes", confidence: "high" },
      ...failure,
    }),
    action("odd", 16, 45, { action_type: "decision", action_details: {} }),
    storable("transformation", {
      correlation_id: "done",
      source_agent: "planner",
      target_agent: "planner",
      transformation_reason: "r",
    }),
    storable("transformation", {
      correlation_id: "done",
      source_agent: "planner",
      target_agent: "coder",
      transformation_reason: "r",
      event_type: "transformation_failed",
      success: false,
      error_message: "no such file: /f",
    }),
    storable("transformation", {
      correlation_id: "done",
      source_agent: "planner",
      target_agent: "coder",
      event_type: "transformation_start",
    }),
  ]);
  expect(refused).toEqual([]);
});

describe("runs", () => {
  const runNamed = (name: string) =>
    oneRow(pool, "select * from agent_actions_v1.runs where correlation_id = correlation_uuid($1)", [name]);

  test("count what they hold, and begin and end with it", async () => {
    expect(await runNamed("done")).toMatchObject({
      correlation_id: correlationId("done").uuid,
      correlation_text: "done",
      title: "survey the folder",
      state: "ended",
      actions: "6",
      tool_calls: "3",
      decisions: "1",
      errors: "1",
      successes: "1",
      failed_actions: "3",
      executions: "1",
      failed_executions: "0",
      agents: ["coder", "planner"],
      session_id: "s",
      project_name: "shop",
    });
    const { seconds } = await oneRow<{ seconds: number }>(
      pool,
      "select round(duration_ms / 1000.0)::int as seconds from agent_actions_v1.runs where correlation_text = 'done'",
    );
    expect(seconds).toBe(190);
  });

  test.each([
    ["open", { state: "running", title: "tool 21", executions: "0" }],
    ["gone", { state: "abandoned", actions: "0", executions: "1", title: null }],
    ["waits", { state: "running" }],
    ["failed", { state: "ended", failed_executions: "1" }],
  ])("the run %s is %j", async (name, wanted) => {
    expect(await runNamed(name)).toMatchObject(wanted);
  });

  test("of a time are those that began before its end and were active after its beginning", async () => {
    const found = await rowsOf(
      "select correlation_text from agent_actions_v1.runs_between($1, $2) order by 1",
      [ago(35), ago(0)],
    );
    expect(found.map(({ correlation_text }) => correlation_text)).toEqual(["done", "failed"]);
    expect(await rowsOf("select from agent_actions_v1.runs_between($1)", [ago(3 * 3_600)])).toHaveLength(6);
  });
});

describe("the actions of a run", () => {
  const tree = (name: string) =>
    rowsOf(
      `select repeat('  ', depth) || right(id::text, 2) as id, right(root_action_id::text, 2) as root, started_before_parent as early
       from agent_actions_v1.run_actions(correlation_uuid($1)) order by place`,
      [name],
    );

  test("are a tree, by the parent's id or span, whatever the clocks say", async () => {
    expect(await tree("done")).toEqual([
      { id: "06", root: "06", early: false },
      { id: "01", root: "01", early: false },
      { id: "  02", root: "01", early: false },
      { id: "  05", root: "01", early: false },
      { id: "    03", root: "01", early: true },
      { id: "      04", root: "01", early: true },
    ]);
  });

  test("are all there when parents are missing, or around each other", async () => {
    const found = await tree("odd");
    expect(found.map(({ id }) => id).sort()).toEqual(["0b", "0c", "0d", "0e", "0f", "10"]);
    expect(found.filter(({ id, root }) => id === root)).toHaveLength(6);
  });

  test("say whether they failed: by type, status, message or detail", async () => {
    const failed = await rowsOf(
      "select right(id::text, 2) as id from agent_actions_v1.actions where failed order by id",
    );
    expect(failed.map(({ id }) => id)).toEqual(["02", "03", "05", "0e", "0f"]);
  });
});

test("the timeline of a run has all kinds in the order of time", async () => {
  const found = await rowsOf(
    "select kind, name, failed from agent_actions_v1.run_timeline(correlation_uuid('done'))",
  );
  expect(found.map(({ kind }) => kind)).toEqual([
    "tool call",
    "decision",
    "routing decision",
    "execution",
    "success",
    "tool call",
    "tool call",
    "error",
    "transformation",
    "transformation",
    "transformation",
  ]);
  expect(found[3]).toEqual({ kind: "execution", name: "survey the folder", failed: false });
});

test("errors that differ in a path are one group, over actions, executions and transformations", async () => {
  expect(await rowsOf("select occurrences, runs, agents from agent_actions_v1.error_groups")).toEqual([
    { occurrences: "5", runs: "3", agents: ["planner"] },
  ]);
  expect(
    await rowsOf("select kind, count(*)::int from agent_actions_v1.errors group by 1 order by 1"),
  ).toEqual([
    { kind: "action", count: 5 },
    { kind: "execution", count: 1 },
    { kind: "transformation", count: 1 },
  ]);
  expect(
    await rowsOf("select occurrences from agent_actions_v1.error_groups_between($1)", [ago(48.5)]),
  ).toEqual([{ occurrences: "4" }]);
});

test("decisions know what was chosen and what came of it", async () => {
  const decisions = await rowsOf(
    `select kind, decision_name, selected, alternatives, reason, confidence, succeeded, outcome_source
     from agent_actions_v1.decisions order by decided_at`,
  );
  expect(decisions).toEqual([
    {
      kind: "action",
      decision_name: "hand_over",
      selected: "planner",
      alternatives: ["tester"],
      reason: "knows the code",
      confidence: "0.8",
      succeeded: true,
      outcome_source: "found",
    },
    expect.objectContaining({
      kind: "routing",
      selected: "planner",
      confidence: "0.93",
      succeeded: true,
      outcome_source: "found",
    }),
    expect.objectContaining({
      kind: "action",
      selected: "yes",
      confidence: null,
      succeeded: false,
      outcome_source: "stated",
    }),
    expect.objectContaining({ kind: "action", selected: null, succeeded: null, outcome_source: null }),
    expect.objectContaining({ succeeded: false, outcome_source: "found" }),
    expect.objectContaining({ selected: "coder", succeeded: true, outcome_source: "stated" }),
  ]);
});

test("routing is counted by confidence and agent, against what came of it", async () => {
  expect(
    await rowsOf(
      "select confidence_from, decisions::int, succeeded::int, failed::int, accuracy from agent_actions_v1.routing_confidence order by 1",
    ),
  ).toEqual([
    { confidence_from: "0.0", decisions: 1, succeeded: 1, failed: 0, accuracy: "1.0000" },
    { confidence_from: "0.9", decisions: 2, succeeded: 1, failed: 1, accuracy: "0.5000" },
  ]);
  expect(
    await rowsOf(
      "select selected_agent, decisions::int, p95_ms from agent_actions_v1.routing_agents order by 1",
    ),
  ).toEqual([
    { selected_agent: "coder", decisions: 1, p95_ms: null },
    { selected_agent: "planner", decisions: 2, p95_ms: 7 },
  ]);
});

test("transformations are counted by reason, without their starts, and those past the router are told", async () => {
  expect(
    await rowsOf(
      "select transformation_reason, transformations::int, failed::int, to_itself_share from agent_actions_v1.transformation_stats",
    ),
  ).toEqual([{ transformation_reason: "r", transformations: 2, failed: 1, to_itself_share: "0.5000" }]);
  expect(await rowsOf("select target_agent, success from agent_actions_v1.routing_bypasses")).toEqual([
    { target_agent: "coder", success: false },
  ]);
});

test("executions are counted by agent, the stuck ones are told, and the summary has one row", async () => {
  expect(await rowsOf("select * from agent_actions_v1.execution_stats()")).toMatchObject([
    {
      agent_name: "planner",
      executions: "4",
      completed: "1",
      failed: "1",
      abandoned: "1",
      running: "1",
      success_share: "0.3333",
    },
  ]);
  expect(await rowsOf("select correlation_text from agent_actions_v1.stuck_executions()")).toEqual([
    { correlation_text: "waits" },
  ]);
  expect(await rowsOf("select from agent_actions_v1.stuck_executions('3 hours')")).toEqual([]);
  expect(await rowsOf("select * from agent_actions_v1.summary")).toMatchObject([
    {
      runs: "3",
      actions: "14",
      failed_actions: "5",
      error_groups: "1",
      executions: "4",
      running_executions: "1",
      stuck_executions: "1",
    },
  ]);
  expect(
    await rowsOf(
      "select agent_name, running_executions, running_actions from agent_actions_v1.active_agents order by 1",
    ),
  ).toEqual([
    { agent_name: "coder", running_executions: "0", running_actions: "0" },
    { agent_name: "planner", running_executions: "1", running_actions: "1" },
  ]);
});

test("tool calls are counted by hour, day and week, without running ones", async () => {
  expect(
    await rowsOf(
      "select period, sum(calls)::int as calls, sum(failed_calls)::int as failed from agent_actions_v1.tool_stats group by 1 order by 1",
    ),
  ).toEqual([
    { period: "day", calls: 8, failed: 3 },
    { period: "hour", calls: 8, failed: 3 },
    { period: "week", calls: 8, failed: 3 },
  ]);
});

test("models cost what their price says, at that time, the longest pattern first", async () => {
  await pool.query(`insert into agent_model_prices (model_pattern, valid_from, input_per_million, output_per_million) values
    ('large%', '-infinity', 1, 1), ('large-2%', '-infinity', 2, 10), ('large-2%', now() + interval '1 day', 100, 100)`);
  const said = (model: string, details: object) =>
    storable("action", {
      correlation_id: "models",
      agent_name: "planner",
      action_type: "success",
      action_name: model,
      timestamp: ago(1_000_000),
      action_details: { model, ...details },
    });
  await createBatchWriter(pool).write([
    said("large-2-mini", { input_tokens: 1_000_000, output_tokens: 100_000 }),
    said("large-1", { input_tokens: 500_000 }),
    said("small", { input_tokens: 5 }),
    said("odd", { input_tokens: "many" }),
  ]);
  const usage = await rowsOf(
    "select model, input_tokens, round(cost, 2) as cost, currency from agent_actions_v1.model_usage order by cost, input_tokens",
  );
  expect(usage).toEqual([
    { model: "large-1", input_tokens: "500000", cost: "0.50", currency: "USD" },
    { model: "large-2-mini", input_tokens: "1000000", cost: "3.00", currency: "USD" },
    { model: "small", input_tokens: "5", cost: null, currency: null },
    { model: "odd", input_tokens: null, cost: null, currency: null },
  ]);
});

test("each token is counted once: calls of a run before its agents, and the outermost of these", async () => {
  const outer = "01900000-0000-7000-8000-0000000000c1";
  const said = (run: string, fields: object, details: object) =>
    storable("action", {
      correlation_id: run,
      agent_name: "planner",
      action_type: "success",
      action_name: "work",
      timestamp: ago(900_000),
      ...fields,
      action_details: { model: "large-1", input_tokens: 1_000_000, output_tokens: 0, ...details },
    });
  const call = (run: string, type: string) =>
    said(run, { action_type: "decision", action_name: "chat" }, { decision_type: type });
  await createBatchWriter(pool).write([
    said("by calls", { id: outer.replace("c1", "c0") }, { input_tokens: 3_000_000 }),
    call("by calls", "answer"),
    call("by calls", "tool_request"),
    said("by calls", { action_type: "decision" }, { decision_type: "handoff", input_tokens: 7 }),
    said("by agents", { id: outer }, { input_tokens: 5_000_000 }),
    said("by agents", { parent_action_id: outer }, {}),
    said("by agents", {}, { model: "unpriced", input_tokens: 2 }),
  ]);
  expect(
    await rowsOf(
      `select correlation_id = correlation_uuid('by calls') as calls, models, actions::int, input_tokens::int, round(cost, 2) as cost, currency, without_price::int
       from agent_actions_v1.run_costs where correlation_id in (correlation_uuid('by calls'), correlation_uuid('by agents')) order by 1`,
    ),
  ).toEqual([
    {
      calls: false,
      models: ["large-1", "unpriced"],
      actions: 2,
      input_tokens: 5_000_002,
      cost: "5.00",
      currency: "USD",
      without_price: 1,
    },
    {
      calls: true,
      models: ["large-1"],
      actions: 2,
      input_tokens: 2_000_000,
      cost: "2.00",
      currency: "USD",
      without_price: 0,
    },
  ]);
  expect(
    await rowsOf(
      "select agent_name, runs::int, round(cost, 2) as cost from agent_actions_v1.model_costs_daily where model = 'large-1' and cost > 6",
    ),
  ).toEqual([{ agent_name: "planner", runs: 2, cost: "7.00" }]);
});

describe("a time series", () => {
  test("has a row for each bucket: 0 where nothing happened, and null for a mean", async () => {
    const counts = await rowsOf(
      "select value from agent_actions_v1.timeseries('actions', '1 minute', $1, $2)",
      [ago(3_600), ago(0)],
    );
    expect(counts.length).toBeGreaterThanOrEqual(60);
    expect(counts.map(({ value }) => Number(value)).reduce((sum, value) => sum + value)).toBe(14);
    const means = await rowsOf(
      "select value from agent_actions_v1.timeseries('mean_tool_call_ms', '1 minute', $1)",
      [ago(3_600)],
    );
    expect(means.filter(({ value }) => value !== null)).toEqual([{ value: "2000.0" }]);
    expect(
      await rowsOf(
        "select sum(value)::int from agent_actions_v1.timeseries('failed_actions', '1 day', $1, agent => 'planner', tool => 'tool 2')",
        [ago(86_400)],
      ),
    ).toEqual([{ sum: 1 }]);
  });

  test.each([
    ["timeseries('walks')", /there is no metric 'walks'/],
    ["timeseries(null)", /there is no metric null/],
    ["timeseries('executions', tool => 'Read')", /executions, which call no tool/],
    ["timeseries('actions', '1 microsecond')", /more than 100,000 buckets/],
    ["timeseries('actions', '1 month')", /months/],
    ["timeseries('actions', '0 s')", /greater than zero/],
  ])("%s is refused, and says why", async (call, reason) => {
    await expect(pool.query(`select * from agent_actions_v1.${call}`)).rejects.toThrow(reason);
  });
});
