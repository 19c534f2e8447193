/**
 * A database and topics as 0.1.0 left them: every row and value is still there, and its records are read. `schema.sql` is its
 * schema as scripts/dump-schema.ts wrote it; `records.jsonl` is what its exporter sent.
 */
import { readFile } from "node:fs/promises";
import type pg from "pg";
import { expect, test } from "vitest";
import { kindOfTopic, validateRecord } from "../../src/event/index.js";
import { migrate } from "../../src/store/migrate.js";
import { readMigrationFiles } from "../../src/store/migration-files.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { createDatabase, type TestLifetime } from "../helpers/stack.js";
import { anyAction, oneRow, poolOn, settingsOf, storable } from "./store-fixture.js";

const SCHEMA = await readFile("test/fixtures/0.1.0/schema.sql", "utf8");
const RECORDS = (await readFile("test/fixtures/0.1.0/records.jsonl", "utf8"))
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as { topic: string; value: string });

const MIGRATIONS = [
  "0001_agent_actions",
  "0002_debug_traces",
  "0003_sister_tables",
  "0004_calls_and_layers",
  "0005_span_facts",
];

const ROWS = `
  insert into agent_actions (correlation_id, agent_name, action_type, action_name, action_details, created_at, status, layers,
    possible_duplicate_of, awaits_span_id, stand_ins, repairs, trace_id)
  select gen_random_uuid(), 'agent-' || n % 7, 'tool_call', 'action ' || n, jsonb_build_object('n', n, 'big', 12345678901234567890),
    now() - n * interval '1 day', (array['ok', 'error', 'running', 'abandoned', null])[n % 5 + 1],
    case n % 3 when 0 then jsonb_build_array(jsonb_build_object('source', 'mcp', 'span_id', n)) end,
    case n % 4 when 0 then gen_random_uuid() end, case n % 2 when 0 then 'aaaaaaaaaaaaaaaa' end,
    case n % 2 when 0 then array['agent_name', 'session_id'] end, case n % 6 when 0 then array['duration_ms: rounded'] end, 't' || n
  from generate_series(1, 500) n;
  insert into agent_action_spans (trace_id, span_id, awaits_span_id, agent_name) select 't' || n, 's', 'p', 'a' from generate_series(1, 20) n;
  insert into agent_routing_decisions (correlation_id, confidence_score) select gen_random_uuid(), score from scores;
  insert into agent_transformation_events (correlation_id, routing_confidence, quality_score)
  select gen_random_uuid(), score, 1 - score from scores;
  insert into router_performance_metrics (correlation_id, query_text) values (gen_random_uuid(), 'q');
  insert into agent_detection_failures (correlation_id, detection_status) values (gen_random_uuid(), 'timeout');
  insert into agent_execution_logs (correlation_id, status, quality_score, said)
  select gen_random_uuid(), (array['in_progress', 'success', 'error', 'cancelled'])[1 + (random() * 3)::int], score,
    jsonb_build_object('quality_score', jsonb_build_array('1 2026', score)) from scores;
  insert into agent_file_operations (action_id, correlation_id, agent_name, operation_type, tool_name, created_at)
  select id, correlation_id, agent_name, 'read', 'Read', created_at from agent_actions limit 50;`;

/** The least and the most that a score can be, and what a double says of a third. */
const SCORES =
  "create temporary table scores as select unnest(array[0, 1, 0.1, 1.0/3, 2.0/3, 1e-7, 0.9999999999999999, null]::float8[]) as score";

const RENAMED: Readonly<Record<string, string>> = {
  layers: "merged_spans",
  stand_ins: "inferred_fields",
  awaits_span_id: "unresolved_parent_span_id",
  agent_action_spans: "agent_action_span_attributions",
};

const TABLES = [
  "agent_actions",
  "agent_action_spans",
  "agent_routing_decisions",
  "agent_transformation_events",
  "router_performance_metrics",
  "agent_detection_failures",
  "agent_execution_logs",
  "agent_file_operations",
];

async function databaseOf010(t: TestLifetime): Promise<{ url: string; pool: pg.Pool }> {
  const url = await createDatabase(t);
  const pool = poolOn(url, t);
  const client = await pool.connect();
  try {
    // The dump shows each partitioned index without its parts, and the types of a view's columns.
    await client.query(
      SCHEMA.replaceAll(" ON ONLY ", " ON ").replace(/create view (\w+) \([^)]*\) as/, "create view $1 as"),
    );
    await client.query(SCORES);
    await client.query(
      "select ensure_agent_actions_partition(now() - n * interval '1 week') from generate_series(-1, 30) n",
    );
    await client.query(ROWS);
    const files = (await readMigrationFiles()).filter(({ name }) => MIGRATIONS.includes(name));
    expect(files.map(({ name }) => name)).toEqual(MIGRATIONS);
    for (const { name, sha256 } of files)
      await client.query("insert into agent_actions_migrations values ($1, '2026-11-29T00:00:00.000Z', $2)", [
        name,
        sha256,
      ]);
    await client.query("insert into agent_actions_migration_lock values ('migration_lock', 0)");
  } finally {
    client.release(true);
  }
  return { url, pool };
}

type Row = Readonly<Record<string, unknown>>;

async function rowsOf(pool: pg.Pool, table: string): Promise<Row[]> {
  const { rows } = await pool.query<{ row: Row }>(`select to_jsonb(it) as row from ${table} it`);
  return rows.map(({ row }) => row);
}

const sorted = (rows: readonly Row[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

test("every row and value of 0.1.0 is still there, under the new names", async (t) => {
  const { url, pool } = await databaseOf010(t);
  const before = new Map<string, Row[]>();
  for (const table of TABLES) before.set(table, await rowsOf(pool, table));
  expect((await migrate(settingsOf(url))).applied).toEqual(
    (await readMigrationFiles()).map(({ name }) => name).filter((name) => !MIGRATIONS.includes(name)),
  );
  for (const [table, rows] of before) {
    const after = await rowsOf(pool, RENAMED[table] ?? table);
    expect(rows.length).toBeGreaterThan(0);
    const wanted = rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [RENAMED[name] ?? name, value])),
    );
    const names = Object.keys(wanted[0] ?? {});
    const kept = after.map((row) => Object.fromEntries(names.map((name) => [name, row[name]])));
    expect(sorted(kept), table).toEqual(sorted(wanted));
  }
  // How an action stands is known of old rows too, and nothing is said of where they came from.
  const { rows } = await pool.query(
    `select status, state, count(*)::int, count(kafka_offset)::int as placed from agent_actions group by 1, 2 order by 1`,
  );
  expect(rows).toEqual([
    { status: "abandoned", state: "abandoned", count: 100, placed: 0 },
    { status: "error", state: "ended", count: 100, placed: 0 },
    { status: "ok", state: "ended", count: 100, placed: 0 },
    { status: "running", state: "running", count: 100, placed: 0 },
    { status: null, state: "ended", count: 100, placed: 0 },
  ]);
});

test("a migrated database takes records of 0.1.0 and of today, and completes what 0.1.0 left waiting", async (t) => {
  const { url, pool } = await databaseOf010(t);
  await migrate(settingsOf(url));
  const writer = createBatchWriter(pool);
  const batch = RECORDS.map(({ topic, value }, offset) => {
    const kind = kindOfTopic(topic) ?? "action";
    const origin = { topic, partition: 0, offset: String(offset), timestampMillis: 0 };
    const valid = validateRecord(kind, JSON.parse(value), origin);
    if (!valid.valid) throw new Error(valid.reasons.join("; "));
    expect(valid).toMatchObject({ extra: {}, repairs: [] });
    return { valid, text: value, record: origin };
  });
  expect(batch.map(({ valid }) => valid.kind)).toEqual(["action", "action", "span_attribution"]);
  expect(await writer.write(batch)).toMatchObject({ inserted: 3, refused: [], completed: 1 });
  expect(await writer.write([...batch, anyAction()])).toMatchObject({
    inserted: 1,
    merged: 0,
    duplicates: 3,
  });
  expect(await oneRow(pool, "select * from agent_actions where action_name = 'search'")).toMatchObject({
    agent_name: "planner",
    session_id: "thread-7",
    parent_action_id: expect.any(String),
    merged_spans: [{ source: "mcp", trace_id: expect.any(String), span_id: expect.any(String) }],
    unresolved_parent_span_id: null,
    inferred_fields: null,
    state: "ended",
  });

  expect(
    await writer.write([
      storable("span_attribution", {
        trace_id: "t2",
        span_id: "aaaaaaaaaaaaaaaa",
        agent_name: "found",
        session_id: "s",
      }),
    ]),
  ).toMatchObject({ completed: 1 });
  expect(
    await oneRow(pool, "select agent_name, session_id from agent_actions where trace_id = 't2'"),
  ).toEqual({
    agent_name: "found",
    session_id: "s",
  });
});

test("a role that could write before still can", async (t) => {
  const { url, pool } = await databaseOf010(t);
  const role = `writer_${process.pid}_${Date.now()}`;
  await pool.query(`create role ${role} login password 'writer'`);
  try {
    await pool.query(`grant usage on schema public to ${role};
      grant select, insert on agent_actions, agent_file_operations to ${role};
      grant execute on function ensure_agent_actions_partition(timestamptz) to ${role}`);
    await migrate(settingsOf(url));
    const theirs = new URL(url);
    theirs.username = role;
    theirs.password = "writer";
    expect(await createBatchWriter(poolOn(theirs.href, t)).write([anyAction()])).toMatchObject({
      inserted: 1,
    });
  } finally {
    t.onTestFinished(async () => {
      await pool.query(`drop owned by ${role}; drop role ${role}`);
    });
  }
});

test("columns of a table that was taken over keep their values, under another name where ours has it", async (t) => {
  const { url, pool } = await databaseOf010(t);
  await pool.query("alter table agent_actions add column trigger jsonb, add column mine text");
  await pool.query(`update agent_actions set trigger = '{"by": "cron"}', mine = 'kept'`);
  await migrate(settingsOf(url));
  expect(await oneRow(pool, "select distinct trigger, trigger_predecessor, mine from agent_actions")).toEqual(
    { trigger: null, trigger_predecessor: { by: "cron" }, mine: "kept" },
  );
  expect(await createBatchWriter(pool).write([anyAction({ trigger: "schedule" })])).toMatchObject({
    inserted: 1,
  });
});
