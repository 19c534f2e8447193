-- Which part of a time range the statistics answer, and whether they are complete: a rebuild takes a while, and until then a sum over it is too small.

alter table agent_statistics_marks add column rebuild boolean not null default false;
comment on column agent_statistics_marks.rebuild is
  'Nothing was computed there since statistics began, or since they were asked to be computed from the rows: what is there may be missing.';

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
    where resolution <> 'day' and bucket_start >= date_bin('1 hour', greatest(from_time, '0001-01-01'), 'epoch') and bucket_start < to_time
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

create or replace function mark_all_agent_statistics() returns void
language plpgsql security definer
as $$
begin
  insert into agent_run_executions select execution_id, correlation_id from agent_execution_logs
  on conflict (execution_id) do update set correlation_id = excluded.correlation_id
  where agent_run_executions.correlation_id <> excluded.correlation_id;
  perform recompute_agent_statistics('-infinity', 'infinity');
  insert into agent_statistics_marks (resolution, correlation_id, rebuild)
  select 'run', correlation_id, true
  from (select correlation_id from agent_execution_logs union select correlation_id from agent_runs) as runs;
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
  )
  insert into agent_run_parts
  select next_hour - interval '1 hour', correlation_id, agent_name, sum(actions), sum(tool_calls), sum(decisions), sum(errors), sum(successes),
    sum(failed_actions), sum(running), sum(abandoned), min(started_at), max(last_activity_at), max(correlation_text), min(session_id),
    min(project_name), min(project_path), min(service_name), min(environment), min(user_id), sum(row_versions)
  from parts group by correlation_id, agent_name;
  update agent_statistics_state set minutes_since = next_hour;
  return true;
end
$$;

create or replace function refresh_agent_statistics(wanted text, bucket timestamptz) returns bigint
language plpgsql security definer
as $$
declare
  max_groups constant integer := 1000;
  width constant interval := agent_statistics_width(wanted);
  coarser constant text := case wanted when 'minute' then 'hour' when 'hour' then 'day' end;
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
  if wanted = 'day' or bucket >= state.frozen_before then
    -- What takes long is read before anything is written: until then the transaction holds up no reader of the change feed.
    if wanted = 'minute' or wanted = 'hour' and bucket < state.minutes_since then
      fresh := array(select counted from count_agent_actions(wanted, bucket, bucket + width) as counted);
      fresh := fresh || array(select grouped from group_agent_statistics(fresh) as grouped);
      perform refresh_agent_run_parts(bucket, bucket + width);
    else
      fresh := array(
        select row(wanted, bucket, grouped_by, action_type, action_name, agent_name, project_name, environment, agent_version, actions, failed,
          running, abandoned, duration_count, duration_sum_ms, duration_max_ms, duration_buckets, duration_bucket_counts, null)::agent_action_statistics
        from agent_action_statistics
        where resolution = case wanted when 'hour' then 'minute' else 'hour' end and bucket_start >= bucket and bucket_start < bucket + width
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
        then agent_duration_quantiles(duration_buckets, duration_bucket_counts, array[0.5, 0.95, 0.99]) end
    from unnest(fresh);
    insert into agent_statistics_marks (resolution, bucket_start, rebuild)
    select coarser, date_bin(agent_statistics_width(coarser), bucket, 'epoch'), rebuilding
    where coarser is not null and not exists (
      select from agent_statistics_marks
      where resolution = coarser and bucket_start = date_bin(agent_statistics_width(coarser), bucket, 'epoch')
        and (rebuild or not rebuilding));
    select coalesce(sum(actions), 0) into total from unnest(fresh) where grouped_by = 'type';
  end if;
  delete from agent_statistics_marks where id = any (seen);
  return coalesce(total, 0);
end
$$;

create function agent_statistics_parts(since timestamptz, until timestamptz, widest text default 'day')
returns table (resolution text, from_time timestamptz, to_time timestamptz)
language sql stable
as $$
  with state as (select minutes_since from agent_statistics_state),
  marks as materialized (
    select distinct date_bin('1 hour', bucket_start, 'epoch') as hour, mark.resolution
    from agent_statistics_marks mark
    where mark.resolution <> 'run' and bucket_start < until and bucket_start + agent_statistics_width(mark.resolution) > since
  ),
  -- At the ends of the range, and where something is marked, what is finer is asked: it is newer.
  opened (day) as (
    select date_bin('24 hours', hour, 'epoch') from marks
    union
    select date_bin('24 hours', at, 'epoch') from unnest(array[since, until]) as at where isfinite(at)
  ),
  kept (day) as (
    select distinct bucket_start from agent_action_statistics kept
    where kept.resolution = 'day' and grouped_by = 'type' and bucket_start + interval '24 hours' > since and bucket_start < until
  ),
  hours as (
    select hour, hour < since or hour + interval '1 hour' > until as partial,
      exists (select from marks where marks.hour = hours.hour and marks.resolution <> 'day') as marked,
      hour >= minutes_since as in_minutes
    from (select day from opened union select day from kept where widest <> 'day') as days,
      generate_series(day, day + interval '23 hours', interval '1 hour') as hours (hour), state
    where hour < until and hour + interval '1 hour' > since
  ),
  minutes as (
    select minute, minute < since or minute + interval '1 minute' > until as partial
    from hours, generate_series(hour, hour + interval '59 minutes', interval '1 minute') as minute
    where in_minutes and (partial or marked) and minute < until and minute + interval '1 minute' > since
  )
  select 'day', day, day + interval '24 hours' from kept
  where widest = 'day' and not exists (select from opened where opened.day = kept.day)
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
  'What a time range is the sum of: days, hours and minutes of agent_action_statistics, and rows for what lies between them at its ends. widest: day, or hour for sums by the hour.';

create function agent_statistics_progress(since timestamptz default '-infinity', until timestamptz default 'infinity')
returns table (kept boolean, complete boolean, computed_until timestamptz, pending_buckets bigint, pending_runs bigint)
language sql stable security definer
as $$
  with marks as (
    select resolution, bucket_start, changed_at, rebuild from agent_statistics_marks
    where resolution = 'run' or (bucket_start < until and bucket_start + agent_statistics_width(resolution) > since)
  ),
  unread as (
    select min(changed_at) as changed_at from (
      select change.changed_at from agent_action_changes change, agent_statistics_state state
      where (change.xact_id, change.position) > (state.xact_id, state.position)
      order by change.xact_id, change.position limit 1) as first
  )
  select installation is not null,
    installation is not null and not exists (select from marks where rebuild),
    case when installation is not null then least(
      now(), (select changed_at from unread),
      (select min(changed_at) from marks where resolution in ('minute', 'run') or (resolution = 'hour' and bucket_start < minutes_since)),
      (select min(bucket_start) from marks where rebuild)) end,
    (select count(distinct (resolution, bucket_start)) from marks where resolution <> 'run'),
    (select count(*) from marks where resolution = 'run')
  from agent_statistics_state
$$;
comment on function agent_statistics_progress(timestamptz, timestamptz) is
  'Whether the statistics between two times, and the summaries of runs, are complete, and up to when changes are in them.';

-- What the service reads for others.
do $$
declare
  of_ours text;
  granted record;
begin
  foreach of_ours in array array['recompute_agent_statistics(timestamptz, timestamptz)', 'mark_all_agent_statistics()',
    'consolidate_agent_statistics(timestamptz)', 'refresh_agent_statistics(text, timestamptz)']
  loop
    execute format('alter function %s set search_path = %I, pg_temp', of_ours, current_schema());
    execute format('alter function %s set jit = off', of_ours);
    execute format('alter function %s set work_mem = ''32MB''', of_ours);
  end loop;
  execute format('alter function agent_statistics_progress(timestamptz, timestamptz) set search_path = %I, pg_temp', current_schema());
  execute format('alter function agent_statistics_parts(timestamptz, timestamptz, text) set search_path = %I, pg_temp', current_schema());
  for granted in
    select distinct case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end as role
    from pg_class, aclexplode(relacl)
    where pg_class.oid = 'agent_actions'::regclass and privilege_type = 'INSERT' and grantee <> relowner
  loop
    execute format(
      'grant select on agent_action_statistics, agent_runs, agent_run_parts, agent_action_changes, agent_actions_installation to %s', granted.role);
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

create view statistics_progress as
select kept, complete, computed_until, pending_buckets, pending_runs from agent_statistics_progress();
comment on view statistics_progress is
  'One row: whether runs, action_stats and what is made of them show everything. Ask it beside them.';
comment on column statistics_progress.kept is 'Whether a process has kept statistics; where none has, the views read the rows.';
comment on column statistics_progress.complete is
  'False while statistics are computed from the rows for the first time, or anew: until then sums are too small and runs are missing.';
comment on column statistics_progress.computed_until is
  'Changes that were written before then are in the statistics: usually a few seconds ago; while they are not complete, the beginning of the earliest hour that is missing. Null where none are kept.';
comment on column statistics_progress.pending_buckets is 'Minutes, hours and days that are to be computed.';
comment on column statistics_progress.pending_runs is 'Changes of runs that are to be summed up.';

select set_config('search_path', current_setting('agent_actions.search_path'), false);
