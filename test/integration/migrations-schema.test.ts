import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { dumpSchema, SCHEMA_FILE } from "../../scripts/dump-schema.js";
import { migratedPool, oneRow } from "./store-fixture.js";

const pool = await migratedPool();

test("test/schema.sql is what the migrations make; if not, run: npx tsx scripts/dump-schema.ts", async () => {
  expect(await dumpSchema(pool)).toBe(await readFile(SCHEMA_FILE, "utf8"));
});

test("every table, view, function and column has a comment", async () => {
  const { rows } = await pool.query(`
    select relname || coalesce('.' || attname, '') as without_comment
    from pg_class left join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
    where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p', 'v') and not relispartition
      and (col_description(pg_class.oid, attnum) is null or obj_description(pg_class.oid, 'pg_class') is null)
    union all
    select proname from pg_proc
    where pronamespace = current_schema()::regnamespace and obj_description(oid, 'pg_proc') is null`);
  expect(rows).toEqual([]);
});

test("agent_actions begins with the specification's columns, in its order, with its types and defaults", async () => {
  const { rows } = await pool.query(`
    select column_name, data_type, is_nullable, column_default from information_schema.columns
    where table_name = 'agent_actions' order by ordinal_position limit 12`);
  expect(rows.map((row) => Object.values(row as object).join(" | "))).toEqual([
    "id | uuid | NO | gen_random_uuid()",
    "correlation_id | uuid | NO | ",
    "agent_name | text | NO | ",
    "action_type | text | NO | ",
    "action_name | text | NO | ",
    "action_details | jsonb | YES | '{}'::jsonb",
    "debug_mode | boolean | NO | true",
    "duration_ms | integer | YES | ",
    "project_path | text | YES | ",
    "project_name | text | YES | ",
    "working_directory | text | YES | ",
    "created_at | timestamp with time zone | NO | now()",
  ]);
});

test("an insert that knows only the specification's required columns works", async () => {
  await pool.query(
    `insert into agent_actions (correlation_id, agent_name, action_type, action_name)
     values (gen_random_uuid(), 'by hand', 'decision', 'n')`,
  );
  expect(await oneRow(pool, "select * from agent_actions where agent_name = 'by hand'")).toMatchObject({
    action_details: {},
    debug_mode: true,
    repairs: null,
  });
  const wrongType = pool.query(
    `insert into agent_actions (correlation_id, agent_name, action_type, action_name)
     values (gen_random_uuid(), 'by hand', 'thought', 'n')`,
  );
  await expect(wrongType).rejects.toMatchObject({
    code: "23514",
    constraint: "agent_actions_action_type_check",
  });
});
