import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { expect } from "vitest";
import { advance, pending, refreshBucket, refreshRuns } from "../../src/statistics/statistics-statements.js";

/**
 * Works off all that has changed, whatever the pauses between two turns would be. Transactions of other tests hold up the change feed too: it is
 * one server.
 */
export async function catchUp(pool: pg.Pool): Promise<void> {
  for (;;) {
    await refreshAll(pool);
    const { rowCount } = await pool.query(
      "select from agent_action_changes, agent_statistics_state state where (agent_action_changes.xact_id, agent_action_changes.position) > (state.xact_id, state.position) limit 1",
    );
    if (rowCount === 0) return;
    await delay(20);
  }
}

async function refreshAll(pool: pg.Pool): Promise<void> {
  for (;;) {
    const { changes, rebuilt } = await advance(pool, 100);
    const { buckets, counts } = await pending(pool, 1_000);
    for (const bucket of buckets) await refreshBucket(pool, bucket);
    const runs = (await refreshRuns(pool, 1_000)) ?? 0;
    if (changes + buckets.length + counts.run + runs === 0 && rebuilt === null) return;
  }
}

/** Every grouping of every hour, day and week equals the plain query over the rows, with its names, and percentiles are within 2 %. */
export async function expectStatistics(pool: pg.Pool): Promise<void> {
  const { rows: differences } = await pool.query<{ kept: object; counted: object }>(DIFFERENCES);
  expect(differences).toEqual([]);
  expect((await pool.query(NAME_DIFFERENCES)).rows).toEqual([]);
  const { rows } = await pool.query<{ kept: string[] | null; exact: string[] | null }>(PERCENTILES);
  for (const { kept, exact } of rows) {
    expect(kept?.length).toBe(exact?.length);
    for (const [at, value] of (exact ?? []).entries())
      expect(Math.abs(Number(kept?.[at]) - Number(value))).toBeLessThanOrEqual(0.02 * Number(value));
  }
}

/** Summaries of runs equal the plain query over actions and executions. */
export async function expectRuns(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ kept: object; counted: object }>(RUN_DIFFERENCES);
  expect(rows).toEqual([]);
  expect((await pool.query(RUN_TIME_DIFFERENCES)).rows).toEqual([]);
}

const SAME_GROUP = `
  (kept.resolution, kept.bucket_start, kept.grouped_by, kept.action_type, kept.action_name, kept.agent_name, kept.project_name, kept.environment, kept.agent_version)
  is not distinct from
  (counted.resolution, counted.bucket_start, counted.grouped_by, counted.action_type, counted.action_name, counted.agent_name, counted.project_name, counted.environment, counted.agent_version)`;

const DIFFERENCES = `
  with kept as (
    select resolution, bucket_start, grouped_by, action_type, action_name, agent_name, project_name, environment, agent_version, actions, failed,
      running, abandoned, duration_count, duration_sum_ms, duration_max_ms
    from agent_action_statistics where resolution <> 'minute'
  ),
  counted as (select resolution, bucket_start, grouped_by, action_type, action_name, agent_name, project_name, environment, agent_version, actions, failed,
      running, abandoned, duration_count, duration_sum_ms, duration_max_ms from agent_action_statistics_of_rows)
  select 'kept' as side, to_jsonb(only_kept) as row from (select * from kept except all select * from counted) as only_kept
  union all
  select 'counted', to_jsonb(only_counted) from (select * from counted except all select * from kept) as only_counted`;

/** Who called a tool, and the versions of an agent. */
const NAME_DIFFERENCES = `
  with named as (
    select resolution, agent_statistics_start(resolution, created_at) as bucket_start, action_type, action_name, agent_name, agent_version
    from agent_actions, unnest(array['hour', 'day', 'week']) as resolution
  ),
  counted as (
    select resolution, bucket_start, 'tool' as grouped_by, action_type, action_name as name,
      array_agg(distinct agent_name_hash(agent_name) order by agent_name_hash(agent_name)) as agent_hashes, null::text[] as agent_versions
    from named where action_type = 'tool_call' group by 1, 2, 3, 4, 5
    union all
    select resolution, bucket_start, 'agent', action_type, agent_name, null,
      (array_agg(distinct agent_version order by agent_version) filter (where agent_version is not null))[1:20]
    from named group by 1, 2, 3, 4, 5
  )
  select resolution, bucket_start, grouped_by, action_type, coalesce(action_name, agent_name) as name, agent_hashes, agent_versions
  from agent_action_statistics
  where resolution <> 'minute' and grouped_by in ('tool', 'agent') and coalesce(action_name, agent_name) is distinct from '(other)'
  except all
  select * from counted`;

const PERCENTILES = `
  select kept.percentiles_ms as kept, case when counted.duration_count > 0 then counted.percentiles_ms end as exact
  from agent_action_statistics kept join agent_action_statistics_of_rows counted on ${SAME_GROUP}`;

const RUN_DIFFERENCES = `
  with counted as (select * from agent_runs_of_actions),
  kept as (
    select correlation_id, correlation_text, title, state, started_at, last_activity_at, actions, tool_calls, decisions, errors, successes,
      failed_actions, executions, failed_executions, agents, session_id, project_name, project_path, service_name, environment, user_id
    from agent_runs
  )
  select 'kept' as side, to_jsonb(only_kept) as row from (select * from kept except all select * from counted) as only_kept
  union all
  select 'counted', to_jsonb(only_counted) from (select * from counted except all select * from kept) as only_counted`;

/** Of the actions alone. */
const RUN_TIME_DIFFERENCES = `
  with counted as (
    select correlation_id, min(created_at) as first_at,
      max(greatest(created_at, coalesce(ended_at, created_at + duration_ms * interval '1 millisecond'))) as last_at
    from agent_actions group by 1
  )
  select correlation_id, first_action_at, first_at, last_action_at, last_at
  from agent_runs left join counted using (correlation_id)
  where (first_action_at, last_action_at) is distinct from (first_at, last_at)`;
