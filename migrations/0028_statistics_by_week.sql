-- Weeks beside days, and who is behind a tool or an agent: a question about three months reads a dozen weeks instead of ninety days, and no
-- combinations of all names.

create table agent_action_statistics_week partition of agent_action_statistics for values in ('week');
alter table agent_action_statistics add column agent_hashes integer[], add column agent_versions text[];
comment on column agent_action_statistics.agent_hashes is
  'Of tool: who called it, as agent_name_hash of their names, the smallest 256; agent_hashes_count says how many they are. Null for other groupings.';
comment on column agent_action_statistics.agent_versions is
  'Of agent: its versions, the first 20 in alphabetical order. Null for other groupings, and without any.';
comment on column agent_action_statistics.resolution is 'minute, hour, day or week (from Monday), in UTC.';
comment on column agent_statistics_marks.resolution is 'minute, hour, day or week of the statistics; run: a summary in agent_runs.';
comment on column agent_statistics_marks.bucket_start is 'Beginning of the minute, hour, day or week.';
comment on column agent_action_statistics.bucket_start is 'Beginning of the minute, hour, day or week: actions that began in it.';
comment on table agent_action_statistics is
  'Counts and durations of actions by minute (two days), hour, day and week. Every action is counted once in each of the five groupings, so say which. In each, the 1,000 groups of a bucket with most actions stand by their names, the others together under (other).';
comment on column agent_action_statistics.percentiles_ms is
  'Of hours, days and weeks: 50th, 95th and 99th percentile of the durations, within 2 %. Of minutes, agent_duration_quantiles computes them.';

create or replace function agent_statistics_width(resolution text) returns interval
language sql immutable strict parallel safe
as $$
  select case resolution when 'minute' then interval '1 minute' when 'hour' then interval '1 hour' when 'day' then interval '24 hours'
    when 'week' then interval '168 hours' end
$$;
comment on function agent_statistics_width(text) is 'How long a minute, an hour, a day or a week is.';

create function agent_statistics_start(resolution text, at timestamptz) returns timestamptz
language sql immutable strict parallel safe
-- From a Monday.
return date_bin(agent_statistics_width(resolution), at, '1970-01-05 00:00:00+00'::timestamptz);
comment on function agent_statistics_start(text, timestamptz) is 'Beginning of the minute, hour, day or week that a time is in.';

-- The k smallest hashes of a set are a sample of it, and those of a union follow from those of its parts. Bar-Yossef, Jayram, Kumar, Sivakumar
-- and Trevisan: Counting distinct elements in a data stream, RANDOM 2002.
create function agent_name_hash(name text) returns integer
language sql immutable strict parallel safe
as $$
  select ('x' || left(md5(name), 8))::bit(32)::integer
$$;
comment on function agent_name_hash(text) is 'Hash of a name, the same on every server.';

create function agent_hashes_count(hashes integer[]) returns bigint
language sql immutable parallel safe
as $$
  select case when cardinality(hashes) < 256 then cardinality(hashes)::bigint
    else round(255 * 4294967296 / (hashes[256]::numeric + 2147483649))::bigint end
$$;
comment on function agent_hashes_count(integer[]) is
  'How many names are behind the smallest 256 of their hashes, in ascending order: exact below 256, within some 6 % above.';

create or replace function count_agent_actions(resolution text, from_time timestamptz, to_time timestamptz) returns setof agent_action_statistics
language sql stable
as $$
  select resolution, from_time, 'combination', action_type, action_name, agent_name, project_name, environment, agent_version,
    sum(actions)::bigint, sum(failed)::bigint, sum(running)::bigint, sum(abandoned)::bigint,
    coalesce(sum(actions) filter (where bucket is not null), 0)::bigint, coalesce(sum(sum_ms), 0)::bigint, max(max_ms),
    coalesce(array_agg(bucket) filter (where bucket is not null), '{}'),
    coalesce(array_agg(actions) filter (where bucket is not null), '{}'),
    null::numeric[], null::integer[], null::text[]
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

create or replace function merge_agent_statistics(given agent_action_statistics[]) returns setof agent_action_statistics
language sql immutable
as $$
  select resolution, bucket_start, grouped_by, action_type, action_name, agent_name, project_name, environment, agent_version,
    sum(actions)::bigint, sum(failed)::bigint, sum(running)::bigint, sum(abandoned)::bigint, sum(duration_count)::bigint,
    sum(duration_sum_ms)::bigint, max(duration_max_ms),
    coalesce(array_agg(duration_bucket) filter (where duration_bucket is not null), '{}'),
    coalesce(array_agg(durations) filter (where duration_bucket is not null), '{}'),
    null::numeric[],
    (array_agg(agent_hash order by agent_hash) filter (where agent_hash is not null))[1:256],
    (array_agg(version order by version) filter (where version is not null))[1:20]
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

create or replace function group_agent_statistics(combinations agent_action_statistics[]) returns setof agent_action_statistics
language sql immutable
as $$
  select merged from merge_agent_statistics(array(
    select row(resolution, bucket_start, dimension, action_type, case dimension when 'tool' then action_name end,
      case dimension when 'agent' then agent_name end, case dimension when 'project' then project_name end, null, null, actions, failed,
      running, abandoned, duration_count, duration_sum_ms, duration_max_ms, duration_buckets, duration_bucket_counts, null,
      case dimension when 'tool' then array[agent_name_hash(agent_name)] end,
      case when dimension = 'agent' and agent_version is not null then array[agent_version] end)::agent_action_statistics
    from unnest(combinations), unnest(array['tool', 'agent', 'project', 'type']) as dimension
    where dimension <> 'tool' or action_type = 'tool_call'
  )) as merged
$$;

create or replace function bound_agent_statistics(given agent_action_statistics[], max_groups integer) returns setof agent_action_statistics
language sql immutable
as $$
  with ranked as (
    select statistics, row_number() over (
      partition by (statistics).grouped_by
      order by (statistics).action_name = '(other)', (statistics).agent_name = '(other)', (statistics).project_name = '(other)',
        (statistics).actions desc, statistics
    ) as place
    from unnest(given) as statistics
  )
  select (statistics).* from ranked where place <= max_groups
  union all
  select merged.* from merge_agent_statistics(array(
    select row(resolution, bucket_start, grouped_by, action_type, case when grouped_by in ('combination', 'tool') then '(other)' end,
      case when grouped_by in ('combination', 'agent') then '(other)' end, case when grouped_by in ('combination', 'project') then '(other)' end,
      case grouped_by when 'combination' then '(other)' end, case grouped_by when 'combination' then '(other)' end, actions, failed,
      running, abandoned, duration_count, duration_sum_ms, duration_max_ms, duration_buckets, duration_bucket_counts, null, agent_hashes,
      agent_versions)::agent_action_statistics
    from (select (statistics).* from ranked where place > max_groups) as rare
  )) as merged
$$;

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
      fresh := array(select counted from count_agent_actions(wanted, bucket, bucket + width) as counted);
      fresh := fresh || array(select grouped from group_agent_statistics(fresh) as grouped);
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
    fresh := array(select bounded from bound_agent_statistics(fresh, max_groups) as bounded);
    delete from agent_action_statistics
    where resolution = wanted and grouped_by in ('combination', 'tool', 'agent', 'project', 'type') and bucket_start = bucket;
    insert into agent_action_statistics
    select resolution, bucket_start, grouped_by, action_type, action_name, agent_name, project_name, environment, agent_version, actions, failed,
      running, abandoned, duration_count, duration_sum_ms, duration_max_ms, duration_buckets, duration_bucket_counts,
      case when resolution <> 'minute' and duration_count > 0
        then agent_duration_quantiles(duration_buckets, duration_bucket_counts, array[0.5, 0.95, 0.99]) end,
      agent_hashes, agent_versions
    from unnest(fresh);
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

create or replace function recompute_agent_statistics(from_time timestamptz, to_time timestamptz) returns integer
language plpgsql security definer
as $$
declare
  state agent_statistics_state;
  marked integer;
begin
  select * into state from agent_statistics_state;
  with recursive filled (hour) as (
    select date_bin('1 hour', min(created_at), 'epoch') from agent_actions
    where created_at >= greatest(from_time, state.frozen_before) and created_at < to_time and isfinite(created_at)
    union all
    select (
      select date_bin('1 hour', min(created_at), 'epoch') from agent_actions
      where created_at >= filled.hour + interval '1 hour' and created_at < to_time and isfinite(created_at)
    )
    from filled where filled.hour is not null
  ),
  hours (hour) as (
    select hour from filled where hour is not null
    union
    select date_bin('1 hour', bucket_start, 'epoch') from agent_action_statistics
    where resolution in ('minute', 'hour') and bucket_start >= date_bin('1 hour', greatest(from_time, '0001-01-01'), 'epoch') and bucket_start < to_time
  ),
  wanted (resolution, bucket_start) as (
    select 'hour', hour from hours where hour < state.minutes_since and hour >= state.frozen_before
    union all
    select 'minute', hour + make_interval(mins => minute) from hours, generate_series(0, 59) as minute
    where hour >= state.minutes_since and hour >= state.frozen_before
      and hour + make_interval(mins => minute + 1) > from_time and hour + make_interval(mins => minute) < to_time
  )
  insert into agent_statistics_marks (resolution, bucket_start, rebuild) select resolution, bucket_start, true from wanted order by bucket_start desc;
  get diagnostics marked = row_count;
  return marked;
end
$$;

create or replace function agent_statistics_parts(since timestamptz, until timestamptz, widest text default 'day')
returns table (resolution text, from_time timestamptz, to_time timestamptz)
language sql stable
as $$
  with state as (select minutes_since from agent_statistics_state),
  marks as materialized (
    select distinct agent_statistics_start('hour', bucket_start) as hour, mark.resolution
    from agent_statistics_marks mark
    where mark.resolution <> 'run' and bucket_start < until and bucket_start + agent_statistics_width(mark.resolution) > since
  ),
  -- At the ends of the range, and where something is marked, what is finer is asked: it is newer.
  opened (day) as materialized (
    select agent_statistics_start('day', hour) from marks where marks.resolution <> 'week'
    union
    select agent_statistics_start('day', at) from unnest(array[since, until]) as at where isfinite(at)
  ),
  weeks (week) as materialized (
    select distinct bucket_start from agent_action_statistics kept
    where widest = 'week' and kept.resolution = 'week' and grouped_by = 'type' and bucket_start >= since and bucket_start < until
      and not exists (select from opened where agent_statistics_start('week', day) = bucket_start)
      and not exists (select from marks where marks.resolution = 'week' and hour = bucket_start)
  ),
  kept (day) as (
    select distinct bucket_start from agent_action_statistics kept
    where kept.resolution = 'day' and grouped_by = 'type' and bucket_start + interval '24 hours' > since and bucket_start < until
      and not exists (select from weeks where week = agent_statistics_start('week', bucket_start))
  ),
  hours as (
    select hour, hour < since or hour + interval '1 hour' > until as partial,
      exists (select from marks where marks.hour = hours.hour and marks.resolution in ('minute', 'hour')) as marked,
      hour >= minutes_since as in_minutes
    from (select day from opened union select day from kept where widest = 'hour') as days,
      generate_series(day, day + interval '23 hours', interval '1 hour') as hours (hour), state
    where hour < until and hour + interval '1 hour' > since
  ),
  minutes as (
    select minute, minute < since or minute + interval '1 minute' > until as partial
    from hours, generate_series(hour, hour + interval '59 minutes', interval '1 minute') as minute
    where in_minutes and (partial or marked) and minute < until and minute + interval '1 minute' > since
  )
  select 'week', week, week + interval '168 hours' from weeks
  union all
  select 'day', day, day + interval '24 hours' from kept
  where widest <> 'hour' and not exists (select from opened where opened.day = kept.day)
  union all
  select 'hour', hour, hour + interval '1 hour' from hours where not partial and not (marked and in_minutes)
  union all
  select 'minute', minute, minute + interval '1 minute' from minutes where not partial
  union all
  select 'rows', greatest(minute, since), least(minute + interval '1 minute', until) from minutes where partial
  union all
  select 'rows', greatest(hour, since), least(hour + interval '1 hour', until) from hours where partial and not in_minutes
$$;
comment on function agent_statistics_parts(timestamptz, timestamptz, text) is
  'What a time range is the sum of: weeks, days, hours and minutes of agent_action_statistics, and rows for what lies between them at its ends. widest: week, day for sums by the day, hour for sums by the hour.';

create or replace view agent_action_statistics_of_rows as
select
  resolution, agent_statistics_start(resolution, created_at) as bucket_start, grouped_by, action_type,
  case when grouped_by in ('combination', 'tool') then action_name end as action_name,
  case when grouped_by in ('combination', 'agent') then agent_name end as agent_name,
  case when grouped_by in ('combination', 'project') then project_name end as project_name,
  case grouped_by when 'combination' then environment end as environment,
  case grouped_by when 'combination' then agent_version end as agent_version,
  count(*) as actions,
  count(*) filter (where agent_action_failed(action_type, status, error_group, action_details)) as failed,
  count(*) filter (where state = 'running') as running,
  count(*) filter (where state = 'abandoned') as abandoned,
  count(duration_ms) as duration_count,
  coalesce(sum(duration_ms), 0) as duration_sum_ms,
  max(duration_ms) as duration_max_ms,
  percentile_disc(array[0.5, 0.95, 0.99]) within group (order by duration_ms)::numeric[] as percentiles_ms
from agent_actions, unnest(array['hour', 'day', 'week']) as resolution,
  unnest(array['combination', 'tool', 'agent', 'project', 'type']) as grouped_by
where grouped_by <> 'tool' or action_type = 'tool_call'
group by 1, 2, 3, 4, 5, 6, 7, 8, 9;
comment on view agent_action_statistics_of_rows is
  'What agent_action_statistics holds of hours, days and weeks, computed from all rows with exact percentiles: views read it where nobody keeps statistics.';
comment on column agent_action_statistics_of_rows.resolution is 'hour, day or week.';
comment on column agent_action_statistics_of_rows.bucket_start is 'Beginning of the hour, day or week.';

-- What is kept already: names from the combinations, weeks by their marks.
update agent_action_statistics as kept set agent_hashes = named.hashes
from (
  select resolution, bucket_start, action_name, (array_agg(hash order by hash))[1:256] as hashes
  from (
    select distinct resolution, bucket_start, action_name, agent_name_hash(agent_name) as hash
    from agent_action_statistics where grouped_by = 'combination' and action_type = 'tool_call'
  ) as distinct_names
  group by resolution, bucket_start, action_name
) as named
where kept.grouped_by = 'tool' and kept.resolution = named.resolution and kept.bucket_start = named.bucket_start
  and kept.action_name = named.action_name;
update agent_action_statistics as kept set agent_versions = named.versions
from (
  select resolution, bucket_start, action_type, agent_name, (array_agg(agent_version order by agent_version))[1:20] as versions
  from (
    select distinct resolution, bucket_start, action_type, agent_name, agent_version
    from agent_action_statistics where grouped_by = 'combination' and agent_version is not null
  ) as distinct_versions
  group by resolution, bucket_start, action_type, agent_name
) as named
where kept.grouped_by = 'agent' and kept.resolution = named.resolution and kept.bucket_start = named.bucket_start
  and kept.action_type = named.action_type and kept.agent_name = named.agent_name;
-- While a week is marked, its days are asked.
alter table agent_statistics_marks drop constraint agent_statistics_marks_resolution_check;
alter table agent_statistics_marks add constraint agent_statistics_marks_resolution_check
  check (resolution in ('minute', 'hour', 'day', 'week', 'run'));
insert into agent_statistics_marks (resolution, bucket_start)
select distinct 'week', agent_statistics_start('week', bucket_start) from agent_action_statistics where resolution = 'day' and grouped_by = 'type';

do $$
declare
  of_ours record;
begin
  for of_ours in
    select pg_proc.oid::regprocedure as name, prosecdef from pg_proc
    where pronamespace = current_schema()::regnamespace and proname in ('recompute_agent_statistics', 'refresh_agent_statistics',
      'count_agent_actions', 'merge_agent_statistics', 'group_agent_statistics', 'bound_agent_statistics', 'agent_statistics_parts')
  loop
    execute format('alter function %s set search_path = %I, pg_temp', of_ours.name, current_schema());
    if of_ours.prosecdef then
      -- Compiling a plan takes longer than most of these run.
      execute format('alter function %s set jit = off', of_ours.name);
      execute format('alter function %s set work_mem = ''32MB''', of_ours.name);
    end if;
  end loop;
end
$$;

do $$
declare
  tables text := current_schema();
  views text := case when tables = 'public' then 'agent_actions_v1' else left(tables, 46) || '_agent_actions_v1' end;
begin
  perform set_config('agent_actions.search_path', current_setting('search_path'), false);
  perform set_config('search_path', format('%I, %I', views, tables), false);
end
$$;

comment on column action_stats.period is 'minute (two days, without percentiles), hour, day or week (from Monday), in UTC.';
comment on column tool_stats.period is 'hour, day or week (from Monday), in UTC; or minute, for two days and without percentiles.';
comment on column agent_stats.period is 'hour, day or week (from Monday), in UTC; or minute, for two days and without percentiles.';
comment on column project_stats.period is 'hour, day or week (from Monday), in UTC; or minute, for two days and without percentiles.';
comment on column duration_histograms.period is 'minute, hour, day or week (from Monday), in UTC.';
create or replace function stats_between(dimension text, since timestamptz, until timestamptz default now())
returns table (name text, action_type text, actions bigint, failed_actions bigint, failed_share numeric, mean_ms numeric, p50_ms numeric, p95_ms numeric, p99_ms numeric, max_ms integer)
language sql stable
begin atomic
  with bounds as (
    select agent_statistics_start('hour', since) as first_hour,
      agent_statistics_start('day', since + interval '24 hours' - interval '1 microsecond') as first_day,
      agent_statistics_start('day', until) as last_day,
      agent_statistics_start('week', since + interval '168 hours' - interval '1 microsecond') as first_week,
      -- The week that goes on is not of one piece: its days are newer.
      agent_statistics_start('week', least(until, now())) as last_week
  ),
  -- Whole weeks by the week, what is left at both ends by the day and by the hour.
  parts (resolution, from_time, to_time) as (
    select 'week', first_week, last_week from bounds
    union all
    select 'day', first_day, least(first_week, last_day) from bounds
    union all
    select 'day', greatest(last_week, first_day), last_day from bounds where last_week >= first_week
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
comment on column action_stats.starts_at is 'Beginning of the minute, hour, day or week.';
comment on column tool_stats.starts_at is 'Beginning of the minute, hour, day or week.';
comment on column agent_stats.starts_at is 'Beginning of the minute, hour, day or week.';
comment on column project_stats.starts_at is 'Beginning of the minute, hour, day or week.';
comment on column statistics_progress.pending_buckets is 'Minutes, hours, days and weeks that are to be computed.';
comment on column duration_histograms.starts_at is 'Beginning of the minute, hour, day or week.';

select set_config('search_path', current_setting('agent_actions.search_path'), false);
