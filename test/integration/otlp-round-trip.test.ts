import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { createDatabase } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { at, filledDatabase, idAt } from "./ask-harness.js";
import { cli, query, stackEnv, startCli } from "./cli-program.js";
import { poolOn, storable } from "./store-fixture.js";

const folder = await mkdtemp(join(tmpdir(), "round-trip-"));
afterAll(() => rm(folder, { recursive: true }));

/** Of the row as it was stored, not of the action: the place of its record, and what merging several events left. */
const OF_STORING = [
  "kafka_topic",
  "kafka_partition",
  "kafka_offset",
  "producer_epoch",
  "producer_sequence",
  "field_origins",
  "merged_at",
  "last_seen_at",
  "repairs",
];

const action = (seconds: number, name: string, fields: object) => ({
  id: idAt(seconds, name),
  correlation_id: "build-7",
  agent_name: "coder",
  action_type: "tool_call",
  action_name: name,
  started_at: at(seconds).replace("Z", "456Z"),
  ...fields,
});

/** What the runs of other tests do not have. */
const RICH = [
  action(100, "Rich", {
    status: "error",
    error_type: "timeout",
    error_message: "gave up",
    ended_at: at(101).replace("Z", "789Z"),
    duration_ms: 1_000,
    debug_mode: false,
    trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
    span_id: "00f067aa0ba902b7",
    parent_span_id: "00f067aa0ba902b8",
    parent_action_id: idAt(0, "mend_parser"),
    unresolved_parent_span_id: "00f067aa0ba902b8",
    inferred_fields: ["agent_name"],
    merged_spans: [
      { source: "mcp", trace_id: "4bf92f3577b34da6a3ce929d0e0e4736", span_id: "00f067aa0ba902b9" },
    ],
    possible_duplicate_of: idAt(1, "Read"),
    tool_call_id: "call_1",
    session_id: "monday",
    project_name: "shop",
    project_path: "/shop",
    working_directory: "/shop/src",
    source: "gen-ai",
    service_name: "shop",
    service_version: "1.2",
    environment: "test",
    agent_version: "7",
    user_id: "u1",
    on_behalf_of: ["u2", 'u"3'],
    trigger: "cron",
    producer: "otel-agent-actions@0.1.0",
    action_details: {
      tool_parameters: { path: 'a "b"\n\u202e', nested: [1, { two: null }] },
      tool_result: null,
      success: false,
      error_message: "another text",
      more: [1.5],
    },
  }),
  action(102, "WithoutDetails", { status: "running", service_name: "shop" }),
  action(103, "Gone", { status: "abandoned" }),
  action(104, "approve", {
    action_type: "decision",
    approved_by: "u1",
    approval_method: "person",
    policy: "deploys",
    arguments_sha256: "ab".repeat(32),
    action_details: { decision_context: "text", decision_result: ["x".repeat(30_000)] },
  }),
  action(105, "timeout", {
    action_type: "error",
    action_details: { error_type: "timeout", error_message: "of details only", error_context: { run: "r" } },
  }),
];

const EXACT = `{"id":"${idAt(106, "Exact")}","correlation_id":"build-7","agent_name":"coder","action_type":"tool_call","action_name":"Exact","started_at":"${at(106)}","action_details":{"tool_parameters":{"exact":12345678901234567890,"small":0.10}}}`;

test("a run that is exported as OTLP, and imported into an empty database, has the rows that it had", async (t) => {
  const url = await filledDatabase();
  await createBatchWriter(poolOn(url)).write([
    ...RICH.map((event) => storable("action", event)),
    storable("action", EXACT),
  ]);
  const file = join(folder, "build-7.otlp.jsonl");
  const exported = await cli(t, ["export", "build-7", "--format", "otlp", "--output", file], {
    DATABASE_URL: url,
  });
  expect(exported).toMatchObject({ code: 0, stderr: expect.stringContaining("1 run, 13 actions") });

  const env = stackEnv(await createDatabase(t));
  expect((await cli(t, ["topics", "--create", "--partitions", "1"], env)).code).toBe(0);
  expect((await cli(t, ["migrate"], env)).code).toBe(0);
  startCli(t, ["consume"], env);
  const imported = await cli(t, ["import", file], env);
  expect(imported).toMatchObject({ code: 0, stdout: "13 events sent of 13 spans in 1 file\n" });

  const rowsOf = (database: string) =>
    query(
      database,
      `select (to_jsonb(action) - '{${OF_STORING}}'::text[])::text as row from agent_actions action
       where correlation_text = 'build-7' order by created_at, id`,
    );
  const stored = env.DATABASE_URL ?? "";
  await until(async () => (await rowsOf(stored)).length >= 13);
  expect(await rowsOf(stored)).toEqual(await rowsOf(url));
  const filesOf = (database: string) =>
    query(
      database,
      "select * from agent_file_operations where correlation_id = correlation_uuid('build-7') order by created_at",
    );
  expect(await filesOf(stored)).toEqual(await filesOf(url));
});

test("every service is a resource, and what a span cannot be made of is said with its reason", async (t) => {
  const file = join(folder, "build-7.otlp.jsonl");
  const [line = ""] = (await readFile(file, "utf8")).split("\n");
  const { resourceSpans } = JSON.parse(line);
  expect(resourceSpans).toHaveLength(3);
  const [{ scopeSpans }] = resourceSpans;
  const { attributes } = scopeSpans[0].spans[0];
  const event = attributes.find(({ key }: { key: string }) => key === "agent_actions.exported_event");
  const broken = join(folder, "broken.jsonl");
  const lines = ["{", '{"id":"x"}', '{"id":"x","started_at":"2026-01-05T09:00:00Z"}'].map((text) => {
    event.value.stringValue = text;
    const spans = [scopeSpans[0].spans[0]];
    return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ scope: scopeSpans[0].scope, spans }] }] });
  });
  await writeFile(broken, lines.join("\n"));
  const { code, stdout, stderr } = await cli(t, ["import", "--dry-run", broken], {
    DATABASE_URL: "postgres://127.0.0.1:1/none",
  });
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: "0 events would be sent of 3 spans in 1 file\nspans: 3 not readable\n",
  });
  expect(stderr).toContain("not the JSON that was exported");
  expect(stderr).toContain("has no id or no started_at");
  expect(stderr).toContain("agent_name");
});
