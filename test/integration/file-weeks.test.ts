/** File operations lie in weeks: from the beginning, and in a database that had them in one plain table. */
import fc from "fast-check";
import type pg from "pg";
import { expect, test } from "vitest";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolveRetentionSettings } from "../../src/config/retention-settings.js";
import { retain } from "../../src/retention/retain.js";
import { migrate } from "../../src/store/migrate.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { createDatabase, type TestLifetime } from "../helpers/stack.js";
import { migrationsUpTo } from "./earlier-migrations.js";
import { migratedPool, oneRow, poolOn, settingsOf, storable } from "./store-fixture.js";

const MIGRATION = "file_operations_by_week";
const WEEK = 7 * 86_400_000;
const weeksAgo = (weeks: number): string => new Date(Date.now() - weeks * WEEK).toISOString();

/** Operations of a year, some that began later than a week can be, some that never began. */
const ROWS = `
  insert into agent_file_operations (action_id, correlation_id, agent_name, operation_type, tool_name, file_path, file_path_hash, created_at)
  select md5('action ' || n)::uuid, md5('run ' || n / 7)::uuid, 'agent ' || n % 3, 'read', 'Read', '/file/' || n % 9,
    encode(sha256(convert_to('/file/' || n % 9, 'UTF8')), 'hex'), time
  from generate_series(1, 400) as n, lateral (select case when n % 100 = 0 then 'infinity' when n % 101 = 0 then '-infinity'
    when n % 50 = 0 then now() + n * interval '1 day' else now() - n * interval '1 day' end::timestamptz) as times (time)`;

/** What people have made on a table of theirs. */
const THEIRS = `
  create schema theirs;
  create view theirs.reads with (security_barrier) as
    select file_path, agent_name, created_at from agent_file_operations where operation_type = 'read';
  create view theirs.latest as select max(created_at) as at from theirs.reads where isfinite(created_at);
  create function theirs.operations_of(agent text) returns bigint language sql stable
    begin atomic select count(*) from agent_file_operations where agent_name = agent; end;
  create table theirs.seen (action_id uuid);
  create function theirs.see() returns trigger language plpgsql as
    'begin insert into theirs.seen values (new.action_id); return null; end';
  create trigger see after insert on agent_file_operations for each row execute function theirs.see();
  create trigger see_off after insert on agent_file_operations for each row execute function theirs.see();
  alter table agent_file_operations disable trigger see_off;
  create trigger see_always after delete on agent_file_operations for each row execute function theirs.see();
  alter table agent_file_operations enable always trigger see_always;
  create index by_tool on agent_file_operations (tool_name, created_at) where success;
  alter table agent_file_operations add column team text default 'none', add constraint named check (agent_name <> '');
  create policy of_one on agent_file_operations for select to public using (agent_name <> 'agent 2');
  alter table agent_file_operations enable row level security;`;

const read = (id: string, at: string, more: object = {}, run = "run") =>
  storable("action", {
    id,
    correlation_id: run,
    agent_name: "agent 1",
    action_type: "tool_call",
    action_name: "Read",
    status: "ok",
    started_at: at,
    action_details: { tool_parameters: { file_path: "/new" }, success: true, ...more },
  });

const partsOf = async (pool: pg.Pool): Promise<Record<string, number>> => {
  const { rows } = await pool.query<{ part: string; rows: number }>(
    "select tableoid::regclass::text as part, count(*)::int as rows from agent_file_operations group by 1",
  );
  return Object.fromEntries(rows.map(({ part, rows: number }) => [part, number]));
};

const allRows = async (pool: pg.Pool): Promise<string[]> =>
  (
    await pool.query<{ row: string }>(
      "select (to_jsonb(file) - 'merged_at')::text as row from agent_file_operations file order by action_id, created_at",
    )
  ).rows.map(({ row }) => row);

const retainDays = (pool: pg.Pool, days: number) =>
  retain(pool, resolveRetentionSettings({ days }, new EnvReader({})), new AbortController().signal);

async function earlierDatabase(t: TestLifetime): Promise<{ url: string; pool: pg.Pool }> {
  const url = await createDatabase(t);
  await migrate(settingsOf(url), { folder: await migrationsUpTo(MIGRATION, t, { included: false }) });
  const pool = poolOn(url, t);
  await pool.query(ROWS);
  return { url, pool };
}

test("a plain table becomes the first part: no row is lost, what stands on it goes on, retention drops it", async (t) => {
  const { url, pool } = await earlierDatabase(t);
  const role = `reader_${Date.now()}`;
  await pool.query(THEIRS);
  await pool.query(`create role ${role}`);
  t.onTestFinished(async () => {
    await pool.query(`drop owned by ${role}`);
    await pool.query(`drop role ${role}`);
  });
  await pool.query(
    `grant usage on schema theirs to ${role}; grant select on agent_file_operations, theirs.reads to ${role}; grant update (team) on agent_file_operations to ${role}`,
  );
  const before = await allRows(pool);
  expect(before).toHaveLength(400);

  await migrate(settingsOf(url));
  expect(await allRows(pool)).toEqual(before);
  const parts = await partsOf(pool);
  expect(parts.agent_file_operations_default).toBeGreaterThan(4);
  expect(parts.agent_file_operations_earlier).toBeGreaterThan(380);

  // A row of this week meets the earlier part, one of the week after next its own.
  const writer = createBatchWriter(pool);
  const known = "01900000-0000-7000-8000-000000000001";
  const written = [
    read(known, weeksAgo(0)),
    read("01900000-0000-7000-8000-000000000002", weeksAgo(-2)),
    read("01900000-0000-7000-8000-000000000003", weeksAgo(30)),
  ];
  await writer.write(written);
  expect(await writer.write(written)).toMatchObject({ fileOperations: 0 });
  const after = await partsOf(pool);
  expect(after.agent_file_operations_earlier).toBe((parts.agent_file_operations_earlier ?? 0) + 2);
  expect(Object.keys(after).filter((part) => part.startsWith("agent_file_operations_w"))).toHaveLength(1);

  const theirs = await oneRow(
    pool,
    `select (select count(*)::int from theirs.reads) as reads, (select at > now() + interval '13 days' from theirs.latest) as latest,
       (select string_agg(tgname || ' ' || tgenabled::text, ', ' order by tgname) from pg_trigger where tgrelid = 'agent_file_operations'::regclass and tgname like 'see%') as triggers,
       theirs.operations_of('agent 1')::int as operations, (select count(*)::int from theirs.seen) as seen,
       (select reloptions::text from pg_class where oid = 'theirs.reads'::regclass) as options,
       (select count(*)::int from pg_indexes where indexdef like '%tool_name, created_at) WHERE success') >= 4 as indexes,
       has_table_privilege('${role}', 'agent_file_operations', 'select') as may_read, has_table_privilege('${role}', 'agent_file_operations', 'insert') as may_write,
       has_column_privilege('${role}', 'agent_file_operations', 'team', 'update') as may_say, (select count(*)::int from agent_file_operations where team = 'none') as teams,
       (select count(*)::int from agent_actions_v1.files_touched) as touched`,
  );
  expect(theirs).toEqual({
    reads: 403,
    latest: true,
    operations: before.filter((row) => row.includes('"agent 1"')).length + 3,
    seen: 3,
    triggers: "see O, see_always A, see_off D",
    options: "{security_barrier=true}",
    indexes: true,
    may_read: true,
    may_write: false,
    may_say: true,
    teams: 403,
    touched: 403,
  });
  const reader = await pool.connect();
  await reader.query(`begin; set local role ${role}`);
  const { rows: seen } = await reader.query(
    "select distinct agent_name from agent_file_operations order by 1",
  );
  await reader.query("rollback");
  reader.release();
  expect(seen).toEqual([{ agent_name: "agent 0" }, { agent_name: "agent 1" }]);
  await expect(
    pool.query(
      "insert into agent_file_operations (action_id, correlation_id, agent_name, operation_type, tool_name, created_at) values (gen_random_uuid(), gen_random_uuid(), '', 'read', 'Read', now() + interval '15 days')",
    ),
  ).rejects.toThrow(/named/);

  // As it is once its end lies far enough back.
  await pool.query(`
    do $$
    declare
      monday constant timestamptz := date_trunc('week', now(), 'UTC') - interval '20 weeks';
    begin
      delete from agent_file_operations_earlier where created_at >= monday;
      alter table agent_file_operations detach partition agent_file_operations_earlier;
      execute format('alter table agent_file_operations attach partition agent_file_operations_earlier for values from (minvalue) to (%L)', monday);
    end $$`);
  const old = (await partsOf(pool)).agent_file_operations_earlier;
  expect(old).toBeGreaterThan(200);
  const retained = await retainDays(pool, 60);
  expect(retained?.rows).toMatchObject({ agent_actions: 1, agent_file_operations: old });
  expect(await oneRow(pool, "select to_regclass('agent_file_operations_earlier') as part")).toEqual({
    part: null,
  });
});

test("what cannot stand on a partitioned table is named, and nothing is changed", async (t) => {
  const { url, pool } = await earlierDatabase(t);
  await pool.query(`
    create materialized view kept as select file_path from agent_file_operations;
    create table noted (action_id uuid, at timestamptz, constraint of_it foreign key (action_id, at) references agent_file_operations);
    create unique index one_path on agent_file_operations (file_path, action_id);
    create publication files for table agent_file_operations;
    create function whole() returns setof agent_file_operations language sql as 'select * from agent_file_operations';`);
  const before = await allRows(pool);
  await expect(migrate(settingsOf(url))).rejects.toThrow(
    /foreign key of_it of noted, materialized view kept, publication files, the use of its row type by function whole\(\), unique index one_path.*Drop these/s,
  );
  expect(await allRows(pool)).toEqual(before);
  await pool.query(
    "drop function whole; drop publication files; drop index one_path; drop table noted; drop materialized view kept",
  );
  await migrate(settingsOf(url));
  expect(await allRows(pool)).toEqual(before);
});

test("weeks of files go with those of actions, what a held action did stays, and the rest of its week goes", async (t) => {
  const pool = await migratedPool(t);
  const ids = Array.from({ length: 8 }, (_, at) => `01900000-0000-7000-8000-00000000010${at}`);
  const held = "01900000-0000-7000-8000-000000000200";
  await createBatchWriter(pool).write([
    ...ids.map((id, at) => read(id, weeksAgo(10 + (at % 4)))),
    read(held, weeksAgo(12), {}, "held"),
    read("01900000-0000-7000-8000-000000000300", weeksAgo(0)),
  ]);
  await pool.query(
    "insert into agent_holds (name, field, value) select 'case', 'run', correlation_uuid('held')",
  );
  const apply = () => retainDays(pool, 60);
  expect(Object.keys(await partsOf(pool))).toHaveLength(5);

  // Whoever reads the table all the time keeps its parts, not their rows.
  const reader = await pool.connect();
  await reader.query("begin; select from agent_file_operations");
  const whileRead = await apply().finally(() => reader.release(true));
  expect(whileRead?.rows).toMatchObject({ agent_file_operations: 6 });
  const parts = async () =>
    (
      await pool.query<{ part: string }>(
        "select inhrelid::regclass::text as part from pg_inherits where inhparent = 'agent_file_operations'::regclass",
      )
    ).rows.map(({ part }) => part);
  const old = `agent_file_operations_w${weeksAgo(9).slice(0, 10).replaceAll("-", "")}`;
  expect((await parts()).filter((part) => part.includes("_w") && part < old)).toHaveLength(4);
  expect((await apply())?.rows).not.toHaveProperty("agent_file_operations");
  expect((await parts()).filter((part) => part.includes("_w") && part < old)).toHaveLength(1);
  expect(await allRows(pool)).toHaveLength(2);

  // Dropped at once, and counted.
  await pool.query("update agent_holds set until = now()");
  expect((await apply())?.rows).toMatchObject({ agent_actions: 1, agent_file_operations: 1 });
  expect(Object.keys(await partsOf(pool))).toHaveLength(1);
});

test("in any order, however often, and whenever its week is made, a file operation is one row with all that was said", async (t) => {
  const pool = await migratedPool(t);
  let round = 0;
  const times = [0, -1, 3, 40, 300, -60].map((weeks) => weeksAgo(weeks));
  const sayings = [
    {},
    { tool_result: { bytes_read: 7 } },
    { tool_result: { content_hash_after: "b" } },
    { tool_result: { content_hash_before: "a" } },
  ];
  const said = fc.record({ action: fc.nat(2), time: fc.nat(times.length - 1), says: fc.nat(3) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(said, { minLength: 1, maxLength: 12 }),
      fc.array(fc.nat(20), { maxLength: 6 }),
      async (events, cuts) => {
        round += 1;
        const idOf = (action: number) =>
          `0190${String(round).padStart(4, "0")}-0000-7000-8000-00000000000${action}`;
        // A new writer asks for the weeks again; before it there may be none.
        let writer = createBatchWriter(pool);
        let batch = [];
        for (const [at, { action, time, says }] of [...events, ...events.toReversed()].entries()) {
          batch.push(read(idOf(action), times[time] ?? "", sayings[says]));
          if (!cuts.includes(at)) continue;
          await writer.write(batch);
          batch = [];
          writer = createBatchWriter(pool);
          await pool.query(
            "select ensure_agent_file_operations_partition(at::timestamptz) from unnest($1::text[]) at",
            [times],
          );
        }
        await writer.write(batch);
        const { rows } = await pool.query(
          `select action_id::text as id, created_at, bytes_read::int, content_hash_after as after, content_hash_before as before
           from agent_file_operations where action_id = any ($1::uuid[]) order by 1, 2`,
          [[0, 1, 2].map(idOf)],
        );
        const keys = [...new Set(events.map(({ action, time }) => `${idOf(action)} ${times[time]}`))].sort();
        expect(rows.map(({ id, created_at: at }) => `${id} ${at.toISOString()}`)).toEqual(keys);
        for (const [at, row] of rows.entries()) {
          const of = events.filter(({ action, time }) => `${idOf(action)} ${times[time]}` === keys[at]);
          const has = (says: number) => of.some((event) => event.says === says);
          expect(row).toMatchObject({
            bytes_read: has(1) ? 7 : null,
            after: has(2) ? "b" : null,
            before: has(3) ? "a" : null,
          });
        }
      },
    ),
    { numRuns: 25 },
  );
});
