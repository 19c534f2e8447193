import { createReadStream } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { asyncBufferFromFile } from "hyparquet";
import type pg from "pg";
import { expect, test } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { EnvReader } from "../../src/config/env-reader.js";
import { type RetentionOptions, resolveRetentionSettings } from "../../src/config/retention-settings.js";
import { correlationId } from "../../src/event/index.js";
import { readParquet } from "../../src/parquet/read-parquet.js";
import { retain } from "../../src/retention/retain.js";
import { migrate } from "../../src/store/migrate.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { createDatabase, type TestLifetime } from "../helpers/stack.js";
import { captureOutput, quietContext } from "../unit/cli/captured-output.js";
import { catchUp } from "./statistics-harness.js";
import { migratedPool, poolOn, settingsOf, storable } from "./store-fixture.js";

const DAY = 86_400_000;
const ago = (days: number): string => new Date(Date.now() - days * DAY).toISOString();

const apply = (pool: pg.Pool, options: RetentionOptions) =>
  retain(pool, resolveRetentionSettings(options, new EnvReader({})), new AbortController().signal);

const folder = async (t: TestLifetime): Promise<string> => {
  const made = await mkdtemp(join(tmpdir(), "agent-actions-archive-"));
  t.onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
};

const action = (run: string, days: number, more: object = {}) =>
  storable("action", {
    correlation_id: run,
    agent_name: "a",
    action_type: "tool_call",
    action_name: "Read",
    started_at: ago(days),
    duration_ms: 3,
    status: "ok",
    action_details: {
      tool_parameters: { file_path: `/of/${run}` },
      tool_result: `result of ${run}`,
      success: true,
    },
    ...more,
  });

const execution = (run: string, days: number, more: object = {}) =>
  storable("execution", {
    execution_id: `${run} execution`,
    correlation_id: run,
    agent_name: "a",
    user_prompt: `prompt of ${run}`,
    status: "success",
    timestamp: ago(days),
    ...more,
  });

/** Runs with rows by table, by the name of the run. */
async function runsWithRows(pool: pg.Pool, table: string): Promise<string[]> {
  const { rows } = await pool.query<{ run: string }>(
    `select distinct correlation_text as run from ${table} order by correlation_text`,
  );
  return rows.map(({ run }) => run);
}

const count = async (pool: pg.Pool, table: string): Promise<number> =>
  (await pool.query<{ rows: number }>(`select count(*)::int as rows from ${table}`)).rows[0]?.rows ?? 0;

test("old weeks go into an archive that can be read again, and statistics stay; held and failed runs stay, then go", async (t) => {
  const pool = await migratedPool(t);
  const archive = await folder(t);
  const writer = createBatchWriter(pool);
  await writer.write([
    ...Array.from({ length: 30 }, (_, at) => action("old", 100 + (at % 3))),
    action("held", 100),
    action("failed", 130, { status: "error", action_details: { success: false, error_message: "no" } }),
    action("failed", 130),
    action("new", 1),
    execution("old", 100),
    execution("held", 100),
    execution("new", 1),
    execution("without actions", 150),
  ]);
  await pool.query("insert into agent_holds (name, field, value) values ('case-1', 'run', $1)", [
    correlationId("held").uuid,
  ]);
  await catchUp(pool);
  const statistics =
    "select sum(actions)::int as actions from agent_action_statistics where resolution = 'day' and grouped_by = 'type'";
  const before = (await pool.query(statistics)).rows;
  const summaries = "select correlation_text, actions, executions, title from agent_runs order by 1";
  const runs = (await pool.query(summaries)).rows;

  const options = { days: 60, failedDays: 200, archive };
  expect(await apply(pool, options)).toMatchObject({
    rows: { agent_actions: 30, agent_execution_logs: 2 },
  });
  // Of a week without actions too.
  const ofRuns = (await readdir(archive)).filter((name) => /^agent_execution_logs-.*\.gz$/.test(name));
  expect(ofRuns).toHaveLength(2);
  expect(await runsWithRows(pool, "agent_actions")).toEqual(["failed", "held", "new"]);
  expect(await runsWithRows(pool, "agent_execution_logs")).toEqual(["held", "new"]);
  expect(await count(pool, "agent_file_operations")).toBe(4);
  await catchUp(pool);
  expect((await pool.query(statistics)).rows).toEqual(before);
  expect((await pool.query(summaries)).rows).toEqual(runs);

  // What is in the files makes the same rows again.
  const files = (await readdir(archive)).filter(
    (name) => name.startsWith("agent_actions_w") && name.endsWith(".gz"),
  );
  let lines = 0;
  for (const name of files) {
    const manifest = JSON.parse(
      await readFile(join(archive, name.replace(".jsonl.gz", ".json")), "utf8"),
    ) as { rows: number };
    const read = createInterface({ input: createReadStream(join(archive, name)).pipe(createGunzip()) });
    for await (const line of read) {
      lines += 1;
      manifest.rows -= 1;
      await pool.query(
        "insert into agent_actions select * from jsonb_populate_record(null::agent_actions, $1) on conflict do nothing",
        [line],
      );
    }
    expect(manifest.rows).toBe(0);
  }
  expect(lines).toBe(33);
  expect(await count(pool, "agent_actions")).toBe(34);

  // Released, and past their time too. A damaged archive is written anew, not believed.
  await pool.query("update agent_holds set until = now()");
  await writeFile(join(archive, files[0] ?? ""), "damaged");
  const last = await apply(pool, { ...options, failedDays: 90 });
  expect(last?.weeks.every(({ dropped }) => dropped)).toBe(true);
  expect(await runsWithRows(pool, "agent_actions")).toEqual(["new"]);
  expect(await count(pool, "agent_file_operations")).toBe(1);
  // Nor are rows that went before written over by those that go now.
  expect((await readdir(archive)).some((name) => name.endsWith("-2.jsonl.gz"))).toBe(true);
  const { rows: weeks } = await pool.query(
    "select relname from pg_inherits join pg_class on pg_class.oid = inhrelid where inhparent = 'agent_actions'::regclass and relname ~ '_w' and relname < $1",
    [`agent_actions_w${ago(60).slice(0, 10).replaceAll("-", "")}`],
  );
  expect(weeks).toEqual([]);
  expect((await pool.query(statistics)).rows).toEqual(before);
  const { rows: audited } = await pool.query("select action from agent_audit_log");
  expect(audited).toEqual([{ action: "retain" }, { action: "retain" }]);
});

test("a week goes into Parquet, which makes the same rows again; a damaged file is written anew", async (t) => {
  const pool = await migratedPool(t);
  const archive = await folder(t);
  await createBatchWriter(pool).write([
    action("plain", 100),
    action("strange", 100, {
      action_name: "\u202e'\\ \u00e9\ud83d\ude80",
      action_details: { tool_parameters: { deep: [{ n: 1e-7 }, null, "\u0001"] }, success: false },
    }),
    execution("plain", 100),
  ]);
  const table = (await pool.query("select tableoid::regclass::text as name from agent_actions limit 1"))
    .rows[0]?.name as string;
  // What JSON numbers and Parquet's times cannot say.
  await pool.query(
    `update ${table} set action_details = action_details || '{"exact": 123456789012345678901234567890.12}', ended_at = '-infinity' where correlation_text = 'strange'`,
  );
  const stored = `select to_jsonb(action)::text as row from ${table} action order by id`;
  const before = (await pool.query(stored)).rows;
  // Held, so that the table is there to be compared with.
  await pool.query("insert into agent_holds (name, field, value) values ('case-1', 'run', $1)", [
    correlationId("strange").uuid,
  ]);
  const options: RetentionOptions = { days: 60, archive, archiveFormat: "parquet" };
  expect(await apply(pool, options)).toMatchObject({ rows: { agent_actions: 1 } });
  const name = (await readdir(archive)).find((file) => /^agent_actions_w.*\.parquet$/.test(file)) ?? "";
  const manifest = JSON.parse(await readFile(join(archive, name.replace(".parquet", ".json")), "utf8"));
  expect(manifest).toMatchObject({
    rows: 2,
    format: "parquet",
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });

  const { rows: columns } = await pool.query<{ name: string; type: string }>(
    "select attname as name, atttypid::regtype::text as type from pg_attribute where attrelid = $1::regclass and attnum > 0",
    [table],
  );
  const typeOf = new Map(columns.map((column) => [column.name, column.type]));
  /** The row as Postgres would write it as JSON. */
  const jsonOf = (row: Readonly<Record<string, unknown>>): string => {
    const members = Object.entries(row).map(([column, value]) => {
      const isTime = typeof value === "bigint" && typeOf.get(column) === "timestamp with time zone";
      if (isTime) {
        const millis = new Date(Number(value / 1_000n)).toISOString().slice(0, -1);
        return `"${column}":"${millis}${String(value % 1_000n).padStart(3, "0")}Z"`;
      }
      const isText =
        typeof value === "bigint" || (typeof value === "string" && typeOf.get(column) === "jsonb");
      return `"${column}":${isText ? value : JSON.stringify(value ?? null)}`;
    });
    return `{${members.join()}}`;
  };
  // Of the row that is left.
  const second = join(archive, name.replace(".parquet", "-2.parquet"));
  await apply(pool, options);
  await writeFile(second, "damaged");
  await apply(pool, options);
  const left = [];
  for await (const row of readParquet(await asyncBufferFromFile(second))) left.push(row.correlation_text);
  expect(left).toEqual(["strange"]);

  const file = await asyncBufferFromFile(join(archive, name));
  await pool.query(`delete from ${table}`);
  for await (const row of readParquet(file))
    await pool.query(`insert into ${table} select * from jsonb_populate_record(null::${table}, $1::jsonb)`, [
      jsonOf(row),
    ]);
  expect((await pool.query(stored)).rows).toEqual(before);
});

test("contents go earlier than rows; their size and SHA-256, and what is counted, stay", async (t) => {
  const pool = await migratedPool(t);
  const writer = createBatchWriter(pool);
  const old = [action("old", 40), execution("old", 40), action("held", 40)];
  await writer.write([...old, action("new", 1)]);
  await pool.query("insert into agent_holds (name, field, value) values ('case-1', 'run', $1)", [
    correlationId("held").uuid,
  ]);
  const { rows: details } = await pool.query<{ bytes: number; sha256: string }>(
    `select octet_length(action_details::text) as bytes, encode(sha256(convert_to(action_details::text, 'UTF8')), 'hex') as sha256
     from agent_actions where correlation_text = 'old'`,
  );
  expect(await apply(pool, { contentsDays: 30 })).toMatchObject({
    rows: {},
    contents: { agent_actions: 1, agent_execution_logs: 1 },
  });
  const { rows } = await pool.query(
    "select correlation_text, action_details from agent_actions order by correlation_text",
  );
  expect(rows).toEqual([
    { correlation_text: "held", action_details: expect.objectContaining({ tool_result: "result of held" }) },
    { correlation_text: "new", action_details: expect.objectContaining({ tool_result: "result of new" }) },
    {
      correlation_text: "old",
      action_details: { success: true, contents_removed: { action_details: details[0] } },
    },
  ]);
  const { rows: runs } = await pool.query(
    "select user_prompt, status, said::text, metadata from agent_execution_logs",
  );
  expect(runs).toMatchObject([
    { user_prompt: null, status: "success", metadata: { contents_removed: { user_prompt: { bytes: 13 } } } },
  ]);
  expect((runs[0] as { said: string }).said).not.toContain("prompt of old");
  // Once is enough; but what was held is due when the hold has ended, however old it is.
  expect(await apply(pool, { contentsDays: 30 })).toMatchObject({ contents: { agent_actions: 0 } });
  await pool.query("update agent_retention_state set contents_before = now()");
  await pool.query("update agent_holds set until = now()");
  expect(await apply(pool, { contentsDays: 30 })).toMatchObject({ contents: { agent_actions: 1 } });
});

test("contents that were removed come back with no later event: a completion, a correction, the same record again", async (t) => {
  const pool = await migratedPool(t);
  const writer = createBatchWriter(pool);
  const id = "01900000-0000-7000-8000-000000000001";
  const began = ago(40);
  const status = (value: string, more: object = {}) =>
    action("old", 40, {
      id,
      status: value,
      started_at: began,
      error_message: `message of ${value}`,
      producer: "otel-agent-actions@0.1.0",
      ...more,
    });
  const started = () => execution("old", 40, { status: "in_progress" });
  await writer.write([status("running"), started()]);
  await apply(pool, { contentsDays: 30 });
  const corrected = {
    ...status("ok", { producer: "otel-agent-actions@9.0.0" }),
    record: {
      topic: "other",
      partition: 0,
      offset: "9",
      headers: { "agent-actions-correction": "true" },
    },
  };
  await writer.write([status("ok"), started()]);
  await writer.write([corrected]);
  await writer.write([
    execution("old", 40, {
      timestamp: ago(39),
      error_message: "message of the end",
      metadata: { note: "of the end" },
    }),
  ]);
  const { rows } = await pool.query(
    "select status, status_message, action_details, producer from agent_actions",
  );
  expect(rows).toEqual([
    {
      status: "ok",
      status_message: null,
      action_details: { success: true, contents_removed: expect.any(Object) },
      producer: expect.any(String),
    },
  ]);
  const { rows: runs } = await pool.query(
    "select status, user_prompt, error_message, metadata from agent_execution_logs",
  );
  expect(runs).toEqual([
    {
      status: "success",
      user_prompt: null,
      error_message: null,
      metadata: { contents_removed: expect.objectContaining({ user_prompt: expect.any(Object) }) },
    },
  ]);
  const { rows: files } = await pool.query(
    "select operation_params, error_message, file_path from agent_file_operations",
  );
  expect(files).toEqual([{ operation_params: null, error_message: null, file_path: "/of/old" }]);
});

test("a project has days of its own; a week that somebody reads is not waited for, and goes later", async (t) => {
  const pool = await migratedPool(t);
  const writer = createBatchWriter(pool);
  await writer.write([
    action("shop", 20, { project_name: "shop" }),
    action("other", 20, { project_name: "other" }),
    action("old", 100),
  ]);
  expect(await apply(pool, { projects: ["shop=10"] })).toMatchObject({ rows: { agent_actions: 1 } });
  expect(await runsWithRows(pool, "agent_actions")).toEqual(["old", "other"]);

  const reader = await pool.connect();
  await reader.query("begin; select from agent_actions");
  const kept = await apply(pool, { days: 60 });
  // Its rows went; the empty week goes with the next round.
  expect(kept?.weeks.filter(({ rows }) => rows > 0)).toMatchObject([{ dropped: false, rows: 1 }]);
  await reader.query("rollback");
  reader.release();
  expect((await apply(pool, { days: 60 }))?.weeks.every(({ dropped }) => dropped)).toBe(true);
});

test("by the command line: holds are made, listed and released; what is too old goes, and nothing without an age", async (t) => {
  const url = await createDatabase(t);
  await migrate(settingsOf(url));
  const pool = poolOn(url, t);
  await createBatchWriter(pool).write([action("old", 100), action("held", 100)]);
  const cli = async (...args: string[]) => {
    const out = captureOutput();
    const code = await runCli(args, quietContext(out, { DATABASE_URL: url }));
    return { code, text: [...out.results, ...out.progressLines].join("\n") };
  };
  expect(await cli("hold", "list")).toEqual({ code: 0, text: "Nothing is held." });
  expect(await cli("hold", "add", "case-7", "--run", "held", "--reason", "litigation")).toMatchObject({
    code: 0,
  });
  expect(await cli("hold", "add", "case-7", "--run", "other")).toMatchObject({ code: 1 });
  const listed = await cli("hold", "list", "--json");
  expect(JSON.parse(listed.text)).toMatchObject({
    name: "case-7",
    field: "run",
    value: correlationId("held").uuid,
    until: "infinity",
    reason: "litigation",
  });
  expect(await cli("retain")).toMatchObject({ code: 64 });
  expect(await cli("retain", "--projects", "shop")).toMatchObject({ code: 64 });
  expect(await cli("retain", "--days", "30", "--projects", "shop=60")).toMatchObject({
    code: 78,
    text: expect.stringContaining("those of shop cannot be kept for 60"),
  });
  for (const folder of ["/none/such", "/dev/null"])
    expect(await cli("retain", "--large-results", folder)).toMatchObject({
      code: 1,
      text: expect.stringContaining(`${folder}, so no large result was removed`),
    });
  expect(JSON.parse((await cli("retain", "--contents-days", "900", "--json")).text)).toMatchObject({
    large_results: 0,
  });
  expect(await cli("retain", "--days", "60", "--archive", "/dev/null/none")).toMatchObject({
    code: 1,
    text: expect.stringContaining("The archive cannot be written"),
  });
  const retained = await cli("retain", "--days", "60");
  expect(retained).toMatchObject({ code: 0, text: expect.stringContaining("agent_actions: 1 removed") });
  expect(await cli("hold", "release", "case-7")).toMatchObject({ code: 0 });
  expect(await cli("hold", "release", "case-7")).toMatchObject({ code: 1 });
  for (const args of [
    ["add"],
    ["list", "x"],
    ["add", "a b", "--run", "r"],
    ["add", "x", "--run", "r", "--until", "2020-01-01"],
  ])
    expect(await cli("hold", ...args)).toMatchObject({ code: 64 });
  expect(await cli("retain", "--days", "60")).toMatchObject({ code: 0 });
  expect(await runsWithRows(pool, "agent_actions")).toEqual([]);
  const { rows } = await pool.query("select action from agent_audit_log order by number");
  expect(rows.map(({ action: done }) => done)).toEqual(["hold", "retain", "release", "retain"]);
});

test("cleanup_old_debug_logs() leaves what is held", async (t) => {
  const pool = await migratedPool(t);
  await createBatchWriter(pool).write([action("held", 100), action("old", 100), action("old", 45)]);
  await pool.query("insert into agent_holds (name, field, value) values ('case-1', 'run', $1)", [
    correlationId("held").uuid,
  ]);
  const clean = async () =>
    Number((await pool.query("select cleanup_old_debug_logs() as rows")).rows[0]?.rows);
  expect(await clean()).toBe(2);
  expect(await runsWithRows(pool, "agent_actions")).toEqual(["held"]);
  await pool.query("delete from agent_holds");
  expect(await clean()).toBe(1);
});
