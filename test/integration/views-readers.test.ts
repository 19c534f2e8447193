/** The scripts of docs/sql, run by an owner who is no superuser, as they are. */
import { readFile } from "node:fs/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "../../src/store/migrate.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { createDatabase, uniqueName } from "../helpers/stack.js";
import { anyAction, poolOn, settingsOf, storable } from "./store-fixture.js";

const READER_ROLE = await readFile("docs/sql/reader-role.sql", "utf8");
const PROJECT_READERS = await readFile("docs/sql/project-readers.sql", "utf8");

const database = await createDatabase();
const admin = new pg.Client(database);
await admin.connect();
const roles = { owner: uniqueName("owner"), shop: uniqueName("shop"), auditor: uniqueName("auditor") };
const owner = poolOn(urlOf(roles.owner));

function urlOf(role: string): string {
  const url = new URL(database);
  url.username = role;
  url.password = "secret";
  return url.href;
}

beforeAll(async () => {
  for (const role of Object.values(roles)) await admin.query(`create role "${role}" login password 'secret'`);
  // Roles belong to the server, which other files share: no more than one makes this one.
  await admin.query("create role agent_actions_reader nologin");
  await admin.query(`alter database "${admin.database}" owner to "${roles.owner}"`);
  await migrate(settingsOf(urlOf(roles.owner)));
  await owner.query(READER_ROLE);
  await admin.query(`grant agent_actions_reader to "${roles.shop}", "${roles.auditor}"`);
  await createBatchWriter(owner).write([
    anyAction({ correlation_id: "one", project_name: "shop", error_message: "no" }),
    anyAction({ correlation_id: "two", project_name: "search" }),
    anyAction({ correlation_id: "three" }),
    storable("routing_decision", { correlation_id: "one", selected_agent: "a" }),
    storable("routing_decision", { correlation_id: "two", selected_agent: "a" }),
    storable("execution", { correlation_id: "two", execution_id: "two", project_name: "search" }),
  ]);
});

afterAll(async () => {
  await admin.query(`alter database "${admin.database}" owner to current_user`);
  for (const role of [...Object.values(roles), "agent_actions_reader"]) {
    await admin.query(`drop owned by "${role}" cascade`);
    await admin.query(`drop role "${role}"`);
  }
  await admin.end();
});

const ACTIONS = "select correlation_text as run from agent_actions_v1.actions order by 1";
const ROUTED =
  "select correlation_id = correlation_uuid('one') as one from agent_actions_v1.routing_decisions";

test("a reader may ask every view and function, and nothing else", async (t) => {
  const reader = poolOn(urlOf(roles.shop), t);
  const { rows: views } = await admin.query<{ name: string }>(
    "select viewname as name from pg_views where schemaname = 'agent_actions_v1'",
  );
  expect(views.length).toBeGreaterThan(20);
  for (const { name } of views) await reader.query(`select * from agent_actions_v1.${name}`);
  for (const call of [
    "runs_between('-infinity')",
    "run_actions(correlation_uuid('one'))",
    "run_timeline(correlation_uuid('one'))",
    "timeseries('actions')",
    "error_groups_between('-infinity')",
  ])
    expect((await reader.query(`select * from agent_actions_v1.${call}`)).rowCount).toBeGreaterThan(0);
  for (const call of [
    "stats_between('tool', '-infinity')",
    "execution_stats()",
    "stuck_executions()",
    "file_history('/a')",
  ])
    await reader.query(`select * from agent_actions_v1.${call}`);
  for (const sql of [
    "select from agent_actions",
    "select from agent_execution_logs",
    "delete from agent_actions_v1.actions",
    "insert into agent_actions_v1.actions (id) values (gen_random_uuid())",
    "select cleanup_old_debug_logs()",
    "create view agent_actions_v1.mine as select 1",
  ])
    await expect(reader.query(sql), sql).rejects.toMatchObject({ code: "42501" });
});

test("a view of a later version is readable as it comes", async (t) => {
  await owner.query("create view agent_actions_v1.later as select 1 as one");
  t.onTestFinished(async () => {
    await owner.query("drop view agent_actions_v1.later");
  });
  await poolOn(urlOf(roles.shop), t).query("select one from agent_actions_v1.later");
});

test("readers of projects see these, also through views that are made anew, and the writer writes on", async (t) => {
  await owner.query(PROJECT_READERS);
  await owner.query(PROJECT_READERS);
  await owner.query("insert into agent_project_readers values ($1, 'shop'), ($2, '*')", [
    roles.shop,
    roles.auditor,
  ]);
  const shop = poolOn(urlOf(roles.shop), t);
  const auditor = poolOn(urlOf(roles.auditor), t);
  expect((await shop.query(ACTIONS)).rows).toEqual([{ run: "one" }]);
  expect((await shop.query(ROUTED)).rows).toEqual([{ one: true }]);
  expect((await shop.query("select from agent_actions_v1.executions")).rowCount).toBe(0);
  expect((await shop.query("select from agent_actions_v1.runs_between('-infinity')")).rowCount).toBe(1);
  expect(
    (await shop.query("select sum(value)::int from agent_actions_v1.timeseries('actions')")).rows,
  ).toEqual([{ sum: 1 }]);
  expect((await auditor.query(ACTIONS)).rowCount).toBe(3);
  expect((await auditor.query("select from agent_actions_v1.runs_between('-infinity')")).rowCount).toBe(3);
  // As a later migration does.
  await owner.query(
    "create or replace view agent_actions_v1.later as select correlation_text from agent_actions",
  );
  expect((await shop.query("select from agent_actions_v1.later")).rowCount).toBe(1);
  await owner.query("drop view agent_actions_v1.later");
  const again = anyAction({ correlation_id: "one", project_name: "shop" });
  expect(await createBatchWriter(owner).write([again, again])).toMatchObject({ inserted: 1, refused: [] });
  expect((await shop.query(ACTIONS)).rowCount).toBe(2);
});

test("where the owner passes by row security the script says so, and changes nothing", async () => {
  const superuser = poolOn(await createDatabase());
  await migrate(settingsOf(superuser.options.connectionString ?? ""));
  await expect(superuser.query(PROJECT_READERS)).rejects.toThrow("passes by row security");
  const { rows } = await superuser.query("select from pg_policies");
  expect(rows).toEqual([]);
});
