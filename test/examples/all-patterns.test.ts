import { beforeAll, expect, test } from "vitest";
import { type Ended, startExampleStack } from "./example-stack.js";

interface Row {
  readonly agent_name: string;
  readonly action_type: string;
  readonly action_name: string;
  readonly action_details: Readonly<Record<string, unknown>>;
  readonly duration_ms: number;
  readonly span_id: string;
  readonly parent_span_id: string | null;
}

const stack = await startExampleStack();
let ended: Ended;
let rows: Row[];

beforeAll(async () => {
  ended = await stack.runExample("all-patterns/index.ts");
  await stack.untilStored();
  rows = await stack.query<Row>("select * from agent_actions");
});

const named = (name: string) => rows.filter(({ action_name }) => action_name === name);
const only = (name: string) => {
  expect(named(name)).toHaveLength(1);
  return named(name)[0] as Row;
};

test("the example runs to its end, and all that it recorded is stored under its correlation id", async () => {
  expect(ended.code).toBe(0);
  expect(ended.stdout).toContain("100 of 100 taken");
  const [, correlationId] = /correlation id (\S+)\./.exec(ended.stdout) ?? [];

  const counts = await stack.query(
    `select action_type, count(*)::int from agent_actions where correlation_id = $1 group by 1 order by 1`,
    [correlationId],
  );
  expect(counts).toEqual([
    { action_type: "decision", count: 3 },
    { action_type: "error", count: 2 },
    { action_type: "success", count: 3 },
    { action_type: "tool_call", count: 114 },
  ]);
  expect(rows).toHaveLength(122);
});

test("tool calls are recorded by scope, as a resource, by hand and one-off", () => {
  const [fails, works] = named("Read")
    .filter(({ parent_span_id }) => parent_span_id === null)
    .toSorted((a, b) => Number(a.action_details.success) - Number(b.action_details.success));
  expect(works?.action_details).toEqual({
    success: true,
    tool_parameters: { file_path: "README.md" },
    tool_result: { title: "# All patterns" },
  });
  expect(fails?.action_type).toBe("tool_call");
  expect(fails?.action_details).toMatchObject({
    success: false,
    error_message: expect.stringContaining("ENOENT"),
    tool_parameters: { file_path: "missing.md" },
  });
  expect(only("Glob").action_details.tool_result).toEqual(["README.md"]);
  expect(only("Write")).toMatchObject({
    duration_ms: 30,
    action_details: { tool_result: { success: true } },
  });
  expect(
    named("Grep")
      .map(({ agent_name }) => agent_name)
      .toSorted(),
  ).toEqual(["agent-quick-task", "agent-researcher"]);
});

test("decisions, errors, successes and tasks are recorded with their details", () => {
  expect(only("select_agent").action_details).toEqual({
    decision_context: { candidates: ["agent-a", "agent-b"] },
    decision_result: { selected: "agent-a" },
    reason: "It has written this kind of report before.",
    confidence: 0.92,
    alternatives: [{ name: "agent-b", reason: "It knows the topic, and is slower." }],
  });
  expect(only("choose_strategy").action_details).toEqual({
    decision_context: { files: 3 },
    decision_result: { strategy: "read everything" },
  });
  expect(only("ImportError").action_details).toEqual({
    error_type: "ImportError",
    error_message: "Module 'foo' not found",
    error_context: { file: "/path/to/file.py", line: 15 },
  });
  expect(only("report_written").action_details).toEqual({ files_processed: 3 });
  expect(only("check_links")).toMatchObject({
    action_type: "success",
    action_details: { links: 12, result: { broken: 0 } },
  });
  expect(only("RangeError")).toMatchObject({
    action_type: "error",
    action_details: { error_type: "RangeError", error_message: "The wiki is full" },
  });
});

test("what happens inside a task is its child, also when a sub-agent does it", () => {
  const task = only("summarise");
  const children = rows
    .filter(({ parent_span_id }) => parent_span_id === task.span_id)
    .map(({ agent_name, action_name }) => `${agent_name} ${action_name}`);
  expect(children.toSorted()).toEqual([
    "agent-researcher Read",
    "agent-reviewer review",
    "agent-translator Translate",
  ]);
});

test("wrapped tools are recorded with their arguments, results and errors", () => {
  expect(only("CountWords").action_details).toEqual({
    success: true,
    tool_parameters: "three small words",
    tool_result: 3,
  });
  expect(only("add").action_details).toEqual({ success: true, tool_parameters: [19, 23], tool_result: 42 });
  expect(only("divide").action_details).toMatchObject({
    success: false,
    error_message: "Division by zero",
    tool_parameters: [1, 0],
  });
});

test("the other five kinds stand in their own tables, and an execution is one row", async () => {
  const [others] = await stack.query(`
    select (select json_agg(json_build_array(selected_agent, confidence_score)) from agent_routing_decisions) as routing,
           (select json_agg(json_build_array(query_text, routing_duration_ms)) from router_performance_metrics) as performance,
           (select json_agg(json_build_array(source_agent, target_agent)) from agent_transformation_events) as transformations,
           (select json_agg(json_build_array(user_prompt, detection_status)) from agent_detection_failures) as failures,
           (select json_agg(json_build_array(user_prompt, status, quality_score)) from agent_execution_logs) as executions`);
  expect(others).toEqual({
    routing: [["agent-writer", 0.87]],
    performance: [["Write a report about Kafka", 12]],
    transformations: [["agent-researcher", "agent-writer"]],
    failures: [["fnord", "no_detection"]],
    executions: [["Write a report about Kafka", "success", 0.9]],
  });
});

test("a hundred actions at once are a hundred rows", () => {
  const pages = named("Fetch").map(({ action_details, duration_ms }) => {
    expect(action_details.tool_parameters).toEqual({ page: duration_ms });
    return duration_ms;
  });
  expect(pages.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, page) => page));
});

test("tool calls on files are file operations as well", async () => {
  const operations = await stack.query(
    "select operation_type, count(*)::int from agent_file_operations group by 1 order by 1",
  );
  expect(operations).toEqual([
    { operation_type: "glob", count: 1 },
    { operation_type: "grep", count: 2 },
    { operation_type: "read", count: 3 },
    { operation_type: "write", count: 1 },
  ]);
});
