-- What a run did in a minute is one row, whatever the number of its agents: of keeping statistics, that was the larger part.

create temporary table merged_run_parts on commit drop as
select part_start, correlation_id, sum(actions)::integer as actions,
  sum(tool_calls)::integer as tool_calls, sum(decisions)::integer as decisions, sum(errors)::integer as errors,
  sum(successes)::integer as successes, sum(failed_actions)::integer as failed_actions, sum(running)::integer as running,
  sum(abandoned)::integer as abandoned, min(started_at) as started_at, max(last_activity_at) as last_activity_at,
  max(correlation_text) as correlation_text, min(session_id) as session_id, min(project_name) as project_name,
  min(project_path) as project_path, min(service_name) as service_name, min(environment) as environment, min(user_id) as user_id,
  sum(row_versions) as row_versions, array_agg(agent_name order by agent_name) as agents
from agent_run_parts group by part_start, correlation_id;
truncate agent_run_parts;
-- Its primary key goes with it.
alter table agent_run_parts drop column agent_name, add column agents text[] not null;
insert into agent_run_parts select * from merged_run_parts;
alter table agent_run_parts add primary key (part_start, correlation_id);
comment on table agent_run_parts is
  'What one run did, by minute (two days) and hour: a long run is summed from these, not from its rows.';
comment on column agent_run_parts.agents is 'Who acted, by name: the first 500 characters of each.';

create or replace function refresh_agent_run_parts(from_time timestamptz, to_time timestamptz) returns void
language sql volatile
as $$
  with by_agent as (
    select correlation_id, left(agent_name, 500) as agent_name,
      count(*)::integer as actions,
      (count(*) filter (where action_type = 'tool_call'))::integer as tool_calls,
      (count(*) filter (where action_type = 'decision'))::integer as decisions,
      (count(*) filter (where action_type = 'error'))::integer as errors,
      (count(*) filter (where action_type = 'success'))::integer as successes,
      (count(*) filter (where agent_action_failed(action_type, status, error_group, action_details)))::integer as failed_actions,
      (count(*) filter (where state = 'running'))::integer as running,
      (count(*) filter (where state = 'abandoned'))::integer as abandoned,
      min(created_at) as started_at,
      max(greatest(created_at, coalesce(ended_at, created_at + duration_ms * interval '1 millisecond'))) as last_activity_at,
      max(correlation_text) as correlation_text,
      min(session_id) as session_id,
      min(project_name) as project_name,
      min(project_path) as project_path,
      min(service_name) as service_name,
      min(environment) as environment,
      min(user_id) as user_id,
      sum(xmin::text::bigint) as row_versions
    from agent_actions
    where created_at >= from_time and created_at < to_time
    group by correlation_id, left(agent_name, 500)
  ),
  fresh as materialized (
    select from_time as part_start, correlation_id, sum(actions)::integer as actions, sum(tool_calls)::integer as tool_calls,
      sum(decisions)::integer as decisions, sum(errors)::integer as errors, sum(successes)::integer as successes,
      sum(failed_actions)::integer as failed_actions, sum(running)::integer as running, sum(abandoned)::integer as abandoned,
      min(started_at) as started_at, max(last_activity_at) as last_activity_at, max(correlation_text) as correlation_text,
      min(session_id) as session_id, min(project_name) as project_name, min(project_path) as project_path,
      min(service_name) as service_name, min(environment) as environment, min(user_id) as user_id, sum(row_versions) as row_versions,
      (select array_agg(given order by given) from unnest(array_agg(agent_name)) as given) as agents
    from by_agent group by correlation_id
  ),
  gone as (
    delete from agent_run_parts part
    where part_start = from_time and not exists (
      select from fresh where fresh.correlation_id = part.correlation_id)
    returning correlation_id
  ),
  -- Most runs of a minute that grows have ended: those are left alone.
  changed as (
    select fresh.* from fresh
    where not exists (
      select from agent_run_parts part
      where part.part_start = from_time and part.correlation_id = fresh.correlation_id
        and row (fresh.*) is not distinct from row (part.*))
  ),
  marked as (
    insert into agent_statistics_marks (resolution, correlation_id)
    select 'run', correlation_id from (select correlation_id from gone union select correlation_id from changed) as runs
  )
  insert into agent_run_parts select changed.* from changed
  on conflict (part_start, correlation_id) do update set
    (actions, tool_calls, decisions, errors, successes, failed_actions, running, abandoned, started_at, last_activity_at, correlation_text,
      session_id, project_name, project_path, service_name, environment, user_id, row_versions, agents)
    = (excluded.actions, excluded.tool_calls, excluded.decisions, excluded.errors, excluded.successes, excluded.failed_actions,
      excluded.running, excluded.abandoned, excluded.started_at, excluded.last_activity_at, excluded.correlation_text, excluded.session_id,
      excluded.project_name, excluded.project_path, excluded.service_name, excluded.environment, excluded.user_id, excluded.row_versions, excluded.agents)
$$;

create or replace function refresh_agent_runs(max_marks integer) returns integer
language plpgsql security definer
as $$
declare
  seen bigint[];
  wanted uuid[];
begin
  if not lock_agent_statistics() then
    return null;
  end if;
  select coalesce(array_agg(id), '{}'), coalesce(array_agg(distinct marks.correlation_id), '{}') into seen, wanted
  from (select id, correlation_id from agent_statistics_marks where resolution = 'run' order by id limit max_marks) as marks;
  with steps as (
    select correlation_id, agents, actions, tool_calls, decisions, errors, successes, failed_actions, 0 as executions, 0 as failed_executions,
      running > 0 as runs, abandoned > 0 as abandoned, started_at, last_activity_at, correlation_text, session_id, project_name, project_path,
      service_name, environment, user_id, null::text as prompt, started_at as action_at
    from agent_run_parts where correlation_id = any (wanted)
    union all
    select correlation_id, case when agent_name is null then '{}' else array[agent_name] end, 0, 0, 0, 0, 0, 0, 1, (status = 'error')::integer, status = 'in_progress', status = 'abandoned',
      coalesce(started_at, created_at), greatest(coalesce(started_at, created_at), completed_at), correlation_text, session_id, project_name,
      project_path, service_name, environment, user_id, left(user_prompt, 200), null
    from agent_execution_logs where correlation_id = any (wanted)
  ),
  summed as (
    select correlation_id, max(correlation_text) as correlation_text,
      (array_agg(prompt order by started_at, prompt) filter (where prompt <> ''))[1] as prompt, min(action_at) as action_at,
      bool_or(runs) as runs, bool_or(abandoned) as abandoned, min(started_at) as started_at, max(last_activity_at) as last_activity_at,
      sum(actions) as actions, sum(tool_calls) as tool_calls, sum(decisions) as decisions, sum(errors) as errors, sum(successes) as successes,
      sum(failed_actions) as failed_actions, sum(executions) as executions, sum(failed_executions) as failed_executions,
      min(left(session_id, 500)) as session_id, min(left(project_name, 500)) as project_name, min(project_path) as project_path,
      min(service_name) as service_name, min(environment) as environment, min(user_id) as user_id
    from steps group by correlation_id
  ),
  named as (
    select correlation_id, array_agg(distinct agent) as agents from steps, unnest(agents) as agent group by correlation_id
  ),
  gone as (
    delete from agent_runs where correlation_id = any (wanted) and correlation_id not in (select correlation_id from summed)
  )
  insert into agent_runs as run (
    correlation_id, correlation_text, title, state, started_at, last_activity_at, actions, tool_calls, decisions, errors, successes, failed_actions,
    executions, failed_executions, agents, session_id, project_name, project_path, service_name, environment, user_id)
  select correlation_id, correlation_text,
    coalesce(prompt, (
      select left(action_name, 200) from agent_actions
      where agent_actions.correlation_id = summed.correlation_id and created_at = action_at order by id limit 1)),
    case when runs then 'running' when abandoned then 'abandoned' else 'ended' end,
    started_at, last_activity_at, actions, tool_calls, decisions, errors, successes, failed_actions, executions, failed_executions,
    coalesce(agents, '{}'), session_id, project_name, project_path, service_name, environment, user_id
  from summed left join named using (correlation_id)
  order by correlation_id
  on conflict (correlation_id) do update set
    version = nextval('agent_run_version_seq'), changed_at = now(),
    -- The row of the first action may have gone for its age.
    title = case when excluded.title is null and excluded.actions > 0 then run.title else excluded.title end,
    (correlation_text, state, started_at, last_activity_at, actions, tool_calls, decisions, errors, successes, failed_actions, executions,
      failed_executions, agents, session_id, project_name, project_path, service_name, environment, user_id)
    = (excluded.correlation_text, excluded.state, excluded.started_at, excluded.last_activity_at, excluded.actions, excluded.tool_calls,
      excluded.decisions, excluded.errors, excluded.successes, excluded.failed_actions, excluded.executions, excluded.failed_executions,
      excluded.agents, excluded.session_id, excluded.project_name, excluded.project_path, excluded.service_name, excluded.environment,
      excluded.user_id);
  delete from agent_statistics_marks where id = any (seen);
  return cardinality(wanted);
end
$$;

create or replace function consolidate_agent_statistics(until timestamptz default now() - interval '48 hours') returns boolean
language plpgsql security definer
as $$
declare
  state agent_statistics_state;
  next_hour timestamptz;
begin
  if not lock_agent_statistics() then
    return false;
  end if;
  select * into state from agent_statistics_state;
  if state.minutes_since + interval '1 hour' > until then
    return false;
  end if;
  -- Hours without anything are passed over.
  select date_bin('1 hour', min(part_start), 'epoch') + interval '1 hour' into next_hour
  from agent_run_parts where part_start >= state.minutes_since and part_start < date_bin('1 hour', until, 'epoch');
  next_hour := coalesce(next_hour, date_bin('1 hour', until, 'epoch'));
  with marks as (
    delete from agent_statistics_marks
    where resolution = 'minute' and bucket_start < next_hour
    returning date_bin('1 hour', bucket_start, 'epoch') as hour, changed_at, rebuild
  )
  insert into agent_statistics_marks (resolution, bucket_start, changed_at, rebuild)
  select 'hour', hour, min(changed_at), bool_or(rebuild) from marks group by hour;
  delete from agent_action_statistics
  where resolution = 'minute' and grouped_by in ('combination', 'tool', 'agent', 'project', 'type') and bucket_start < next_hour;
  with parts as (
    delete from agent_run_parts where part_start >= next_hour - interval '1 hour' and part_start < next_hour returning *
  ),
  named as (
    select correlation_id, array_agg(distinct agent) as agents from parts, unnest(agents) as agent group by correlation_id
  )
  insert into agent_run_parts
  select next_hour - interval '1 hour', correlation_id, sum(actions), sum(tool_calls), sum(decisions), sum(errors), sum(successes),
    sum(failed_actions), sum(running), sum(abandoned), min(started_at), max(last_activity_at), max(correlation_text), min(session_id),
    min(project_name), min(project_path), min(service_name), min(environment), min(user_id), sum(row_versions), named.agents
  from parts join named using (correlation_id) group by correlation_id, named.agents;
  update agent_statistics_state set minutes_since = next_hour;
  return true;
end
$$;

create or replace function merge_agent_statistics(given agent_action_statistics[]) returns setof agent_action_statistics
language sql immutable
as $$
  select resolution, bucket_start, grouped_by, action_type, action_name, agent_name, project_name, environment, agent_version,
    sum(actions)::bigint, sum(failed)::bigint, sum(running)::bigint, sum(abandoned)::bigint, sum(duration_count)::bigint,
    sum(duration_sum_ms)::bigint, max(duration_max_ms),
    coalesce(array_agg(duration_bucket) filter (where duration_bucket is not null), '{}'),
    coalesce(array_agg(durations) filter (where duration_bucket is not null), '{}'),
    null::numeric[],
    -- Aggregates with an order would have all of it sorted.
    (select (array_agg(given order by given))[1:256] from unnest(array_agg(agent_hash) filter (where agent_hash is not null)) as given),
    (select (array_agg(given order by given))[1:20] from unnest(array_agg(version) filter (where version is not null)) as given)
  from (
    select resolution, bucket_start, grouped_by, action_type, action_name, agent_name, project_name, environment, agent_version, duration_bucket,
      agent_hash, version,
      sum(durations)::bigint as durations,
      -- What is of the row, and not of one of its arrays, counts once.
      sum(actions) filter (where of_row) as actions,
      sum(failed) filter (where of_row) as failed,
      sum(running) filter (where of_row) as running,
      sum(abandoned) filter (where of_row) as abandoned,
      sum(duration_count) filter (where of_row) as duration_count,
      sum(duration_sum_ms) filter (where of_row) as duration_sum_ms,
      max(duration_max_ms) as duration_max_ms
    from unnest(given),
      lateral (
        select true, null::integer, null::bigint, null::integer, null::text
        union all
        select false, unnest(duration_buckets), unnest(duration_bucket_counts), null, null
        union all
        select false, null, null, unnest(agent_hashes), null where agent_hashes is not null
        union all
        select false, null, null, null, unnest(agent_versions) where agent_versions is not null
      ) as cells (of_row, duration_bucket, durations, agent_hash, version)
    group by resolution, bucket_start, grouped_by, action_type, action_name, agent_name, project_name, environment, agent_version, duration_bucket,
      agent_hash, version
  ) as cells
  group by resolution, bucket_start, grouped_by, action_type, action_name, agent_name, project_name, environment, agent_version
$$;

do $$
declare
  of_ours record;
begin
  for of_ours in
    select pg_proc.oid::regprocedure as name, prosecdef from pg_proc
    where pronamespace = current_schema()::regnamespace
      and proname in ('refresh_agent_run_parts', 'refresh_agent_runs', 'consolidate_agent_statistics', 'merge_agent_statistics')
  loop
    execute format('alter function %s set search_path = %I, pg_temp', of_ours.name, current_schema());
    if of_ours.prosecdef then
      execute format('alter function %s set jit = off', of_ours.name);
      execute format('alter function %s set work_mem = ''32MB''', of_ours.name);
    end if;
  end loop;
end
$$;
-- Of a minute that has just begun the planner knows no row counts: it sorts by texts what it could hash, or reads a week in the order of runs.
alter function count_agent_actions(text, timestamptz, timestamptz) set enable_sort = off;
alter function count_agent_actions(text, timestamptz, timestamptz) set enable_indexscan = off;
alter function refresh_agent_run_parts(timestamptz, timestamptz) set enable_sort = off;
alter function refresh_agent_run_parts(timestamptz, timestamptz) set enable_indexscan = off;
alter function merge_agent_statistics(agent_action_statistics[]) set enable_sort = off;
