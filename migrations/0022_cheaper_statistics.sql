-- Counting a minute: names are cut once a group, and not once a row.

create or replace function count_agent_actions(resolution text, from_time timestamptz, to_time timestamptz) returns setof agent_action_statistics
language sql stable
as $$
  select resolution, from_time, 'combination', action_type, action_name, agent_name, project_name, environment, agent_version,
    sum(actions)::bigint, sum(failed)::bigint, sum(running)::bigint, sum(abandoned)::bigint,
    coalesce(sum(actions) filter (where bucket is not null), 0)::bigint, coalesce(sum(sum_ms), 0)::bigint, max(max_ms),
    coalesce(array_agg(bucket) filter (where bucket is not null), '{}'),
    coalesce(array_agg(actions) filter (where bucket is not null), '{}'),
    null::numeric[]
  from (
    select action_type, left(action_name, 200) as action_name, left(agent_name, 200) as agent_name, left(project_name, 200) as project_name,
      left(environment, 200) as environment, left(agent_version, 200) as agent_version, bucket,
      sum(actions)::bigint as actions, sum(failed)::bigint as failed, sum(running)::bigint as running, sum(abandoned)::bigint as abandoned,
      sum(sum_ms)::bigint as sum_ms, max(max_ms) as max_ms
    from (
      select action_type, action_name, agent_name, project_name, environment, agent_version, agent_duration_bucket(duration_ms) as bucket,
        count(*) as actions,
        count(*) filter (where agent_action_failed(action_type, status, error_group, action_details)) as failed,
        count(*) filter (where state = 'running') as running,
        count(*) filter (where state = 'abandoned') as abandoned,
        sum(duration_ms) as sum_ms,
        max(duration_ms) as max_ms
      from agent_actions
      where created_at >= from_time and created_at < to_time
      group by 1, 2, 3, 4, 5, 6, 7
    ) as whole_names
    group by 1, 2, 3, 4, 5, 6, 7
  ) as cells
  group by action_type, action_name, agent_name, project_name, environment, agent_version
$$;

do $$
begin
  execute format('alter function count_agent_actions(text, timestamptz, timestamptz) set search_path = %I, pg_temp', current_schema());
end
$$;
