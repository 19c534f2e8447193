-- Tools, agents, projects and types are counted from the cells of a minute or an hour, and not merged from its combinations: with thousands of
-- combinations, joining and splitting their arrays was most of the work.

create function agent_duration_middle(bucket integer) returns numeric
language sql immutable parallel safe
as $$
  select case when bucket <= 0 then bucket + 1 else round((2 * power(1.04::double precision, bucket) / 2.04)::numeric, 3) end
$$;
comment on function agent_duration_middle(integer) is 'Milliseconds in the middle of a bucket of a histogram of durations: within 2 % of all in it.';

create function agent_statistics_with_percentiles(given agent_action_statistics[]) returns setof agent_action_statistics
language sql immutable
as $$
  with percentiles as (
    -- As agent_duration_quantiles of each, all at once.
    select ordinality, array[
      agent_duration_middle(min(bucket) filter (where up_to >= ceil(0.5::double precision * duration_count))),
      agent_duration_middle(min(bucket) filter (where up_to >= ceil(0.95::double precision * duration_count))),
      agent_duration_middle(min(bucket) filter (where up_to >= ceil(0.99::double precision * duration_count)))] as percentiles
    from (
      select ordinality, bucket, duration_count, sum(n) over (partition by ordinality order by bucket) as up_to
      from unnest(given) with ordinality, unnest(duration_buckets, duration_bucket_counts) as histogram (bucket, n)
      where resolution <> 'minute'
    ) as filled
    group by ordinality
  )
  select resolution, bucket_start, grouped_by, action_type, action_name, agent_name, project_name, environment, agent_version, actions, failed,
    running, abandoned, duration_count, duration_sum_ms, duration_max_ms, duration_buckets, duration_bucket_counts, percentiles, agent_hashes,
    agent_versions
  from unnest(given) with ordinality left join percentiles using (ordinality)
$$;
comment on function agent_statistics_with_percentiles(agent_action_statistics[]) is
  'The same rows with their percentiles, where they are no minutes.';

create function summarize_agent_actions(resolution text, from_time timestamptz, to_time timestamptz, max_groups integer)
returns setof agent_action_statistics
language sql stable
as $$
  with cells as materialized (
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
  ),
  combinations as materialized (
    select *, row_number() over (
      order by action_name = '(other)' or agent_name = '(other)' or coalesce(project_name = '(other)', false), actions desc,
        action_type, action_name, agent_name, project_name, environment, agent_version
    ) > max_groups as is_rare
    from (
      select action_type, action_name, agent_name, project_name, environment, agent_version,
        sum(actions)::bigint as actions, sum(failed)::bigint as failed, sum(running)::bigint as running, sum(abandoned)::bigint as abandoned,
        coalesce(sum(actions) filter (where bucket is not null), 0)::bigint as duration_count, coalesce(sum(sum_ms), 0)::bigint as sum_ms,
        max(max_ms) as max_ms,
        coalesce(array_agg(bucket) filter (where bucket is not null), '{}') as buckets,
        coalesce(array_agg(actions) filter (where bucket is not null), '{}') as bucket_counts
      from cells group by action_type, action_name, agent_name, project_name, environment, agent_version
    ) as counted
  ),
  rare as (
    select action_type, sum(actions)::bigint as actions, sum(failed)::bigint as failed, sum(running)::bigint as running,
      sum(abandoned)::bigint as abandoned, sum(duration_count)::bigint as duration_count, sum(sum_ms)::bigint as sum_ms, max(max_ms) as max_ms
    from combinations where is_rare group by action_type
  ),
  rare_durations as (
    select action_type, array_agg(bucket) as buckets, array_agg(n) as bucket_counts
    from (
      select action_type, bucket, sum(n)::bigint as n
      from combinations, unnest(buckets, bucket_counts) as histogram (bucket, n)
      where is_rare group by action_type, bucket
    ) as filled
    group by action_type
  ),
  grouped as (
    select case when grouping(action_name) = 0 then 'tool' when grouping(agent_name) = 0 then 'agent'
        when grouping(project_name) = 0 then 'project' else 'type' end as grouped_by,
      action_type, action_name, agent_name, project_name, bucket, sum(actions)::bigint as actions, sum(failed)::bigint as failed,
      sum(running)::bigint as running, sum(abandoned)::bigint as abandoned, sum(sum_ms)::bigint as sum_ms, max(max_ms) as max_ms
    from cells
    group by grouping sets (
      (action_type, action_name, bucket), (action_type, agent_name, bucket), (action_type, project_name, bucket), (action_type, bucket))
  ),
  tool_agents as (
    select 'tool' as grouped_by, action_name, (array_agg(hash order by hash))[1:256] as agent_hashes
    from (
      select distinct action_name, agent_name_hash(agent_name) as hash from combinations where action_type = 'tool_call'
    ) as different
    group by action_name
  ),
  agent_versions as (
    select 'agent' as grouped_by, action_type, agent_name, (array_agg(agent_version order by agent_version))[1:20] as agent_versions
    from (
      select distinct action_type, agent_name, agent_version from combinations where agent_version is not null
    ) as different
    group by action_type, agent_name
  )
  select resolution, from_time, 'combination', action_type, action_name, agent_name, project_name, environment, agent_version,
    actions, failed, running, abandoned, duration_count, sum_ms, max_ms, buckets, bucket_counts, null::numeric[], null::integer[], null::text[]
  from combinations where not is_rare
  union all
  select resolution, from_time, 'combination', action_type, '(other)', '(other)', '(other)', '(other)', '(other)',
    actions, failed, running, abandoned, duration_count, sum_ms, max_ms, coalesce(buckets, '{}'), coalesce(bucket_counts, '{}'), null, null, null
  from rare left join rare_durations using (action_type)
  union all
  select resolution, from_time, grouped_by, action_type, action_name, agent_name, project_name, null, null,
    actions, failed, running, abandoned, duration_count, sum_ms, max_ms, buckets, bucket_counts, null, agent_hashes, agent_versions
  from (
    select grouped_by, action_type, action_name, agent_name, project_name,
      sum(actions)::bigint as actions, sum(failed)::bigint as failed, sum(running)::bigint as running, sum(abandoned)::bigint as abandoned,
      coalesce(sum(actions) filter (where bucket is not null), 0)::bigint as duration_count, coalesce(sum(sum_ms), 0)::bigint as sum_ms,
      max(max_ms) as max_ms,
      coalesce(array_agg(bucket) filter (where bucket is not null), '{}') as buckets,
      coalesce(array_agg(actions) filter (where bucket is not null), '{}') as bucket_counts
    from grouped
    where grouped_by <> 'tool' or action_type = 'tool_call'
    group by grouped_by, action_type, action_name, agent_name, project_name
  ) as counted
    left join tool_agents using (grouped_by, action_name)
    left join agent_versions using (grouped_by, action_type, agent_name)
$$;
comment on function summarize_agent_actions(text, timestamptz, timestamptz, integer) is
  'Statistics between two times from the rows, in all five groupings. Of the combinations so many as they are, and the rest together as (other).';

create or replace function refresh_agent_statistics(wanted text, bucket timestamptz) returns bigint
language plpgsql security definer
as $$
declare
  max_groups constant integer := 1000;
  width constant interval := agent_statistics_width(wanted);
  coarser constant text := case wanted when 'minute' then 'hour' when 'hour' then 'day' when 'day' then 'week' end;
  state agent_statistics_state;
  seen bigint[];
  rebuilding boolean;
  fresh agent_action_statistics[];
  total bigint;
begin
  if not lock_agent_statistics() then
    return null;
  end if;
  select * into state from agent_statistics_state;
  -- First the marks, then the rows: a change that comes in between has a mark that stays.
  select coalesce(array_agg(id), '{}'), coalesce(bool_or(rebuild), false) into seen, rebuilding
  from agent_statistics_marks where resolution = wanted and bucket_start = bucket;
  if wanted in ('day', 'week') or bucket >= state.frozen_before then
    -- What takes long is read before anything is written: until then the transaction holds up no reader of the change feed.
    if wanted = 'minute' or wanted = 'hour' and bucket < state.minutes_since then
      fresh := array(select counted from summarize_agent_actions(wanted, bucket, bucket + width, max_groups) as counted);
      perform refresh_agent_run_parts(bucket, bucket + width);
    else
      fresh := array(
        select row(wanted, bucket, grouped_by, action_type, action_name, agent_name, project_name, environment, agent_version, actions, failed,
          running, abandoned, duration_count, duration_sum_ms, duration_max_ms, duration_buckets, duration_bucket_counts, null, agent_hashes,
          agent_versions)::agent_action_statistics
        from agent_action_statistics
        where resolution = case wanted when 'hour' then 'minute' when 'day' then 'hour' else 'day' end and bucket_start >= bucket and bucket_start < bucket + width
          and grouped_by in ('combination', 'tool', 'agent', 'project', 'type'));
      fresh := array(select merged from merge_agent_statistics(fresh) as merged);
    end if;
    if cardinality(fresh) > max_groups then
      fresh := array(select bounded from bound_agent_statistics(fresh, max_groups) as bounded);
    end if;
    delete from agent_action_statistics
    where resolution = wanted and grouped_by in ('combination', 'tool', 'agent', 'project', 'type') and bucket_start = bucket;
    insert into agent_action_statistics
    select * from agent_statistics_with_percentiles(fresh);
    insert into agent_statistics_marks (resolution, bucket_start, rebuild)
    select coarser, agent_statistics_start(coarser, bucket), rebuilding
    where coarser is not null and not exists (
      select from agent_statistics_marks
      where resolution = coarser and bucket_start = agent_statistics_start(coarser, bucket)
        and (rebuild or not rebuilding));
    select coalesce(sum(actions), 0) into total from unnest(fresh) where grouped_by = 'type';
  end if;
  delete from agent_statistics_marks where id = any (seen);
  return coalesce(total, 0);
end
$$;
-- A statement of its own would be planned at every look.
create function pending_agent_statistics(max_buckets integer) returns table (buckets json, counts json, lag_seconds double precision)
language plpgsql stable
as $$
begin
  return query
  with marked as (
    select resolution, bucket_start, min(changed_at) as changed_at
    from agent_statistics_marks where resolution <> 'run' group by resolution, bucket_start
  ),
  runs as (
    select count(*) as marks, min(changed_at) as changed_at from agent_statistics_marks where resolution = 'run'
  )
  select
    coalesce((
      select json_agg(json_build_object('resolution', resolution, 'start', bucket_start::text))
      from (
        select * from marked
        order by resolution <> 'minute', agent_statistics_start('week', bucket_start) desc, resolution = 'week',
          agent_statistics_start('day', bucket_start) desc, resolution = 'day', bucket_start desc
        limit max_buckets
      ) as first
    ), '[]'),
    json_build_object(
      'minute', count(*) filter (where resolution = 'minute'), 'hour', count(*) filter (where resolution = 'hour'),
      'day', count(*) filter (where resolution = 'day'), 'week', count(*) filter (where resolution = 'week'),
      'run', (select marks from runs)),
    greatest(0, extract(epoch from clock_timestamp() - least(
      min(changed_at) filter (where resolution = 'minute'), (select changed_at from runs))))::double precision
  from marked;
end
$$;
comment on function pending_agent_statistics(integer) is
  'What is to be computed anew: so many minutes, then hours, days and weeks, the latest first and each after what it is summed from; how many marks there are; and for how many seconds the oldest change has not been shown by a minute or a run.';

drop function group_agent_statistics(agent_action_statistics[]);

do $$
declare
  of_ours record;
begin
  for of_ours in
    select pg_proc.oid::regprocedure as name, prosecdef from pg_proc
    where pronamespace = current_schema()::regnamespace and proname in (
      'agent_statistics_with_percentiles', 'summarize_agent_actions', 'refresh_agent_statistics', 'pending_agent_statistics')
  loop
    execute format('alter function %s set search_path = %I, pg_temp', of_ours.name, current_schema());
    if of_ours.prosecdef then
      execute format('alter function %s set jit = off', of_ours.name);
      execute format('alter function %s set work_mem = ''32MB''', of_ours.name);
    end if;
  end loop;
  -- Of a minute that has just begun the planner knows no row counts: it would read a week in another order, and sort
  -- what it could hash.
  alter function summarize_agent_actions(text, timestamptz, timestamptz, integer) set enable_sort = off;
  alter function summarize_agent_actions(text, timestamptz, timestamptz, integer) set enable_indexscan = off;
end
$$;
