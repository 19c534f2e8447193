import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { correlationId, EVENT_KINDS, errorGroup } from "../../src/event/index.js";
import { INSERT_OF_KIND } from "../../src/store/tables/insert-of-kind.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { asNumeric, EVENTS, mapping } from "./store-events.js";
import { anyAction, migratedPool, oneRow, storable } from "./store-fixture.js";

const pool = await migratedPool();
const writer = createBatchWriter(pool);

describe("a batch of all kinds", () => {
  const batch = mapping(EVENTS);

  test("lands in a table of each, and again changes nothing", async () => {
    const one = { inserted: 1, merged: 0, duplicates: 0, erased: 0 };
    const none = { inserted: 0, merged: 0, duplicates: 0, erased: 0 };
    const perKind = Object.fromEntries(EVENT_KINDS.map((kind) => [kind, one]));
    expect(await writer.write(batch)).toEqual({
      inserted: EVENT_KINDS.length,
      merged: 0,
      duplicates: 0,
      erased: 0,
      fileOperations: 0,
      refused: [],
      perKind: { ...perKind, span_attribution: none, producer_heartbeat: none },
      completed: 0,
      notCompleted: 0,
    });
    expect(await writer.write(batch)).toMatchObject({
      inserted: 0,
      duplicates: EVENT_KINDS.length,
      refused: [],
    });
  });

  test("an action has every field in its column", async () => {
    const { timestamp, started_at, ended_at, error_message, action_details, ...fields } =
      EVENTS.action as Record<string, unknown>;
    const row = await oneRow(
      pool,
      "select *, created_at::text as created, ended_at::text as ended from agent_actions where action_name = 'Search'",
    );
    expect(row).toMatchObject({
      ...fields,
      status_message: error_message,
      error_group: errorGroup("m"),
      state: "ended",
      field_origins: null,
      merged_at: null,
      action_details: { ...(action_details as object), unknown: "action" },
      correlation_id: "0af76519-16cd-43dd-8448-eb211c80319c",
      created: "2026-01-01 00:00:00.123456+00",
      ended: "2026-01-01 00:00:00+00",
      correlation_text: null,
      repairs: null,
    });
    expect([timestamp, started_at, ended_at]).not.toContain(undefined);
  });

  test("a routing decision has every field in its column", async () => {
    const { context, timestamp, ...fields } = EVENTS.routing_decision as Record<string, unknown>;
    expect(await oneRow(pool, "select * from agent_routing_decisions")).toMatchObject({
      ...fields,
      ...asNumeric(fields),
      context_snapshot: context,
      created_at: new Date(`${String(timestamp)}Z`),
      metadata: { unknown: "routing_decision" },
    });
  });

  test("a transformation has its defaults, its zero, and its odd id aside", async () => {
    expect(await oneRow(pool, "select * from agent_transformation_events")).toMatchObject({
      event_type: "transformation_failed",
      success: false,
      routing_confidence: "0",
      transformation_type: "t",
      input_data: { a: 1 },
      output_data: {},
      context_keys: ["a", 'b"', "c,d", "NULL", ""],
      context_snapshot: { a: 1 },
      context_size_bytes: 12,
      agent_definition_id: null,
      parent_event_id: "01900000-0000-7000-8000-00000000000a",
      started_at: new Date(1_767_225_600_000),
      created_at: new Date(1_767_225_600_000),
      completed_at: new Date("2026-01-01T00:00:02Z"),
      metadata: { agent_definition_id: "not a uuid", unknown: "transformation" },
    });
  });

  test("a transformation went well unless it says otherwise", async () => {
    const id = "01900000-0000-7000-8000-0000000000ff";
    await writer.write([storable("transformation", { id })]);
    expect(await oneRow(pool, "select * from agent_transformation_events where id = $1", [id])).toMatchObject(
      {
        event_type: "transformation_complete",
        success: true,
        metadata: null,
      },
    );
  });

  test("a router's performance has every field in its column", async () => {
    expect(await oneRow(pool, "select * from router_performance_metrics")).toMatchObject({
      ...EVENTS.router_performance,
      measured_at: new Date("2026-01-01T00:00:00Z"),
      total_routing_time_us: "5000000000",
      metric_value: "12.5",
      created_at: new Date("2026-01-01T00:00:00Z"),
    });
  });

  test("a detection failure has length and hash of its prompt, and its status from the reason", async () => {
    expect(await oneRow(pool, "select * from agent_detection_failures")).toMatchObject({
      correlation_id: correlationId("run-1").uuid,
      correlation_text: "run-1",
      user_prompt: "where is 😀?",
      prompt_length: 11,
      prompt_hash: createHash("sha256").update("where is 😀?").digest("hex"),
      detection_status: "timeout",
      detection_metadata: { a: 1 },
      attempted_methods: [],
      claude_session_id: "c",
      metadata: { unknown: "detection_failure" },
    });
  });

  test("an execution has every field in its column", async () => {
    const { execution_id, started_at, completed_at, metadata, ...fields } = EVENTS.execution as Record<
      string,
      unknown
    >;
    expect(await oneRow(pool, "select * from agent_execution_logs")).toMatchObject({
      ...fields,
      ...asNumeric(fields),
      execution_id: correlationId(String(execution_id)).uuid,
      started_at: new Date(String(started_at)),
      completed_at: new Date(String(completed_at)),
      error_group: errorGroup("m"),
      metadata: { ...(metadata as object), unknown: "execution", execution_id },
    });
  });
});

test("a label has every field in its column, and one of an action is of no run", async () => {
  const { timestamp, correlation_id, score, ...fields } = EVENTS.label as Record<string, unknown>;
  expect(await oneRow(pool, "select * from agent_action_labels")).toMatchObject({
    ...fields,
    score: String(score),
    correlation_id: correlationId(String(correlation_id)).uuid,
    correlation_text: correlation_id,
    action_id: null,
    token_name: null,
    created_at: new Date(String(timestamp)),
    metadata: { unknown: "label" },
  });
  const action_id = "01900000-0000-7000-8000-0000000000aa";
  await writer.write([storable("label", { action_id, correlation_id: "of who says it", name: "risky" })]);
  expect(
    await oneRow(pool, "select * from agent_action_labels where action_id = $1", [action_id]),
  ).toMatchObject({
    kind: "label",
    correlation_id: null,
    correlation_text: null,
    score: null,
    metadata: null,
  });
});

test("where a record stood, and what its producer numbered, are columns of every row", async () => {
  const record = {
    topic: "a-topic",
    partition: 3,
    offset: "9007199254740993",
    headers: { "producer-epoch": Buffer.from("e1"), "producer-sequence": Buffer.from("42") },
  };
  const placed = EVENT_KINDS.map((kind, index) => ({
    ...storable(kind, {
      ...EVENTS[kind],
      id: `01900000-0000-7000-8000-0000000000b${index}`,
      correlation_id: "placed",
      execution_id: "placed",
    }),
    record,
  }));
  expect(await writer.write(placed)).toMatchObject({ inserted: EVENT_KINDS.length });
  for (const kind of EVENT_KINDS)
    expect(
      await oneRow(pool, `select * from ${INSERT_OF_KIND[kind].table} where correlation_text = 'placed'`),
    ).toMatchObject({
      kafka_topic: "a-topic",
      kafka_partition: 3,
      kafka_offset: "9007199254740993",
      producer_epoch: "e1",
      producer_sequence: "42",
    });
});

test.each([
  ["absent", {}],
  ["no number", { "producer-sequence": "many", "producer-epoch": null }],
  ["there twice", { "producer-sequence": ["1", "2"], "producer-epoch": [] }],
  ["too long", { "producer-sequence": "9".repeat(40), "producer-epoch": "e".repeat(1_000) }],
])("headers that are %s are passed over", async (_, headers) => {
  const action = { ...anyAction(), record: { topic: "t", partition: 0, offset: "0", headers } };
  expect(await writer.write([action])).toMatchObject({ inserted: 1, refused: [] });
  const { id } = action.valid.event as unknown as { id: string };
  expect(await oneRow(pool, "select * from agent_actions where id = $1", [id])).toMatchObject({
    kafka_offset: "0",
    producer_epoch: null,
    producer_sequence: null,
  });
});

describe("counts", () => {
  test("of an event twice in one batch are one row and one duplicate", async () => {
    const twice = anyAction();
    expect(await writer.write([twice, anyAction(), twice])).toMatchObject({ inserted: 2, duplicates: 1 });
  });

  test("of a second detection failure of one run are a duplicate, and the first stays", async () => {
    const failure = (user_request: string) =>
      storable("detection_failure", { correlation_id: "one run", user_request });
    expect(await writer.write([failure("first")])).toMatchObject({ inserted: 1, duplicates: 0 });
    expect(await writer.write([failure("second"), failure("third")])).toMatchObject({
      inserted: 0,
      duplicates: 2,
    });
    expect(
      await oneRow(
        pool,
        "select user_prompt from agent_detection_failures where correlation_text = 'one run'",
      ),
    ).toEqual({ user_prompt: "first" });
  });

  test("of an empty batch are nothing", async () => {
    expect(await writer.write([])).toMatchObject({
      inserted: 0,
      duplicates: 0,
      erased: 0,
      fileOperations: 0,
      refused: [],
    });
  });

  test("hold for two writers with the same batch at the same time, in opposite orders", async () => {
    const batch = Array.from({ length: 500 }, (_, n) =>
      n % 2 === 0 ? anyAction() : storable("routing_decision", { user_request: String(n) }),
    );
    const outcomes = await Promise.all([
      writer.write(batch),
      writer.write(batch.toReversed()),
      createBatchWriter(pool).write(batch),
    ]);
    expect(outcomes.reduce((sum, { inserted }) => sum + inserted, 0)).toBe(500);
    expect(outcomes.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(1_000);
  });
});

describe("file operations", () => {
  const read = (fields: object = {}) =>
    storable("action", {
      agent_name: "files",
      action_type: "tool_call",
      action_name: "Read",
      action_details: { tool_parameters: { file_path: "/src/a.ts", offset: 2, limit: 3 }, success: true },
      duration_ms: 4,
      ...fields,
    });

  test("are written with their action, once", async () => {
    const event = read();
    expect(await writer.write([event, anyAction(), event])).toMatchObject({ inserted: 2, fileOperations: 1 });
    expect(await writer.write([event])).toMatchObject({ duplicates: 1, fileOperations: 0 });
    const row = await oneRow(
      pool,
      `select f.*, a.agent_name as acted from agent_file_operations f
       join agent_actions a on a.id = f.action_id and a.created_at = f.created_at`,
    );
    expect(row).toMatchObject({
      acted: "files",
      agent_name: "files",
      operation_type: "read",
      tool_name: "Read",
      file_path: "/src/a.ts",
      file_path_hash: createHash("sha256").update("/src/a.ts").digest("hex"),
      file_name: "a.ts",
      file_extension: "ts",
      line_range: { start: 2, end: 4 },
      operation_params: { offset: 2, limit: 3 },
      success: true,
      duration_ms: 4,
    });
  });

  test("come from the tools that the option names", async () => {
    const other = createBatchWriter(pool, { fileTools: ["NotebookEdit:edit"] });
    expect(await other.write([read(), read({ action_name: "notebookedit" })])).toMatchObject({
      fileOperations: 1,
    });
  });

  test("may have a path of any length", async () => {
    const file_path = `/${"long/".repeat(10_000)}a.ts`;
    expect(await writer.write([read({ action_details: { file_path } })])).toMatchObject({
      fileOperations: 1,
    });
  });
});
