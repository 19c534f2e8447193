-- When a run's actions began and ended, without its executions: lists are sorted by what they show, and need not read the actions of every run for it.

alter table agent_runs add column first_action_at timestamptz, add column last_action_at timestamptz;
comment on column agent_runs.first_action_at is 'When its first action began; null without any action.';
comment on column agent_runs.last_action_at is 'When the last of its actions to begin or end did so; null without any action.';
update agent_runs as run set first_action_at = parts.first_action_at, last_action_at = parts.last_action_at
from (
  select correlation_id, min(started_at) as first_action_at, max(last_activity_at) as last_action_at from agent_run_parts group by correlation_id
) as parts
where parts.correlation_id = run.correlation_id;

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
      service_name, environment, user_id, null::text as prompt, started_at as first_action_at, last_activity_at as last_action_at
    from agent_run_parts where correlation_id = any (wanted)
    union all
    select correlation_id, case when agent_name is null then '{}' else array[agent_name] end, 0, 0, 0, 0, 0, 0, 1, (status = 'error')::integer, status = 'in_progress', status = 'abandoned',
      coalesce(started_at, created_at), greatest(coalesce(started_at, created_at), completed_at), correlation_text, session_id, project_name,
      project_path, service_name, environment, user_id, left(user_prompt, 200), null, null
    from agent_execution_logs where correlation_id = any (wanted)
  ),
  summed as (
    select correlation_id, max(correlation_text) as correlation_text,
      (array_agg(prompt order by started_at, prompt) filter (where prompt <> ''))[1] as prompt, min(first_action_at) as first_action_at,
      max(last_action_at) as last_action_at,
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
    executions, failed_executions, agents, session_id, project_name, project_path, service_name, environment, user_id, first_action_at, last_action_at)
  select correlation_id, correlation_text,
    coalesce(prompt, (
      select left(action_name, 200) from agent_actions
      where agent_actions.correlation_id = summed.correlation_id and created_at = first_action_at order by id limit 1)),
    case when runs then 'running' when abandoned then 'abandoned' else 'ended' end,
    started_at, last_activity_at, actions, tool_calls, decisions, errors, successes, failed_actions, executions, failed_executions,
    coalesce(agents, '{}'), session_id, project_name, project_path, service_name, environment, user_id, first_action_at, last_action_at
  from summed left join named using (correlation_id)
  order by correlation_id
  on conflict (correlation_id) do update set
    version = nextval('agent_run_version_seq'), changed_at = now(),
    -- The row of the first action may have gone for its age.
    title = case when excluded.title is null and excluded.actions > 0 then run.title else excluded.title end,
    (correlation_text, state, started_at, last_activity_at, actions, tool_calls, decisions, errors, successes, failed_actions, executions,
      failed_executions, agents, session_id, project_name, project_path, service_name, environment, user_id, first_action_at, last_action_at)
    = (excluded.correlation_text, excluded.state, excluded.started_at, excluded.last_activity_at, excluded.actions, excluded.tool_calls,
      excluded.decisions, excluded.errors, excluded.successes, excluded.failed_actions, excluded.executions, excluded.failed_executions,
      excluded.agents, excluded.session_id, excluded.project_name, excluded.project_path, excluded.service_name, excluded.environment,
      excluded.user_id, excluded.first_action_at, excluded.last_action_at);
  delete from agent_statistics_marks where id = any (seen);
  return cardinality(wanted);
end
$$;

do $$
begin
  execute format('alter function refresh_agent_runs(integer) set search_path = %I, pg_temp', current_schema());
  alter function refresh_agent_runs(integer) set jit = off;
  alter function refresh_agent_runs(integer) set work_mem = '32MB';
end
$$;
