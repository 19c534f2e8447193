-- stats_between took the row of each whole week, also of one that was not computed yet, or that was before a change of its days: on a Monday, the week
-- before was missing until it was. A week is asked where it says what its days say, and its days where it does not.

do $$
declare
  tables text := current_schema();
  views text := case when tables = 'public' then 'agent_actions_v1' else left(tables, 46) || '_agent_actions_v1' end;
begin
  perform set_config('agent_actions.search_path', current_setting('search_path'), false);
  perform set_config('search_path', format('%I, %I', views, tables), false);
end
$$;

create or replace function stats_between(dimension text, since timestamptz, until timestamptz default now())
returns table (name text, action_type text, actions bigint, failed_actions bigint, failed_share numeric, mean_ms numeric, p50_ms numeric, p95_ms numeric, p99_ms numeric, max_ms integer)
language sql stable
begin atomic
  with bounds as (
    select agent_statistics_start('hour', since) as first_hour,
      agent_statistics_start('day', since + interval '24 hours' - interval '1 microsecond') as first_day,
      agent_statistics_start('day', until) as last_day
  ),
  days as materialized (
    select k.starts_at as day, agent_statistics_start('week', k.starts_at) as week, sum(k.actions) as actions, sum(k.failed_actions) as failed,
      sum(k.duration_count) as durations, sum(k.duration_sum_ms) as duration_ms
    from bounds join duration_histograms k on k.period = 'day' and k.starts_at >= bounds.first_day and k.starts_at < bounds.last_day
    where k.grouped_by = 'type'
    group by k.starts_at
  ),
  -- A week of which the range holds a part says more than its days here.
  weeks as materialized (
    select of_days.week
    from (
      select days.week, sum(days.actions) as actions, sum(days.failed) as failed, sum(days.durations) as durations, sum(days.duration_ms) as duration_ms
      from days group by days.week
    ) as of_days
    where (of_days.actions, of_days.failed, of_days.durations, of_days.duration_ms) = (
      select sum(k.actions), sum(k.failed_actions), sum(k.duration_count), sum(k.duration_sum_ms)
      from duration_histograms k where k.period = 'week' and k.starts_at = of_days.week and k.grouped_by = 'type'
    )
  ),
  -- What is left at both ends by the hour.
  parts (resolution, from_time, to_time) as (
    select 'week', weeks.week, weeks.week + interval '1 microsecond' from weeks
    union all
    select 'day', days.day, days.day + interval '1 microsecond' from days where days.week not in (select weeks.week from weeks)
    union all
    select 'hour', first_hour, least(first_day, until) from bounds
    union all
    select 'hour', greatest(last_day, first_hour), until from bounds where last_day >= first_day
  ),
  kept as materialized (
    select coalesce(k.action_name, k.agent_name, k.project_name) as name, k.action_type, k.actions, k.failed_actions as failed,
      k.duration_count, k.duration_sum_ms, k.max_ms as duration_max_ms, k.duration_buckets, k.duration_bucket_counts
    from parts join duration_histograms k
      on k.period = parts.resolution and k.starts_at >= parts.from_time and k.starts_at < parts.to_time
    where k.grouped_by = stats_between.dimension
  ),
  summed as (
    select k.name, k.action_type, sum(k.actions)::bigint as actions, sum(k.failed)::bigint as failed, sum(k.duration_count) as duration_count,
      sum(k.duration_sum_ms) as duration_sum_ms, max(k.duration_max_ms) as duration_max_ms
    from kept k group by k.name, k.action_type
  ),
  histograms as (
    select filled.name, filled.action_type, agent_duration_quantiles(array_agg(bucket), array_agg(n), array[0.5, 0.95, 0.99]) as percentiles
    from (
      select k.name, k.action_type, bucket, sum(n)::bigint as n
      from kept k, unnest(k.duration_buckets, k.duration_bucket_counts) as histogram (bucket, n)
      group by k.name, k.action_type, bucket
    ) as filled
    group by filled.name, filled.action_type
  )
  select s.name, s.action_type, s.actions, s.failed, round(s.failed::numeric / s.actions, 4),
    round(s.duration_sum_ms::numeric / nullif(s.duration_count, 0), 1), percentiles[1], percentiles[2], percentiles[3], s.duration_max_ms
  from summed s left join histograms h on h.action_type = s.action_type and h.name is not distinct from s.name
  order by s.actions desc, s.name;
end;

select set_config('search_path', current_setting('agent_actions.search_path'), false);
