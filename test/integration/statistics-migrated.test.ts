import type pg from "pg";
import { expect, test } from "vitest";
import { migrate } from "../../src/store/migrate.js";
import { createDatabase } from "../helpers/stack.js";
import { migrationsUpTo } from "./earlier-migrations.js";
import { catchUp, expectRuns, expectStatistics } from "./statistics-harness.js";
import { poolOn, settingsOf } from "./store-fixture.js";

/** Runs of several agents, minutes, days and two or three weeks, one of them longer than two days, and executions around some. */
const ROWS = `
  insert into agent_actions (id, correlation_id, agent_name, action_type, action_name, action_details, status, state, duration_ms, project_name,
    session_id, agent_version, environment, created_at)
  select md5('action ' || n)::uuid, md5('run ' || case when n % 10 = 0 then 0 else n / 7 end)::uuid, 'agent ' || n % 3,
    case when n % 11 = 0 then 'error' when n % 5 = 0 then 'decision' else 'tool_call' end, 'name ' || n % 4, jsonb_build_object('success', n % 6 > 0),
    case when n % 6 = 0 then 'error' when n % 13 = 0 then 'running' else 'ok' end, case when n % 13 = 0 and n % 6 > 0 then 'running' else 'ended' end,
    case when n % 9 > 0 then n * n % 90000 end, case when n % 4 > 0 then 'project ' || n % 4 end, 'session ' || n / 20, '1.' || n / 40, 'production',
    date_trunc('minute', now()) - n * interval '171 minutes'
  from generate_series(1, 100) as n;
  insert into agent_execution_logs (execution_id, correlation_id, agent_name, user_prompt, status, started_at, completed_at, created_at)
  select md5('execution ' || n)::uuid, md5('run ' || n)::uuid, 'agent ' || n, 'prompt ' || n, 'success', now() - n * interval '5 hours', now(), now() - n * interval '5 hours'
  from generate_series(1, 5) as n`;

const RUNS = 15;

/** Keeps statistics as a service of that time did, by the functions of the database alone. */
const KEEP = `
  do $$
  declare
    marked record;
  begin
    while (select changes > 0 or rebuilt is not null from advance_agent_statistics(1000)) loop
    end loop;
    loop
      select resolution, bucket_start into marked from agent_statistics_marks where resolution <> 'run'
      order by array_position(array['minute', 'hour', 'day', 'week'], resolution), bucket_start limit 1;
      exit when not found;
      perform refresh_agent_statistics(marked.resolution, marked.bucket_start);
    end loop;
    while refresh_agent_runs(1000) > 0 loop
    end loop;
  end
  $$`;

const FIGURES =
  "actions, failed_actions, failed_share, mean_ms::text, p50_ms::text, p95_ms::text, p99_ms::text, max_ms";

/** What is asked of the contract's views. */
async function answers(pool: pg.Pool): Promise<object> {
  const ask = async (sql: string) => (await pool.query(sql)).rows;
  return {
    runs: await ask(`
      select correlation_id, title, state, started_at, last_activity_at, actions, tool_calls, decisions, errors, failed_actions, executions, agents,
        session_id, project_name from agent_actions_v1.runs order by correlation_id`),
    statistics: await ask(`
      select period, starts_at, grouped_by, action_type, action_name, agent_name, project_name, agent_version, running, ${FIGURES}
      from agent_actions_v1.action_stats where period in ('hour', 'day') order by 1, 2, 3, 4, 5, 6, 7, 8`),
    ofTime: await ask(`
      select * from unnest(array['tool', 'agent', 'project', 'type']) as dimension,
        lateral (select name, action_type, ${FIGURES} from agent_actions_v1.stats_between(dimension, now() - interval '30 days')) as found
      order by dimension, name, action_type`),
  };
}

test.for(["statistics", "loops_in_rows", "stream_of_notices"])(
  "statistics that were kept as of the migration %s are the same after all later ones, and are kept from there",
  async (name, t) => {
    const url = await createDatabase(t);
    await migrate(settingsOf(url), { folder: await migrationsUpTo(name, t) });
    const pool = poolOn(url, t);
    await pool.query(ROWS);
    await pool.query(KEEP);
    const before = await answers(pool);
    expect(before).toMatchObject({ runs: { length: RUNS } });

    await migrate(settingsOf(url));
    expect(await answers(pool)).toEqual(before);
    await catchUp(pool);
    expect(await answers(pool)).toEqual(before);
    await expectStatistics(pool);
    await expectRuns(pool);
    const { rows } = await pool.query("select rebuilds, frozen_changes::int from agent_statistics_state");
    expect(rows).toEqual([{ rebuilds: 1, frozen_changes: 0 }]);
  },
);

test("of rows that went for their age, statistics and runs stay through the migrations", async (t) => {
  const url = await createDatabase(t);
  await migrate(settingsOf(url), { folder: await migrationsUpTo("loops_in_rows", t) });
  const pool = poolOn(url, t);
  await pool.query(ROWS);
  await pool.query(KEEP);
  const before = await answers(pool);
  await pool.query(`select freeze_agent_statistics(now() - interval '60 hours')`);
  // From the week itself, as retention does: no trigger says that they were removed.
  await pool.query(`
    do $$
    declare
      week regclass;
    begin
      for week in select inhrelid from pg_inherits where inhparent = 'agent_actions'::regclass loop
        execute format('delete from %s where created_at < now() - interval ''65 hours''', week);
      end loop;
    end
    $$`);
  await migrate(settingsOf(url));
  await catchUp(pool);
  expect(await answers(pool)).toEqual(before);
  const { rows } = await pool.query(`
    select count(*)::int as runs, count(*) filter (where first_action_at is null)::int as without_time from agent_runs where actions > 0`);
  expect(rows).toEqual([{ runs: RUNS, without_time: 0 }]);
});

test("a week that is older than its days is not asked for sums over time", async (t) => {
  const url = await createDatabase(t);
  await migrate(settingsOf(url));
  const pool = poolOn(url, t);
  await pool.query(ROWS);
  await catchUp(pool);
  const count = async () =>
    (
      await pool.query(
        "select sum(actions)::int as actions from agent_actions_v1.stats_between('type', now() - interval '30 days')",
      )
    ).rows;
  expect(await count()).toEqual([{ actions: 100 }]);
  await pool.query(`
    insert into agent_actions (id, correlation_id, agent_name, action_type, action_name, action_details, created_at)
    values (md5('late')::uuid, md5('late')::uuid, 'agent', 'decision', 'late', '{}', now() - interval '10 days')`);
  await pool.query(
    "select recompute_agent_statistics(now() - interval '11 days', now() - interval '9 days')",
  );
  for (const resolution of ["minute", "hour", "day"])
    await pool.query(
      "select refresh_agent_statistics(resolution, bucket_start) from agent_statistics_marks where resolution = $1",
      [resolution],
    );
  const { rows: marks } = await pool.query(
    "select distinct resolution from agent_statistics_marks where resolution <> 'run'",
  );
  expect(marks).toEqual([{ resolution: "week" }]);
  expect(await count()).toEqual([{ actions: 101 }]);
});
