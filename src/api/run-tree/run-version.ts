import type pg from "pg";

/**
 * What changes whenever an action of the run does; `undefined`: the run has no actions.
 *
 * It is the version that the statistics keep of each run, with the rows and parts of the run in those minutes that have changed and are not
 * computed yet: of a run that has ended nothing else is read. Where nobody keeps statistics, while they are far behind or computed for the first time, and of what began before they are
 * frozen, it is made of all rows of the run.
 */
export async function readRunVersion(client: pg.PoolClient, run: string): Promise<string | undefined> {
  const kept = await client.query<{ version: string }>(KEPT_VERSION, [run]);
  if (kept.rows[0] !== undefined) return kept.rows[0].version;
  const { rows } = await client.query<{ count: number; version: string }>(ROWS_VERSION, [run]);
  return rows[0]?.count === 0 ? undefined : rows[0]?.version;
}

/** When more than that has changed and was not read, the rows of the run are the smaller part. */
const MAX_UNREAD = 1_000;
const MAX_UNREAD_ROWS = 100_000;

/** Sees every insert, update and removal, also those that no column shows. */
const ROWS = "md5(sum(hashtextextended(xmin::text || ' ' || ctid::text || ' ' || tableoid::text, 0))::text)";

const ROWS_VERSION = `
  select count(*)::int as count, to_hex(count(*)) || '-' || coalesce(${ROWS}, '') as version
  from agent_actions where correlation_id = $1`;

// A removed row is not among the rows, so the parts count too: they are as they were when the version was.
const KEPT_VERSION = `
  with unread_changes as materialized (
    select created_ats from agent_statistics_state as state, agent_action_changes as change
    where kind = 'action' and (change.xact_id, change.position) > (state.xact_id, state.position)
    limit ${MAX_UNREAD}
  ),
  behind as materialized (
    select count(*) = ${MAX_UNREAD} or sum(cardinality(created_ats)) > ${MAX_UNREAD_ROWS} as far from unread_changes
  ),
  unread as (
    select distinct date_bin('1 minute', at, 'epoch') as minute
    from unread_changes, unnest(created_ats) as at
    where isfinite(at) and (select far from behind) is not true
  ),
  changed (from_time, to_time) as materialized (
    select bucket_start, bucket_start + agent_statistics_width(resolution) from agent_statistics_marks
    where resolution in ('minute', 'hour')
    union
    select minute, minute + interval '1 minute' from unread
  ),
  rows as (
    select count(*) as count, ${ROWS} as hash
    from (select distinct on (id) agent_actions.xmin, agent_actions.ctid, agent_actions.tableoid
      from changed join agent_actions on created_at >= from_time and created_at < to_time
      where correlation_id = $1) as row_versions
  ),
  parts as (
    select count(distinct part_start) as count
    from agent_statistics_state as state, changed join agent_run_parts on part_start < to_time
    where correlation_id = $1
      and part_start + case when part_start < minutes_since then interval '1 hour' else interval '1 minute' end > from_time
  )
  select concat_ws('-', 'v' || to_hex(run.version), to_hex(nullif(rows.count, 0)), rows.hash, to_hex(nullif(parts.count, 0))) as version
  from agent_runs as run, agent_statistics_state as state, rows, parts
  where run.correlation_id = $1 and run.actions > 0 and state.installation is not null and (select far from behind) is not true
    and not exists (select from agent_statistics_marks where rebuild)
    and not exists (select from agent_actions where agent_actions.correlation_id = $1 and created_at < state.frozen_before)`;
