import type pg from "pg";
import { describe, expect, test } from "vitest";
import { MigrationError } from "../../src/errors.js";
import { migrate } from "../../src/store/migrate.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { createDatabase, type TestLifetime } from "../helpers/stack.js";
import { anyAction, oneRow, poolOn, settingsOf } from "./store-fixture.js";

/** As the specification prints it. The extension's function is stood in for: embedded servers have no extensions. */
const SPECIFICATION = `
  create function uuid_generate_v4() returns uuid language sql as 'select gen_random_uuid()';

  CREATE TABLE agent_actions (
      id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
      correlation_id UUID NOT NULL,
      agent_name TEXT NOT NULL,
      action_type TEXT NOT NULL CHECK (action_type IN ('tool_call', 'decision', 'error', 'success')),
      action_name TEXT NOT NULL,
      action_details JSONB DEFAULT '{}'::jsonb,
      debug_mode BOOLEAN NOT NULL DEFAULT true,
      duration_ms INTEGER,
      project_path TEXT,
      project_name TEXT,
      working_directory TEXT,
      created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
  );

  CREATE INDEX idx_agent_actions_correlation_id ON agent_actions(correlation_id);
  CREATE INDEX idx_agent_actions_agent_name ON agent_actions(agent_name);
  CREATE INDEX idx_agent_actions_action_type ON agent_actions(action_type);
  CREATE INDEX idx_agent_actions_created_at ON agent_actions(created_at DESC);`;

const ROWS = `
  insert into agent_actions
  select gen_random_uuid(), gen_random_uuid(), 'agent-' || n % 7,
    (array['tool_call', 'decision', 'error', 'success'])[n % 4 + 1], 'action ' || n,
    case n % 5 when 0 then null when 1 then '{}' when 2 then '[1, null]'
      else jsonb_build_object('n', n, 'big', 12345678901234567890, 'text', 'é "quoted" \\ 😀') end,
    n % 3 = 0, nullif(n % 11, 0), nullif('/p/' || n % 13, '/p/0'), null, '/w',
    now() - n * interval '7 hours' + n * interval '1 microsecond'
  from generate_series(1, 9990) n;

  insert into agent_actions (correlation_id, agent_name, action_type, action_name, created_at)
  select gen_random_uuid(), 'odd dates', 'success', at::text, at
  from unnest(array['infinity', '-infinity', '4713-01-01 00:00:00+00 BC', '294276-12-31 23:59:59.999999+00',
    '1970-01-01 00:00:00+00', '2000-02-29 12:00:00+00', '9999-12-31 00:00:00+00', '0001-01-01 00:00:00+00']::timestamptz[]) at;

  insert into agent_actions (correlation_id, agent_name, action_type, action_name, created_at)
  select gen_random_uuid(), 'weeks', 'success', 'edge', at
  from unnest(array[date_trunc('week', now(), 'UTC'), date_trunc('week', now(), 'UTC') - interval '1 microsecond']) at;`;

const CHECKSUM = `
  select count(*)::int as rows, md5(string_agg(
    concat_ws('|', id, correlation_id, agent_name, action_type, action_name, coalesce(action_details::text, 'null'), debug_mode,
      coalesce(duration_ms::text, 'null'), coalesce(project_path, 'null'), coalesce(project_name, 'null'),
      working_directory, extract(epoch from created_at)), ',' order by id)) as checksum
  from agent_actions`;

async function oldDatabase(sql: string, t: TestLifetime): Promise<{ url: string; pool: pg.Pool }> {
  const url = await createDatabase(t);
  const pool = poolOn(url, t);
  await pool.query(sql);
  return { url, pool };
}

describe("a database that has the specification's own table", () => {
  test("keeps 10,000 rows, every id and every value, in the weeks that they belong to", async (t) => {
    const { url, pool } = await oldDatabase(SPECIFICATION + ROWS, t);
    const before = await oneRow(pool, CHECKSUM);
    expect(before.rows).toBe(10_000);
    await migrate(settingsOf(url));
    expect(await oneRow(pool, CHECKSUM)).toEqual(before);

    const { rows: outside } = await pool.query(
      "select count(*)::int as rows from agent_actions_default where created_at between now() - interval '5 years' and now() + interval '5 weeks'",
    );
    expect(outside).toEqual([{ rows: 0 }]);
  });

  test("has the same schema afterwards as a new one", async (t) => {
    const { dumpSchema } = await import("../../scripts/dump-schema.js");
    const { url, pool } = await oldDatabase(SPECIFICATION + ROWS, t);
    await migrate(settingsOf(url));
    await pool.query("drop function uuid_generate_v4()");
    const fresh = await createDatabase(t);
    await migrate(settingsOf(fresh));
    expect(await dumpSchema(pool)).toBe(await dumpSchema(poolOn(fresh, t)));
  });

  test("without indexes and without rows migrates too, and takes new rows", async (t) => {
    const [table = ""] = SPECIFICATION.split("CREATE INDEX");
    const { url, pool } = await oldDatabase(table, t);
    await migrate(settingsOf(url));
    expect(await createBatchWriter(pool).write([anyAction()])).toMatchObject({ inserted: 1 });
  });

  test("with a view and a function of our names gets ours instead", async (t) => {
    const { url, pool } = await oldDatabase(
      `${SPECIFICATION}
       create view recent_debug_traces as select correlation_id, count(*) as actions from agent_actions group by 1;
       create function cleanup_old_debug_logs() returns integer language sql as 'select 0'`,
      t,
    );
    await migrate(settingsOf(url));
    await pool.query("select actions_timeline from recent_debug_traces");
    expect(await oneRow(pool, "select cleanup_old_debug_logs() as removed")).toEqual({ removed: "0" });
  });

  test("keeps columns that somebody added, and who may read", async (t) => {
    const { url, pool } = await oldDatabase(
      `${SPECIFICATION}
       alter table agent_actions add column "Team" varchar(20) not null default 'x', add column cost numeric(10, 2);
       comment on column agent_actions.cost is 'In cents.';
       insert into agent_actions (correlation_id, agent_name, action_type, action_name, "Team", cost)
         values (gen_random_uuid(), 'a', 'success', 'n', 'red', 1.50);
       grant select on agent_actions to public`,
      t,
    );
    await migrate(settingsOf(url));
    expect(await oneRow(pool, 'select "Team", cost from agent_actions')).toEqual({
      Team: "red",
      cost: "1.50",
    });
    expect(
      await oneRow(
        pool,
        `select has_table_privilege('public', 'agent_actions', 'select') as reads,
           has_table_privilege('public', 'agent_actions', 'insert') as writes,
           col_description('agent_actions'::regclass, attnum) as comment
         from pg_attribute where attrelid = 'agent_actions'::regclass and attname = 'cost'`,
      ),
    ).toEqual({ reads: true, writes: false, comment: "In cents." });
    expect(await createBatchWriter(pool).write([anyAction()])).toMatchObject({ inserted: 1 });
  });

  test("with views of somebody's own on it stays as it is, and the error names them", async (t) => {
    const { url, pool } = await oldDatabase(
      `${SPECIFICATION} ${ROWS} create view mine as select agent_name from agent_actions`,
      t,
    );
    const before = await oneRow(pool, CHECKSUM);
    const failure = await migrate(settingsOf(url)).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(MigrationError);
    expect((failure as MigrationError).message).toContain("view mine depends on table agent_actions");
    expect((failure as MigrationError).message).toContain("Drop these views and foreign keys");
    expect(await oneRow(pool, CHECKSUM)).toEqual(before);
    expect(await oneRow(pool, "select relkind from pg_class where oid = 'agent_actions'::regclass")).toEqual({
      relkind: "r",
    });
    await pool.query("drop view mine");
    await migrate(settingsOf(url));
    expect(await oneRow(pool, CHECKSUM)).toEqual(before);
  });

  test("whose times have no zone has them read as UTC", async (t) => {
    const { url, pool } = await oldDatabase(
      `${SPECIFICATION.replace("TIMESTAMPTZ", "TIMESTAMP")}
       insert into agent_actions (correlation_id, agent_name, action_type, action_name, created_at)
         values (gen_random_uuid(), 'a', 'success', 'n', '2026-01-01 00:00:00')`,
      t,
    );
    const zoned = new URL(url);
    zoned.searchParams.set("options", "-c timezone=Asia/Tokyo");
    await migrate(settingsOf(zoned.href));
    expect(await oneRow(pool, "select created_at from agent_actions")).toEqual({
      created_at: new Date("2026-01-01T00:00:00Z"),
    });
  });
});

test("a view called agent_actions is left alone, and the error says what to do", async (t) => {
  const { url } = await oldDatabase("create view agent_actions as select 1 as id", t);
  await expect(migrate(settingsOf(url))).rejects.toThrow(
    /agent_actions exists and is not a plain table\. Rename it, then run agent-actions migrate again/,
  );
});

test("tables of a predecessor under the sisters' names are set aside with every row", async (t) => {
  const { url, pool } = await oldDatabase(
    `create table agent_execution_logs (execution_id uuid primary key, odd text unique);
     create index idx_agent_execution_logs_correlation_id on agent_execution_logs (odd);
     insert into agent_execution_logs values (gen_random_uuid(), 'kept');
     create table router_performance_metrics (id serial primary key, cost numeric);
     insert into router_performance_metrics (cost) values (1), (2);
     create table agent_file_operations (id bigint generated always as identity primary key, file_path text)`,
    t,
  );
  await migrate(settingsOf(url));
  const { rows } = await pool.query(`
    select (select odd from agent_execution_logs_predecessor) as odd,
      (select count(*)::int from router_performance_metrics_predecessor) as metrics,
      (select count(*)::int from agent_file_operations_predecessor) as files`);
  expect(rows).toEqual([{ odd: "kept", metrics: 2, files: 0 }]);
  await pool.query("insert into router_performance_metrics_predecessor (cost) values (3)");
  expect(await oneRow(pool, "select count(*)::int as rows from agent_execution_logs")).toEqual({ rows: 0 });
});
