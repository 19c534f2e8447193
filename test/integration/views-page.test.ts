/** Every query of docs/views.md, and of pages on the views, has an answer on the rows of the demo, and of a run that has what the demo has not. */
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { alertQueries, dashboardNames, panelsOf } from "../../scripts/grafana-files.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { createDatabase } from "../helpers/stack.js";
import { cli, stackEnv } from "./cli-program.js";
import { catchUp } from "./statistics-harness.js";
import { poolOn, storable } from "./store-fixture.js";

const PAGES = ["docs/views.md", "docs/model-costs.md", "docs/integrations.md"];
const page = (await Promise.all(PAGES.map((path) => readFile(path, "utf8")))).join("\n");
const queries = [...page.matchAll(/```sql\n(-- (.+)\n[^`]+)```/g)].map(([, sql = "", title = ""]) => ({
  title,
  sql,
}));
const database = await createDatabase();
const pool = poolOn(database);
const file = { onTestFinished: (release: () => Promise<void>) => afterAll(release) };

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const ABC = { correlation_id: "abc-123", session_id: "thread-7", agent_name: "coder" };

beforeAll(async () => {
  const demo = await cli(file, ["demo"], stackEnv(database));
  expect(demo).toMatchObject({ code: 0 });
  await createBatchWriter(pool).write([
    // The demo leaves nothing open, uses no model, asks its router for every agent, and repeats nothing.
    ...[1, 2, 3, 4, 5].map((seconds) =>
      storable("action", {
        ...ABC,
        agent_name: "repeater",
        action_type: "tool_call",
        action_name: "read_page",
        action_details: { tool_parameters: { page: 1 }, tool_result: "none" },
        timestamp: new Date(Date.now() - 60_000 + seconds * 1_000).toISOString(),
        duration_ms: 10,
      }),
    ),
    storable("execution", { ...ABC, execution_id: "hangs", started_at: ago(90), user_prompt: "wait" }),
    storable("action", {
      ...ABC,
      action_type: "tool_call",
      action_name: "Edit",
      action_details: { tool_parameters: { file_path: "/src/parse.ts" }, success: true },
    }),
    storable("action", {
      ...ABC,
      action_type: "success",
      action_name: "write the parser",
      action_details: { model: "model-large-2", input_tokens: 1000, output_tokens: 200 },
    }),
    storable("transformation", { ...ABC, source_agent: "planner", target_agent: "coder" }),
    storable("action", {
      ...ABC,
      action_type: "tool_call",
      action_name: "sleep",
      status: "abandoned",
      duration_ms: 5,
    }),
    storable("execution", {
      ...ABC,
      execution_id: "fails",
      status: "error",
      started_at: ago(9),
      error_message: "no",
    }),
  ]);
  // The demo has kept statistics, and nobody does for these.
  await catchUp(pool);
});

// The consumer keeps it in turns of some seconds, and the demo may end before the first.
beforeAll(async () => {
  await pool.query(
    `insert into agent_producers (producer_epoch, first_seen_at, last_seen_at, sequences, settled_sequence)
     values ('one', now(), now(), '{[1,3),[5,8)}', 7)`,
  );
});

test("the page has queries, and every view and function is asked or described", () => {
  expect(page.match(/```sql\n(?!insert)/g)).toHaveLength(queries.length);
  expect(queries.length).toBeGreaterThan(25);
});

/** As Metabase fills in its variables; what stands in double brackets is left out where one of them is not given. */
const asMetabaseDoes = (sql: string) =>
  sql
    .replaceAll(/\[\[[^\]]*\]\]/g, "")
    .replaceAll("{{days}}", "30")
    .replaceAll("{{run}}", "'abc-123'");

test.each(queries)("$title", async ({ sql }) => {
  const { rows } = await pool.query(asMetabaseDoes(sql));
  expect(rows.length).toBeGreaterThan(0);
});

const otava = await readFile("docs/otava/otava.yaml", "utf8");
const series = [...otava.matchAll(/^ {2}([\w.-]+):\n([\s\S]*?) {4}query: \|\n((?: {6}.*\n)+)/gm)].map(
  ([, name = "", settings = "", sql = ""]) => ({
    name,
    metrics: [...settings.matchAll(/^ {6}(\w+): \{direction: -?1\}$/gm)].map(([, metric = ""]) => metric),
    sql,
  }),
);

test("Otava's configuration has series", () => {
  expect(series.length).toBe(4);
  for (const { metrics } of series) expect(metrics.length).toBeGreaterThan(2);
});

test.each(series)("the series $name has a time and a number for each metric", async ({ metrics, sql }) => {
  expect(sql).toContain("%{BRANCH}");
  const of = sql.includes("action_name = %") ? "'Edit'" : "'coder'";
  const { rows } = await pool.query(sql.replaceAll("%{BRANCH}", of));
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) {
    expect(row.time).toBeInstanceOf(Date);
    expect(row.day).toMatch(/^\d{4}-\d\d-\d\d$/);
    for (const metric of metrics) expect(row[metric]).toEqual(expect.any(Number));
  }
});

const psqlrc = await readFile("docs/sql/psqlrc", "utf8");
const named = [...psqlrc.matchAll(/^\\set (\w+) '(.{9,})'$/gm)].map(([, name = "", sql = ""]) => ({
  name,
  // As psql reads it: a backslash before a quotation mark, and the variable run as it stands.
  sql: sql.replaceAll("\\'", "'").replaceAll(":run", "'abc-123'"),
}));

test("psqlrc names questions", () => {
  expect(named.length).toBeGreaterThan(12);
  expect(psqlrc.match(/^\\set /gm)).toHaveLength(named.length + 1);
});

test.each(named)(":$name of psqlrc", async ({ sql }) => {
  const { rows } = await pool.query(sql);
  expect(rows.length).toBeGreaterThan(0);
});

/** As Grafana fills them in, for the last hour in buckets of a minute. */
const asGrafanaDoes = (sql: string) =>
  sql
    .replaceAll(/\$__timeFilter\((\w+)\)/g, (_, column: string) => `${column} BETWEEN '${FROM}' AND '${TO}'`)
    .replaceAll("$__timeFrom()", `'${FROM}'`)
    .replaceAll("$__timeTo()", `'${TO}'`)
    .replaceAll("$__interval", "1m");
const FROM = ago(60);
const TO = ago(-60);

test.each(dashboardNames().flatMap(panelsOf))("the panel $path has rows", async ({ sql, setting }) => {
  const { rows, fields } = await pool.query(asGrafanaDoes(sql));
  expect(rows.length).toBeGreaterThan(0);
  if (setting === "timeseries") {
    expect(fields.map(({ name }) => name)).toContain("time");
    expect(rows.some(({ time, ...values }) => Object.values(values).some((value) => Number(value) > 0))).toBe(
      true,
    );
  }
});

test.each(alertQueries())("the alert $path has one row with one number", async ({ sql, setting }) => {
  const { rows } = await pool.query(sql);
  expect(rows).toHaveLength(1);
  expect(Object.values(rows[0])).toHaveLength(1);
  expect(Number(Object.values(rows[0])[0])).toBeGreaterThanOrEqual(0);
  expect(Number(setting)).toBeGreaterThanOrEqual(0);
});

test("the index for texts is used through the view", async () => {
  await pool.query(await readFile("docs/sql/text-index.sql", "utf8"));
  const client = await pool.connect();
  try {
    await client.query("begin; set local enable_seqscan = off; set local enable_indexscan = off");
    const { rows } = await client.query(
      "explain select id from agent_actions_v1.actions where action_details::text ilike '%report.md%'",
    );
    expect(JSON.stringify(rows)).toContain("_action_details_idx");
  } finally {
    await client.query("rollback");
    client.release();
  }
});

test("every view has a comment on itself and on each column, and every function one", async () => {
  const { rows } = await pool.query(`
    select relname || coalesce('.' || attname, '') as without_comment
    from pg_class left join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
    where relnamespace = 'agent_actions_v1'::regnamespace and relkind in ('r', 'v')
      and (col_description(pg_class.oid, attnum) is null or obj_description(pg_class.oid, 'pg_class') is null)
    union all
    select proname from pg_proc
    where pronamespace = 'agent_actions_v1'::regnamespace and obj_description(oid, 'pg_proc') is null`);
  expect(rows).toEqual([]);
});
