-- Statistics of actions and a summary of every run, kept from the change feed, so that questions over months need not read the rows.
--
-- Nothing is counted up. What changed is marked, and whatever is marked is computed anew: minutes from the rows, hours from minutes,
-- days from hours, runs from their parts. So repetition, order, corrections, late rows and removed rows are indifferent. Minutes are
-- kept for two days; hours before that are computed from the rows.
--
-- src/statistics drives this. All of it takes one lock, so one process works at a time.

create table agent_statistics_state (
  installation uuid,
  xact_id xid8 not null default '0',
  position bigint not null default 0,
  minutes_since timestamptz not null default date_bin('1 hour', now() - interval '48 hours', 'epoch'),
  frozen_before timestamptz not null default '-infinity',
  frozen_changes bigint not null default 0,
  rebuilds integer not null default 0,
  only_row boolean primary key default true check (only_row)
);
insert into agent_statistics_state default values;
comment on table agent_statistics_state is 'One row: how far the statistics have come.';
comment on column agent_statistics_state.installation is 'agent_actions_installation.id that the place in the change feed belongs to; null: nothing was read yet.';
comment on column agent_statistics_state.xact_id is 'Place in the change feed up to which everything is marked: the transaction.';
comment on column agent_statistics_state.position is 'Place in the change feed: the position within the transaction.';
comment on column agent_statistics_state.minutes_since is 'From here on there are minutes, and parts of runs by minute; before it only hours.';
comment on column agent_statistics_state.frozen_before is 'Statistics before this time stay as they are, whatever becomes of the rows. See freeze_agent_statistics.';
comment on column agent_statistics_state.frozen_changes is 'Rows that came or changed before frozen_before, and are in no statistics for that.';
comment on column agent_statistics_state.rebuilds is 'How often everything was marked: once at the beginning, and whenever the place in the change feed was lost.';
comment on column agent_statistics_state.only_row is 'Keeps a second row out.';

create table agent_statistics_marks (
  id bigint generated always as identity primary key,
  resolution text not null check (resolution in ('minute', 'hour', 'day', 'run')),
  bucket_start timestamptz,
  correlation_id uuid,
  changed_at timestamptz not null default now()
);
create index agent_statistics_marks_bucket on agent_statistics_marks (resolution, bucket_start);
comment on table agent_statistics_marks is
  'What has to be computed anew. Several rows may name the same: nobody who adds one waits for another, and a row is removed only by whoever has computed what it names after having read it.';
comment on column agent_statistics_marks.id is 'Order of arrival.';
comment on column agent_statistics_marks.resolution is 'minute, hour or day of the statistics; run: a summary in agent_runs.';
comment on column agent_statistics_marks.bucket_start is 'Beginning of the minute, hour or day.';
comment on column agent_statistics_marks.correlation_id is 'The run.';
comment on column agent_statistics_marks.changed_at is 'When the change happened.';

create table agent_action_statistics (
  resolution text not null,
  bucket_start timestamptz not null,
  grouped_by text not null check (grouped_by in ('combination', 'tool', 'agent', 'project', 'type')),
  action_type text not null,
  action_name text,
  agent_name text,
  project_name text,
  environment text,
  agent_version text,
  actions bigint not null,
  failed bigint not null,
  running bigint not null,
  abandoned bigint not null,
  duration_count bigint not null,
  duration_sum_ms bigint not null,
  duration_max_ms integer,
  duration_buckets integer[] not null,
  duration_bucket_counts bigint[] not null,
  percentiles_ms numeric[]
) partition by list (resolution);
create index agent_action_statistics_bucket_start on agent_action_statistics (grouped_by, bucket_start);
create table agent_action_statistics_minute partition of agent_action_statistics for values in ('minute');
create table agent_action_statistics_hour partition of agent_action_statistics for values in ('hour');
create table agent_action_statistics_day partition of agent_action_statistics for values in ('day');
comment on table agent_action_statistics is
  'Counts and durations of actions by minute (two days), hour and day. Every action is counted once in each of the five groupings, so say which. In each, the 1,000 groups of a bucket with most actions stand by their names, the others together under (other).';
comment on column agent_action_statistics.resolution is 'minute, hour or day, in UTC.';
comment on column agent_action_statistics.bucket_start is 'Beginning of the minute, hour or day: actions that began in it.';
comment on column agent_action_statistics.grouped_by is
  'combination: by all of the following columns. tool (tool calls only), agent, project: by that and action_type. type: by action_type alone.';
comment on column agent_action_statistics.action_type is 'tool_call, decision, error or success.';
comment on column agent_action_statistics.action_name is 'The tool, what was decided, the error''s type or the task; its first 200 characters.';
comment on column agent_action_statistics.agent_name is 'Who acted.';
comment on column agent_action_statistics.project_name is 'Name of the project.';
comment on column agent_action_statistics.environment is 'deployment.environment.name of the agent.';
comment on column agent_action_statistics.agent_version is 'Version of the agent.';
comment on column agent_action_statistics.actions is 'Rows of agent_actions.';
comment on column agent_action_statistics.failed is 'Of these: failed, as agent_action_failed() says.';
comment on column agent_action_statistics.running is 'Of these: with state running.';
comment on column agent_action_statistics.abandoned is 'Of these: with state abandoned.';
comment on column agent_action_statistics.duration_count is 'Of these: with a duration.';
comment on column agent_action_statistics.duration_sum_ms is 'Milliseconds of all durations together.';
comment on column agent_action_statistics.duration_max_ms is 'Milliseconds of the longest.';
comment on column agent_action_statistics.duration_buckets is 'Histogram of durations: numbers of the buckets that hold something, see agent_duration_bucket.';
comment on column agent_action_statistics.duration_bucket_counts is 'Durations in each of duration_buckets.';
comment on column agent_action_statistics.percentiles_ms is
  'Of hours and days: 50th, 95th and 99th percentile of the durations, within 2 %. Of minutes, agent_duration_quantiles computes them.';

create table agent_run_parts (
  part_start timestamptz not null,
  correlation_id uuid not null,
  agent_name text not null,
  actions integer not null,
  tool_calls integer not null,
  decisions integer not null,
  errors integer not null,
  successes integer not null,
  failed_actions integer not null,
  running integer not null,
  abandoned integer not null,
  started_at timestamptz not null,
  last_activity_at timestamptz not null,
  correlation_text text,
  session_id text,
  project_name text,
  project_path text,
  service_name text,
  environment text,
  user_id text,
  row_versions numeric not null,
  primary key (part_start, correlation_id, agent_name)
);
create index agent_run_parts_correlation_id on agent_run_parts (correlation_id);
comment on table agent_run_parts is
  'What one agent did in one run, by minute (two days) and hour: a long run is summed from these, not from its rows.';
comment on column agent_run_parts.part_start is 'Beginning of the minute or hour: actions that began in it.';
comment on column agent_run_parts.correlation_id is 'The run.';
comment on column agent_run_parts.agent_name is 'Who acted.';
comment on column agent_run_parts.actions is 'Rows of agent_actions.';
comment on column agent_run_parts.tool_calls is 'Of these: tool calls.';
comment on column agent_run_parts.decisions is 'Of these: decisions.';
comment on column agent_run_parts.errors is 'Of these: of type error.';
comment on column agent_run_parts.successes is 'Of these: of type success.';
comment on column agent_run_parts.failed_actions is 'Of these: failed, as agent_action_failed() says.';
comment on column agent_run_parts.running is 'Of these: with state running.';
comment on column agent_run_parts.abandoned is 'Of these: with state abandoned.';
comment on column agent_run_parts.started_at is 'When the first began.';
comment on column agent_run_parts.last_activity_at is 'When the last to begin or end did so.';
comment on column agent_run_parts.correlation_text is 'What the producer called the run, where that was no UUID; as the following, of several the first by name.';
comment on column agent_run_parts.session_id is 'Conversation, session or thread.';
comment on column agent_run_parts.project_name is 'Name of the project.';
comment on column agent_run_parts.project_path is 'Folder of the project.';
comment on column agent_run_parts.service_name is 'service.name of the OpenTelemetry resource.';
comment on column agent_run_parts.environment is 'deployment.environment.name of the OpenTelemetry resource.';
comment on column agent_run_parts.user_id is 'Person or account that the run acts for.';
comment on column agent_run_parts.row_versions is 'Differs when a row was added, changed or removed: the sum of the rows'' xmin.';

create sequence agent_run_version_seq;
create table agent_runs (
  correlation_id uuid primary key,
  version bigint not null default nextval('agent_run_version_seq'),
  correlation_text text,
  title text,
  state text not null check (state in ('running', 'abandoned', 'ended')),
  started_at timestamptz not null,
  last_activity_at timestamptz not null,
  actions bigint not null,
  tool_calls bigint not null,
  decisions bigint not null,
  errors bigint not null,
  successes bigint not null,
  failed_actions bigint not null,
  executions bigint not null,
  failed_executions bigint not null,
  agents text[] not null,
  session_id text,
  project_name text,
  project_path text,
  service_name text,
  environment text,
  user_id text,
  changed_at timestamptz not null default now()
);
alter sequence agent_run_version_seq owned by agent_runs.version;
create index agent_runs_started_at on agent_runs (started_at desc, correlation_id);
create index agent_runs_last_activity_at on agent_runs (last_activity_at desc, correlation_id);
create index agent_runs_project_name on agent_runs (project_name, last_activity_at desc) where project_name is not null;
create index agent_runs_session_id on agent_runs (session_id) where session_id is not null;
comment on table agent_runs is 'One row a run: a correlation id that actions or executions have. Some seconds behind the rows.';
comment on column agent_runs.correlation_id is 'The run.';
comment on column agent_runs.version is 'Grows with every change of the run or of any of its actions and executions; no two runs or changes share one.';
comment on column agent_runs.correlation_text is 'What the producer called the run, where that was no UUID.';
comment on column agent_runs.title is 'First 200 characters of the first prompt of an execution; without one, the name of the first action.';
comment on column agent_runs.state is 'running: an action or an execution runs; else abandoned: one of them was; else ended.';
comment on column agent_runs.started_at is 'When the first action or execution began.';
comment on column agent_runs.last_activity_at is 'When the last of them to begin or end did so.';
comment on column agent_runs.actions is 'Rows of agent_actions.';
comment on column agent_runs.tool_calls is 'Of these: tool calls.';
comment on column agent_runs.decisions is 'Of these: decisions.';
comment on column agent_runs.errors is 'Of these: of type error.';
comment on column agent_runs.successes is 'Of these: of type success.';
comment on column agent_runs.failed_actions is 'Of these: failed, as agent_action_failed() says.';
comment on column agent_runs.executions is 'Rows of agent_execution_logs.';
comment on column agent_runs.failed_executions is 'Of these: with the status error.';
comment on column agent_runs.agents is 'Who acted or ran, by name.';
comment on column agent_runs.session_id is 'Conversation, session or thread; as the following, of several the first by name.';
comment on column agent_runs.project_name is 'Name of the project.';
comment on column agent_runs.project_path is 'Folder of the project.';
comment on column agent_runs.service_name is 'service.name of the OpenTelemetry resource.';
comment on column agent_runs.environment is 'deployment.environment.name of the OpenTelemetry resource.';
comment on column agent_runs.user_id is 'Person or account that the run acts for.';
comment on column agent_runs.changed_at is 'When the summary was last computed.';

create table agent_run_executions (
  execution_id uuid primary key,
  correlation_id uuid not null
);
comment on table agent_run_executions is
  'Which run an execution was last counted in: a later event may correct an execution''s correlation id, and the run that loses it has to be computed too.';
comment on column agent_run_executions.execution_id is 'The execution.';
comment on column agent_run_executions.correlation_id is 'The run.';

-- Durations: buckets whose bounds grow by 4 %, so that the middle of one is within 2 % of all in it. DDSketch (Masson, Rim and Lee:
-- DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees, VLDB 2019), without its bound on the number of
-- buckets, because milliseconds in an integer give 549 at the most.

-- Not strict: a function that is would be called for every row, instead of becoming a part of the query.
create function agent_duration_bucket(duration_ms integer) returns integer
language sql immutable parallel safe
as $$
  -- ln(1.04)
  select case when duration_ms <= 0 then -1 else ceil(ln(duration_ms::double precision) / 0.03922071315328133)::integer end
$$;
comment on function agent_duration_bucket(integer) is
  'Number of the histogram''s bucket for a duration: bucket i holds what is above 1.04^(i-1) and at most 1.04^i milliseconds, -1 holds 0.';

create function agent_duration_quantiles(buckets integer[], counts bigint[], quantiles double precision[]) returns numeric[]
language plpgsql immutable strict parallel safe
as $$
declare
  total constant double precision := (select sum(n) from unnest(counts) as n);
  up_to bigint := 0;
  middle numeric;
  found numeric[] := array_fill(null::numeric, array[cardinality(quantiles)]);
  bucket integer;
  n bigint;
begin
  for bucket, n in select * from unnest(buckets, counts) as histogram (b, c) order by b loop
    up_to := up_to + n;
    for at in 1..cardinality(quantiles) loop
      if found[at] is null and up_to >= greatest(ceil(quantiles[at] * total), 1) then
        middle := coalesce(middle, case when bucket <= 0 then bucket + 1 else round((2 * power(1.04::double precision, bucket) / 2.04)::numeric, 3) end);
        found[at] := middle;
      end if;
    end loop;
    middle := null;
    exit when array_position(found, null) is null;
  end loop;
  return found;
end
$$;
comment on function agent_duration_quantiles(integer[], bigint[], double precision[]) is
  'Quantiles (0 to 1) of a histogram of durations, in milliseconds, within 2 % of what percentile_disc returns for the durations themselves; nulls for an empty one. A bucket may be named several times, so histograms are merged by joining their arrays.';

create function agent_statistics_width(resolution text) returns interval
language sql immutable strict parallel safe
as $$
  select case resolution when 'minute' then interval '1 minute' when 'hour' then interval '1 hour' when 'day' then interval '24 hours' end
$$;
comment on function agent_statistics_width(text) is 'How long a minute, an hour or a day is.';

-- False: another process is at it. The transaction gets no number by this, so that it does not hold up readers of the change feed.
create function lock_agent_statistics() returns boolean
language sql volatile
as $$
  select pg_try_advisory_xact_lock('agent_statistics_state'::regclass::oid::integer, 0)
$$;
comment on function lock_agent_statistics() is 'Whether this transaction may compute statistics: one at a time.';

create function recompute_agent_statistics(from_time timestamptz, to_time timestamptz) returns integer
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
  insert into agent_statistics_marks (resolution, bucket_start) select resolution, bucket_start from wanted order by bucket_start desc;
  get diagnostics marked = row_count;
  return marked;
end
$$;
comment on function recompute_agent_statistics(timestamptz, timestamptz) is
  'Has the statistics between two times computed anew from the rows: for changes that the change feed does not name. Returns how many minutes and hours were marked.';

create function refresh_agent_statistics(wanted text, bucket timestamptz) returns bigint
language plpgsql security definer
as $$
declare
  max_groups constant integer := 1000;
  width constant interval := agent_statistics_width(wanted);
  coarser constant text := case wanted when 'minute' then 'hour' when 'hour' then 'day' end;
  state agent_statistics_state;
  seen bigint[];
  fresh agent_action_statistics[];
  total bigint;
begin
  if not lock_agent_statistics() then
    return null;
  end if;
  select * into state from agent_statistics_state;
  -- First the marks, then the rows: a change that comes in between has a mark that stays.
  seen := array(select id from agent_statistics_marks where resolution = wanted and bucket_start = bucket);
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
    insert into agent_statistics_marks (resolution, bucket_start)
    select coarser, date_bin(agent_statistics_width(coarser), bucket, 'epoch')
    where coarser is not null and not exists (
      select from agent_statistics_marks
      where resolution = coarser and bucket_start = date_bin(agent_statistics_width(coarser), bucket, 'epoch'));
    select coalesce(sum(actions), 0) into total from unnest(fresh) where grouped_by = 'type';
  end if;
  delete from agent_statistics_marks where id = any (seen);
  return coalesce(total, 0);
end
$$;
comment on function refresh_agent_statistics(text, timestamptz) is
  'Computes a minute, an hour or a day anew, marks what depends on it, and removes its marks. Returns the number of actions; null when another process is at it.';

create function count_agent_actions(resolution text, from_time timestamptz, to_time timestamptz) returns setof agent_action_statistics
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
      left(environment, 200) as environment, left(agent_version, 200) as agent_version,
      agent_duration_bucket(duration_ms) as bucket,
      count(*) as actions,
      count(*) filter (where agent_action_failed(action_type, status, error_group, action_details)) as failed,
      count(*) filter (where state = 'running') as running,
      count(*) filter (where state = 'abandoned') as abandoned,
      sum(duration_ms) as sum_ms,
      max(duration_ms) as max_ms
    from agent_actions
    where created_at >= from_time and created_at < to_time
    group by 1, 2, 3, 4, 5, 6, 7
  ) as cells
  group by action_type, action_name, agent_name, project_name, environment, agent_version
$$;
comment on function count_agent_actions(text, timestamptz, timestamptz) is 'Statistics between two times from the rows, by combination.';

create function merge_agent_statistics(given agent_action_statistics[]) returns setof agent_action_statistics
language sql immutable
as $$
  select resolution, bucket_start, grouped_by, action_type, action_name, agent_name, project_name, environment, agent_version,
    sum(actions)::bigint, sum(failed)::bigint, sum(running)::bigint, sum(abandoned)::bigint, sum(duration_count)::bigint,
    sum(duration_sum_ms)::bigint, max(duration_max_ms),
    coalesce(array_agg(duration_bucket) filter (where duration_bucket is not null), '{}'),
    coalesce(array_agg(durations) filter (where duration_bucket is not null), '{}'),
    null::numeric[]
  from (
    select resolution, bucket_start, grouped_by, action_type, action_name, agent_name, project_name, environment, agent_version, duration_bucket,
      sum(durations)::bigint as durations,
      -- What is of the row, and not of a bucket of its histogram, counts once.
      sum(actions) filter (where first) as actions,
      sum(failed) filter (where first) as failed,
      sum(running) filter (where first) as running,
      sum(abandoned) filter (where first) as abandoned,
      sum(duration_count) filter (where first) as duration_count,
      sum(duration_sum_ms) filter (where first) as duration_sum_ms,
      max(duration_max_ms) as duration_max_ms
    from unnest(given)
      left join lateral unnest(duration_buckets, duration_bucket_counts) with ordinality as histogram (duration_bucket, durations, place) on true,
      lateral (select coalesce(place, 1) = 1) as placed (first)
    group by resolution, bucket_start, grouped_by, action_type, action_name, agent_name, project_name, environment, agent_version, duration_bucket
  ) as cells
  group by resolution, bucket_start, grouped_by, action_type, action_name, agent_name, project_name, environment, agent_version
$$;
comment on function merge_agent_statistics(agent_action_statistics[]) is 'Rows of equal names as one row.';

create function group_agent_statistics(combinations agent_action_statistics[]) returns setof agent_action_statistics
language sql immutable
as $$
  select merged from merge_agent_statistics(array(
    select row(resolution, bucket_start, dimension, action_type, case dimension when 'tool' then action_name end,
      case dimension when 'agent' then agent_name end, case dimension when 'project' then project_name end, null, null, actions, failed,
      running, abandoned, duration_count, duration_sum_ms, duration_max_ms, duration_buckets, duration_bucket_counts, null)::agent_action_statistics
    from unnest(combinations), unnest(array['tool', 'agent', 'project', 'type']) as dimension
    where dimension <> 'tool' or action_type = 'tool_call'
  )) as merged
$$;
comment on function group_agent_statistics(agent_action_statistics[]) is 'Statistics by tool, agent, project and type from those by combination.';

create function bound_agent_statistics(given agent_action_statistics[], max_groups integer) returns setof agent_action_statistics
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
      running, abandoned, duration_count, duration_sum_ms, duration_max_ms, duration_buckets, duration_bucket_counts, null)::agent_action_statistics
    from (select (statistics).* from ranked where place > max_groups) as rare
  )) as merged
$$;
comment on function bound_agent_statistics(agent_action_statistics[], integer) is
  'Of each grouping, so many rows as they are, and the rest as one row for each action type, named (other).';

create function refresh_agent_run_parts(from_time timestamptz, to_time timestamptz) returns void
language sql volatile
as $$
  with fresh as materialized (
    select from_time as part_start, correlation_id, left(agent_name, 500) as agent_name,
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
  gone as (
    delete from agent_run_parts part
    where part_start = from_time and not exists (
      select from fresh where fresh.correlation_id = part.correlation_id and fresh.agent_name = part.agent_name)
    returning correlation_id
  ),
  -- Most runs of a minute that grows have ended: those are left alone.
  changed as (
    select fresh.* from fresh
    where not exists (
      select from agent_run_parts part
      where part.part_start = from_time and part.correlation_id = fresh.correlation_id and part.agent_name = fresh.agent_name
        and row (fresh.*) is not distinct from row (part.*))
  ),
  marked as (
    insert into agent_statistics_marks (resolution, correlation_id)
    select 'run', correlation_id from (select correlation_id from gone union select correlation_id from changed) as runs
  )
  insert into agent_run_parts select changed.* from changed
  on conflict (part_start, correlation_id, agent_name) do update set
    (actions, tool_calls, decisions, errors, successes, failed_actions, running, abandoned, started_at, last_activity_at, correlation_text,
      session_id, project_name, project_path, service_name, environment, user_id, row_versions)
    = (excluded.actions, excluded.tool_calls, excluded.decisions, excluded.errors, excluded.successes, excluded.failed_actions,
      excluded.running, excluded.abandoned, excluded.started_at, excluded.last_activity_at, excluded.correlation_text, excluded.session_id,
      excluded.project_name, excluded.project_path, excluded.service_name, excluded.environment, excluded.user_id, excluded.row_versions)
$$;
comment on function refresh_agent_run_parts(timestamptz, timestamptz) is
  'Computes what runs did between two times from the rows, and marks the runs of which that has changed.';

create function refresh_agent_runs(max_marks integer) returns integer
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
    select correlation_id, agent_name, actions, tool_calls, decisions, errors, successes, failed_actions, 0 as executions, 0 as failed_executions,
      running > 0 as runs, abandoned > 0 as abandoned, started_at, last_activity_at, correlation_text, session_id, project_name, project_path,
      service_name, environment, user_id, null::text as prompt, started_at as action_at
    from agent_run_parts where correlation_id = any (wanted)
    union all
    select correlation_id, agent_name, 0, 0, 0, 0, 0, 0, 1, (status = 'error')::integer, status = 'in_progress', status = 'abandoned',
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
      coalesce(array_agg(distinct agent_name) filter (where agent_name is not null), '{}') as agents,
      min(left(session_id, 500)) as session_id, min(left(project_name, 500)) as project_name, min(project_path) as project_path,
      min(service_name) as service_name, min(environment) as environment, min(user_id) as user_id
    from steps group by correlation_id
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
    started_at, last_activity_at, actions, tool_calls, decisions, errors, successes, failed_actions, executions, failed_executions, agents,
    session_id, project_name, project_path, service_name, environment, user_id
  from summed
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
comment on function refresh_agent_runs(integer) is
  'Computes the summaries that at most so many marks name anew. Returns how many runs; null when another process is at it.';

create function mark_all_agent_statistics() returns void
language plpgsql security definer
as $$
begin
  insert into agent_run_executions select execution_id, correlation_id from agent_execution_logs
  on conflict (execution_id) do update set correlation_id = excluded.correlation_id
  where agent_run_executions.correlation_id <> excluded.correlation_id;
  perform recompute_agent_statistics('-infinity', 'infinity');
  insert into agent_statistics_marks (resolution, correlation_id)
  select 'run', correlation_id
  from (select correlation_id from agent_execution_logs union select correlation_id from agent_runs) as runs;
end
$$;
comment on function mark_all_agent_statistics() is 'Has all statistics computed anew that are not frozen.';

create function advance_agent_statistics(max_changes integer) returns table (active boolean, changes integer, rebuilt text)
language plpgsql security definer
as $$
declare
  state agent_statistics_state;
  here agent_actions_installation;
  latest record;
begin
  changes := 0;
  active := lock_agent_statistics();
  if not active then
    return next;
    return;
  end if;
  select * into state from agent_statistics_state;
  with taken as materialized (
    select change.xact_id, change.position, kind, ids, created_ats, changed_at from agent_action_changes change
    where state.installation is not null
      and (change.xact_id, change.position) > (state.xact_id, state.position) and change.xact_id < pg_snapshot_xmin(pg_current_snapshot())
    order by change.xact_id, change.position
    limit max_changes
  ),
  buckets as (
    select case when at >= state.minutes_since then 'minute' else 'hour' end as resolution,
      date_bin(case when at >= state.minutes_since then interval '1 minute' else interval '1 hour' end, at, 'epoch') as bucket_start,
      min(changed_at) as changed_at, count(*) as actions
    from taken, unnest(created_ats) as at
    where kind = 'action' and isfinite(at)
    group by 1, 2
  ),
  executions as (
    select execution_id, execution.correlation_id, earlier.correlation_id as earlier_id, changed_at
    from (
      select id as execution_id, min(changed_at) as changed_at from taken, unnest(ids) as id where kind = 'execution' group by id
    ) as named
      join agent_execution_logs execution using (execution_id)
      left join agent_run_executions earlier using (execution_id)
  ),
  remembered as (
    insert into agent_run_executions select execution_id, correlation_id from executions
    where correlation_id is distinct from earlier_id
    on conflict (execution_id) do update set correlation_id = excluded.correlation_id
  ),
  runs as (
    select correlation_id, changed_at from executions
    union all
    select earlier_id, changed_at from executions where earlier_id <> correlation_id
  ),
  marked as (
    insert into agent_statistics_marks (resolution, bucket_start, correlation_id, changed_at)
    select resolution, bucket_start, null, changed_at from buckets where bucket_start >= state.frozen_before
    union all
    select 'run', null, correlation_id, min(changed_at) from runs group by correlation_id
  )
  select last.xact_id, last.position,
    (select count(*) from taken)::integer as changes,
    (select coalesce(sum(actions), 0) from buckets where bucket_start < state.frozen_before) as frozen
  into latest
  from (select taken.xact_id, taken.position from taken order by taken.xact_id desc, taken.position desc limit 1) as last;
  -- After reading: what is forgotten in between was read, or makes the place a lost one.
  select * into here from agent_actions_installation;
  if state.installation is distinct from here.id or (here.forgotten_xact_id, here.forgotten_position) > (state.xact_id, state.position)
    or state.xact_id > pg_snapshot_xmax(pg_current_snapshot()) then
    rebuilt := case when state.installation is null then 'they begin'
      else 'the place in the change feed is of another database, or older than the feed reaches back' end;
    -- What commits later is read from the feed; what has committed by now is marked below.
    update agent_statistics_state set installation = here.id, xact_id = pg_snapshot_xmin(pg_current_snapshot()), position = 0,
      rebuilds = rebuilds + 1;
    perform mark_all_agent_statistics();
  elsif latest.changes > 0 then
    changes := latest.changes;
    update agent_statistics_state set xact_id = latest.xact_id, position = latest.position, frozen_changes = frozen_changes + latest.frozen;
  end if;
  return next;
end
$$;
comment on function advance_agent_statistics(integer) is
  'Reads at most so many changes of the change feed and marks what they touch. Not active: another process is at it. rebuilt says why everything was marked, where it was.';

create function consolidate_agent_statistics(until timestamptz default now() - interval '48 hours') returns boolean
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
    returning date_bin('1 hour', bucket_start, 'epoch') as hour, changed_at
  )
  insert into agent_statistics_marks (resolution, bucket_start, changed_at)
  select 'hour', hour, min(changed_at) from marks group by hour;
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
comment on function consolidate_agent_statistics(timestamptz) is
  'Turns the minutes of the oldest hour that has some, and lies before this time, into the hour. True: there may be another one.';

create function freeze_agent_statistics(before timestamptz) returns void
language plpgsql security definer
as $$
declare
  cutoff constant timestamptz := date_bin('1 hour', before + interval '59 minutes 59.999999 seconds', 'epoch');
  step text;
  bucket timestamptz;
begin
  perform pg_advisory_xact_lock('agent_statistics_state'::regclass::oid::integer, 0);
  -- Where statistics were never kept, there is nothing to keep.
  if not exists (select from agent_statistics_state where installation is not null and frozen_before < cutoff) then
    return;
  end if;
  while (select advanced.changes > 0 from advance_agent_statistics(1000) as advanced) loop
  end loop;
  -- Minutes, then the hours that they mark.
  foreach step in array array['minute', 'hour'] loop
    for bucket in
      select distinct bucket_start from agent_statistics_marks where resolution = step and bucket_start < cutoff
    loop
      perform refresh_agent_statistics(step, bucket);
    end loop;
  end loop;
  while refresh_agent_runs(1000) > 0 loop
  end loop;
  update agent_statistics_state set frozen_before = cutoff;
end
$$;
comment on function freeze_agent_statistics(timestamptz) is
  'Brings the statistics before this time up to date and keeps them as they are: to be called before rows are removed for their age. What comes later and began before it is in no statistics.';

create function forget_agent_runs(runs uuid[]) returns void
language sql security definer
as $$
  delete from agent_run_parts where correlation_id = any (runs);
  delete from agent_runs where correlation_id = any (runs);
  delete from agent_run_executions where correlation_id = any (runs);
$$;
comment on function forget_agent_runs(uuid[]) is
  'Removes the summaries of runs, also where they are frozen: for runs that are erased, in the transaction that removes their rows.';

-- Removed rows are not in the change feed. Weeks that are dropped, and rows that are removed from a week itself, fire no trigger of
-- the whole table: what is removed for its age stays in the statistics.
create function mark_removed_agent_actions() returns trigger
language plpgsql security definer
as $$
begin
  insert into agent_statistics_marks (resolution, bucket_start)
  select distinct case when created_at >= minutes_since then 'minute' else 'hour' end,
    date_bin(case when created_at >= minutes_since then interval '1 minute' else interval '1 hour' end, created_at, 'epoch')
  from removed, agent_statistics_state
  where isfinite(created_at) and installation is not null;
  return null;
end
$$;
comment on function mark_removed_agent_actions() is 'Has the statistics of removed actions computed anew.';
create trigger mark_removed_agent_actions after delete on agent_actions
  referencing old table as removed for each statement execute function mark_removed_agent_actions();

create function mark_removed_agent_executions() returns trigger
language plpgsql security definer
as $$
begin
  insert into agent_statistics_marks (resolution, correlation_id)
  select distinct 'run', correlation_id from removed, agent_statistics_state where installation is not null;
  return null;
end
$$;
comment on function mark_removed_agent_executions() is
  'Has the summaries of runs computed anew of which executions were removed.';
create trigger mark_removed_agent_executions after delete on agent_execution_logs
  referencing old table as removed for each statement execute function mark_removed_agent_executions();

-- Debug rows go for their age, so their statistics stay.
alter function cleanup_old_debug_logs() rename to remove_old_debug_actions;
comment on function remove_old_debug_actions() is 'Removes debug rows of agent_actions older than 30 days. Called by cleanup_old_debug_logs.';
create function cleanup_old_debug_logs() returns bigint
language plpgsql
as $$
begin
  perform freeze_agent_statistics(now() - interval '30 days');
  return remove_old_debug_actions();
end
$$;
comment on function cleanup_old_debug_logs() is
  'Removes debug rows of agent_actions older than 30 days and returns how many; their statistics stay. A week that held nothing else is dropped whole.';

create function reset_agent_statistics() returns void
language plpgsql security definer
as $$
begin
  perform pg_advisory_xact_lock('agent_statistics_state'::regclass::oid::integer, 0);
  truncate agent_action_statistics, agent_statistics_marks, agent_run_parts, agent_runs, agent_run_executions;
  update agent_statistics_state set installation = null, xact_id = '0', position = 0, frozen_before = '-infinity', frozen_changes = 0,
    minutes_since = date_bin('1 hour', now() - interval '48 hours', 'epoch');
end
$$;
comment on function reset_agent_statistics() is
  'Removes all statistics and summaries of runs, also what is frozen: views read the rows again, until a process keeps statistics anew.';

-- The same from the rows, for a database in which nobody keeps statistics.
create view agent_action_statistics_of_rows as
select
  resolution, date_bin(agent_statistics_width(resolution), created_at, 'epoch') as bucket_start, grouped_by, action_type,
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
from agent_actions, unnest(array['hour', 'day']) as resolution, unnest(array['combination', 'tool', 'agent', 'project', 'type']) as grouped_by
where grouped_by <> 'tool' or action_type = 'tool_call'
group by 1, 2, 3, 4, 5, 6, 7, 8, 9;
comment on view agent_action_statistics_of_rows is
  'What agent_action_statistics holds of hours and days, computed from all rows with exact percentiles: views read it where nobody keeps statistics.';
comment on column agent_action_statistics_of_rows.resolution is 'hour or day.';
comment on column agent_action_statistics_of_rows.bucket_start is 'Beginning of the hour or day.';
comment on column agent_action_statistics_of_rows.grouped_by is 'combination: by all names. tool (tool calls only), agent, project: by that and the type. type: by the type alone. Other names are null.';
comment on column agent_action_statistics_of_rows.action_type is 'tool_call, decision, error or success.';
comment on column agent_action_statistics_of_rows.action_name is 'The tool, what was decided, the error''s type or the task. The rarest together are named (other).';
comment on column agent_action_statistics_of_rows.agent_name is 'Who acted. The rarest together are named (other).';
comment on column agent_action_statistics_of_rows.project_name is 'Name of the project. The rarest together are named (other).';
comment on column agent_action_statistics_of_rows.environment is 'deployment.environment.name of the agent.';
comment on column agent_action_statistics_of_rows.agent_version is 'Version of the agent.';
comment on column agent_action_statistics_of_rows.actions is 'How many actions began.';
comment on column agent_action_statistics_of_rows.failed is 'Of the actions: failed.';
comment on column agent_action_statistics_of_rows.running is 'Of these: not ended yet.';
comment on column agent_action_statistics_of_rows.abandoned is 'Of these: abandoned, their agent is gone.';
comment on column agent_action_statistics_of_rows.duration_count is 'Of the actions: with a duration.';
comment on column agent_action_statistics_of_rows.duration_sum_ms is 'Milliseconds of all durations.';
comment on column agent_action_statistics_of_rows.duration_max_ms is 'Milliseconds of the longest.';
comment on column agent_action_statistics_of_rows.percentiles_ms is '50th, 95th and 99th percentile of the durations.';
create view agent_runs_of_actions as
select
  correlation_id,
  max(correlation_text) as correlation_text,
  coalesce(
    left((array_agg(user_prompt order by started_at, user_prompt) filter (where user_prompt <> ''))[1], 200),
    (array_agg(left(action_name, 200) order by started_at, id) filter (where action_name is not null))[1]) as title,
  case when bool_or(state = 'running') then 'running' when bool_or(state = 'abandoned') then 'abandoned' else 'ended' end as state,
  min(started_at) as started_at,
  max(last_at) as last_activity_at,
  count(action_type) as actions,
  count(*) filter (where action_type = 'tool_call') as tool_calls,
  count(*) filter (where action_type = 'decision') as decisions,
  count(*) filter (where action_type = 'error') as errors,
  count(*) filter (where action_type = 'success') as successes,
  count(*) filter (where action_failed) as failed_actions,
  count(*) filter (where action_type is null) as executions,
  count(*) filter (where execution_failed) as failed_executions,
  coalesce(array_agg(distinct agent_name) filter (where agent_name is not null), '{}') as agents,
  min(session_id) as session_id,
  min(project_name) as project_name,
  min(project_path) as project_path,
  min(service_name) as service_name,
  min(environment) as environment,
  min(user_id) as user_id
from (
  select
    correlation_id, correlation_text, id, null::text as user_prompt, action_name, state, created_at as started_at,
    greatest(created_at, coalesce(ended_at, created_at + duration_ms * interval '1 millisecond')) as last_at, action_type,
    agent_action_failed(action_type, status, error_group, action_details) as action_failed, false as execution_failed, agent_name, session_id,
    project_name, project_path, service_name, environment, user_id
  from agent_actions
  union all
  select
    correlation_id, correlation_text, execution_id, user_prompt, null,
    case status when 'in_progress' then 'running' when 'abandoned' then 'abandoned' else 'ended' end,
    coalesce(started_at, created_at), greatest(coalesce(started_at, created_at), completed_at), null, false,
    status = 'error', agent_name, session_id, project_name, project_path, service_name, environment, user_id
  from agent_execution_logs
) as steps
group by correlation_id;
comment on view agent_runs_of_actions is
  'What agent_runs holds, computed from all actions and executions: the view runs reads it where nobody keeps statistics.';
comment on column agent_runs_of_actions.correlation_id is 'The run.';
comment on column agent_runs_of_actions.correlation_text is 'What the producer called the run, where that was no UUID.';
comment on column agent_runs_of_actions.title is 'First 200 characters of the first prompt; without one, the name of the first action.';
comment on column agent_runs_of_actions.state is 'running, abandoned or ended.';
comment on column agent_runs_of_actions.started_at is 'When the first action or execution began.';
comment on column agent_runs_of_actions.last_activity_at is 'When the last of them to begin or end did so.';
comment on column agent_runs_of_actions.actions is 'Rows of agent_actions.';
comment on column agent_runs_of_actions.tool_calls is 'Of the actions: tool calls.';
comment on column agent_runs_of_actions.decisions is 'Of the actions: decisions.';
comment on column agent_runs_of_actions.errors is 'Of the actions: of type error.';
comment on column agent_runs_of_actions.successes is 'Of the actions: of type success.';
comment on column agent_runs_of_actions.failed_actions is 'Of the actions: failed.';
comment on column agent_runs_of_actions.executions is 'Rows of agent_execution_logs.';
comment on column agent_runs_of_actions.failed_executions is 'Of these: with the status error.';
comment on column agent_runs_of_actions.agents is 'Who acted or ran.';
comment on column agent_runs_of_actions.session_id is 'Conversation, session or thread.';
comment on column agent_runs_of_actions.project_name is 'Name of the project. The rarest together are named (other).';
comment on column agent_runs_of_actions.project_path is 'Folder of the project.';
comment on column agent_runs_of_actions.service_name is 'service.name of the OpenTelemetry resource.';
comment on column agent_runs_of_actions.environment is 'deployment.environment.name of the agent.';
comment on column agent_runs_of_actions.user_id is 'Person or account that the run acts for.';
-- Views read the one or the other: whether statistics are kept is looked up once a query.
do $$
declare
  tables text := current_schema();
  views text := case when tables = 'public' then 'agent_actions_v1' else left(tables, 46) || '_agent_actions_v1' end;
begin
  perform set_config('agent_actions.search_path', current_setting('search_path'), false);
  perform set_config('search_path', format('%I, %I', views, tables), false);
end
$$;

create or replace view runs as
select
  correlation_id, correlation_text, title, state, started_at, last_activity_at,
  (extract(epoch from last_activity_at - started_at) * 1000)::bigint as duration_ms,
  actions, tool_calls, decisions, errors, successes, failed_actions, executions, failed_executions, agents, session_id, project_name,
  project_path, service_name, environment, user_id, version
from (
  select
    correlation_id, correlation_text, title, state, started_at, last_activity_at, actions, tool_calls, decisions, errors, successes,
    failed_actions, executions, failed_executions, agents, session_id, project_name, project_path, service_name, environment, user_id, version
  from agent_runs where (select installation is not null from agent_statistics_state)
  union all
  select
    correlation_id, correlation_text, title, state, started_at, last_activity_at, actions, tool_calls, decisions, errors, successes,
    failed_actions, executions, failed_executions, agents, session_id, project_name, project_path, service_name, environment, user_id, null
  from agent_runs_of_actions where (select installation is null from agent_statistics_state)
) as kept_or_counted;
comment on view runs is
  'One row a run: the actions and executions of one correlation id. Some seconds behind the rows; where nobody keeps statistics, all rows are read.';
comment on column runs.version is 'Grows with every change of the run or of any of its actions and executions. Null where nobody keeps statistics.';

create or replace function runs_between(since timestamptz, until timestamptz default 'infinity') returns setof runs
language sql stable parallel safe rows 1000
begin atomic
  select * from runs where last_activity_at >= since and started_at < until;
end;
comment on function runs_between(timestamptz, timestamptz) is
  'The runs that began before the second time and were still active at or after the first.';

drop view tool_stats;
create view action_stats as
select
  resolution as period, bucket_start as starts_at, action_type, action_name, agent_name, project_name, environment, agent_version,
  actions, failed as failed_actions, round(failed::numeric / actions, 4) as failed_share, running, abandoned,
  round(duration_sum_ms::numeric / nullif(duration_count, 0), 1) as mean_ms,
  percentiles_ms[1] as p50_ms, percentiles_ms[2] as p95_ms, percentiles_ms[3] as p99_ms, duration_max_ms as max_ms, grouped_by
from (
  select
    resolution, bucket_start, grouped_by, action_type, action_name, agent_name, project_name, environment, agent_version, actions, failed,
    running, abandoned, duration_count, duration_sum_ms, duration_max_ms, percentiles_ms
  from agent_action_statistics where (select installation is not null from agent_statistics_state)
  union all
  select
    resolution, bucket_start, grouped_by, action_type, action_name, agent_name, project_name, environment, agent_version, actions, failed,
    running, abandoned, duration_count, duration_sum_ms::bigint, duration_max_ms, percentiles_ms
  from agent_action_statistics_of_rows where (select installation is null from agent_statistics_state)
) as kept_or_counted;
comment on view action_stats is
  'Actions by minute, hour and day, in five groupings that each count every action: say the period and grouped_by. Some seconds behind the rows.';
comment on column action_stats.period is 'minute (two days, without percentiles), hour or day, in UTC.';
comment on column action_stats.starts_at is 'Beginning of the minute, hour or day.';
comment on column action_stats.action_type is 'tool_call, decision, error or success.';
comment on column action_stats.action_name is 'The tool, what was decided, the error''s type or the task. The rarest together are named (other).';
comment on column action_stats.agent_name is 'Who acted. The rarest together are named (other).';
comment on column action_stats.project_name is 'Name of the project. The rarest together are named (other).';
comment on column action_stats.environment is 'deployment.environment.name of the agent.';
comment on column action_stats.agent_version is 'Version of the agent.';
comment on column action_stats.actions is 'How many actions began.';
comment on column action_stats.failed_actions is 'Of these: failed, as in actions.failed.';
comment on column action_stats.failed_share is 'failed_actions of all actions, 0 to 1.';
comment on column action_stats.running is 'Of these: not ended yet.';
comment on column action_stats.abandoned is 'Of these: abandoned, their agent is gone.';
comment on column action_stats.mean_ms is 'Mean duration in milliseconds.';
comment on column action_stats.p50_ms is 'Median duration in milliseconds, within 2 %.';
comment on column action_stats.p95_ms is '95th percentile of the duration, within 2 %.';
comment on column action_stats.p99_ms is '99th percentile of the duration, within 2 %.';
comment on column action_stats.max_ms is 'Longest duration in milliseconds.';
comment on column action_stats.grouped_by is 'combination: by all names. tool (tool calls only), agent, project: by that and the type. type: by the type alone. Other names are null.';
create view tool_stats as
select
  period, starts_at, action_name as tool_name, agent_name, project_name, environment, agent_version, actions - running as calls,
  failed_actions as failed_calls, round(failed_actions::numeric / (actions - running), 4) as failed_share, running, mean_ms, p50_ms, p95_ms, p99_ms, max_ms
from action_stats where grouped_by = 'combination' and action_type = 'tool_call' and actions > running;
comment on view tool_stats is
  'Tool calls by hour and by day, tool, agent, project, environment and version. Say which: where period = ''hour''. By tool alone: stats_between.';
comment on column tool_stats.period is 'hour or day, in UTC; or minute, for two days and without percentiles.';
comment on column tool_stats.starts_at is 'Beginning of the minute, hour or day.';
comment on column tool_stats.tool_name is 'The tool. The rarest together are named (other).';
comment on column tool_stats.agent_name is 'Who acted. The rarest together are named (other).';
comment on column tool_stats.project_name is 'Name of the project. The rarest together are named (other).';
comment on column tool_stats.environment is 'deployment.environment.name of the agent.';
comment on column tool_stats.agent_version is 'Version of the agent.';
comment on column tool_stats.calls is 'How many tool calls began and have ended.';
comment on column tool_stats.failed_calls is 'Of these: failed, as in actions.failed.';
comment on column tool_stats.failed_share is 'failed_calls of all calls, 0 to 1.';
comment on column tool_stats.running is 'How many more have not ended yet.';
comment on column tool_stats.mean_ms is 'Mean duration in milliseconds.';
comment on column tool_stats.p50_ms is 'Median duration in milliseconds, within 2 %.';
comment on column tool_stats.p95_ms is '95th percentile of the duration, within 2 %.';
comment on column tool_stats.p99_ms is '99th percentile of the duration, within 2 %.';
comment on column tool_stats.max_ms is 'Longest duration in milliseconds.';
create view agent_stats as
select
  period, starts_at, agent_name, action_type, actions, failed_actions, failed_share, running, abandoned, mean_ms, p50_ms, p95_ms, p99_ms, max_ms
from action_stats where grouped_by = 'agent';
comment on view agent_stats is 'Actions by hour and by day, agent and type. Say which: where period = ''day''.';
comment on column agent_stats.period is 'hour or day, in UTC; or minute, for two days and without percentiles.';
comment on column agent_stats.starts_at is 'Beginning of the minute, hour or day.';
comment on column agent_stats.agent_name is 'Who acted. The rarest together are named (other).';
comment on column agent_stats.action_type is 'tool_call, decision, error or success.';
comment on column agent_stats.actions is 'How many actions began.';
comment on column agent_stats.failed_actions is 'Of these: failed, as in actions.failed.';
comment on column agent_stats.failed_share is 'failed_actions of all actions, 0 to 1.';
comment on column agent_stats.running is 'Of these: not ended yet.';
comment on column agent_stats.abandoned is 'Of these: abandoned, their agent is gone.';
comment on column agent_stats.mean_ms is 'Mean duration in milliseconds.';
comment on column agent_stats.p50_ms is 'Median duration in milliseconds, within 2 %.';
comment on column agent_stats.p95_ms is '95th percentile of the duration, within 2 %.';
comment on column agent_stats.p99_ms is '99th percentile of the duration, within 2 %.';
comment on column agent_stats.max_ms is 'Longest duration in milliseconds.';
create view project_stats as
select
  period, starts_at, project_name, action_type, actions, failed_actions, failed_share, running, abandoned, mean_ms, p50_ms, p95_ms, p99_ms, max_ms
from action_stats where grouped_by = 'project' and project_name is not null;
comment on view project_stats is 'Actions by hour and by day, project and type, of actions that name a project. Say which: where period = ''day''.';
comment on column project_stats.period is 'hour or day, in UTC; or minute, for two days and without percentiles.';
comment on column project_stats.starts_at is 'Beginning of the minute, hour or day.';
comment on column project_stats.project_name is 'Name of the project. The rarest together are named (other).';
comment on column project_stats.action_type is 'tool_call, decision, error or success.';
comment on column project_stats.actions is 'How many actions began.';
comment on column project_stats.failed_actions is 'Of these: failed, as in actions.failed.';
comment on column project_stats.failed_share is 'failed_actions of all actions, 0 to 1.';
comment on column project_stats.running is 'Of these: not ended yet.';
comment on column project_stats.abandoned is 'Of these: abandoned, their agent is gone.';
comment on column project_stats.mean_ms is 'Mean duration in milliseconds.';
comment on column project_stats.p50_ms is 'Median duration in milliseconds, within 2 %.';
comment on column project_stats.p95_ms is '95th percentile of the duration, within 2 %.';
comment on column project_stats.p99_ms is '99th percentile of the duration, within 2 %.';
comment on column project_stats.max_ms is 'Longest duration in milliseconds.';
create view duration_histograms as
select
  resolution as period, bucket_start as starts_at, grouped_by, action_type, action_name, agent_name, project_name, environment, agent_version,
  actions, failed as failed_actions, duration_count, duration_sum_ms, duration_max_ms as max_ms, duration_buckets, duration_bucket_counts
from agent_action_statistics;
comment on view duration_histograms is
  'What percentiles are computed from by agent_duration_quantiles(), also of several rows together. Empty where nobody keeps statistics.';
comment on column duration_histograms.period is 'minute, hour or day, in UTC.';
comment on column duration_histograms.starts_at is 'Beginning of the minute, hour or day.';
comment on column duration_histograms.grouped_by is 'As in action_stats.';
comment on column duration_histograms.action_type is 'tool_call, decision, error or success.';
comment on column duration_histograms.action_name is 'As in action_stats.';
comment on column duration_histograms.agent_name is 'As in action_stats.';
comment on column duration_histograms.project_name is 'As in action_stats.';
comment on column duration_histograms.environment is 'As in action_stats.';
comment on column duration_histograms.agent_version is 'As in action_stats.';
comment on column duration_histograms.actions is 'How many actions began.';
comment on column duration_histograms.failed_actions is 'Of these: failed.';
comment on column duration_histograms.duration_count is 'Of these: with a duration.';
comment on column duration_histograms.duration_sum_ms is 'Milliseconds of all durations together.';
comment on column duration_histograms.max_ms is 'Milliseconds of the longest.';
comment on column duration_histograms.duration_buckets is 'Numbers of the buckets that hold something: bucket i holds what is above 1.04^(i-1) and at most 1.04^i milliseconds, -1 holds 0.';
comment on column duration_histograms.duration_bucket_counts is 'Durations in each of duration_buckets.';
create function stats_between(dimension text, since timestamptz, until timestamptz default now())
returns table (name text, action_type text, actions bigint, failed_actions bigint, failed_share numeric, mean_ms numeric, p50_ms numeric, p95_ms numeric, p99_ms numeric, max_ms integer)
language sql stable
begin atomic
  with days as (
    select date_bin('24 hours', since + interval '24 hours' - interval '1 microsecond', 'epoch') as first_day,
      date_bin('24 hours', until, 'epoch') as last_day
  ),
  -- Whole days by the day, what is left at both ends by the hour.
  parts (resolution, from_time, to_time) as (
    select 'day', first_day, last_day from days
    union all
    select 'hour', date_bin('1 hour', since, 'epoch'), least(first_day, until) from days
    union all
    select 'hour', greatest(last_day, date_bin('1 hour', since, 'epoch')), until from days where last_day >= first_day
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
comment on function stats_between(text, timestamptz, timestamptz) is
  'Statistics of a whole range by tool, agent, project or type, with percentiles of all durations in it: from the hour of the first time to that of the second. Needs kept statistics.';

select set_config('search_path', current_setting('agent_actions.search_path'), false);

do $$
declare
  of_ours record;
  granted record;
begin
  for of_ours in
    select pg_proc.oid::regprocedure as name, prosecdef from pg_proc
    where pronamespace = current_schema()::regnamespace and proname in (
      'lock_agent_statistics', 'recompute_agent_statistics', 'refresh_agent_statistics', 'count_agent_actions', 'merge_agent_statistics',
      'group_agent_statistics', 'bound_agent_statistics', 'refresh_agent_run_parts',
      'refresh_agent_runs', 'advance_agent_statistics', 'mark_all_agent_statistics', 'consolidate_agent_statistics',
      'freeze_agent_statistics', 'forget_agent_runs', 'reset_agent_statistics', 'mark_removed_agent_actions', 'mark_removed_agent_executions', 'cleanup_old_debug_logs')
  loop
    execute format('alter function %s set search_path = %I, pg_temp', of_ours.name, current_schema());
    if of_ours.prosecdef then
      -- Compiling a plan takes longer than most of these run.
      execute format('alter function %s set jit = off', of_ours.name);
      execute format('alter function %s set work_mem = ''32MB''', of_ours.name);
      execute format('revoke execute on function %s from public', of_ours.name);
    end if;
  end loop;
  -- Whoever writes actions may keep their statistics.
  for granted in
    select distinct case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end as role
    from pg_class, aclexplode(relacl)
    where pg_class.oid = 'agent_actions'::regclass and privilege_type = 'INSERT' and grantee <> relowner
  loop
    execute format('grant select on agent_statistics_state, agent_statistics_marks to %s', granted.role);
    execute format(
      'grant execute on function advance_agent_statistics(integer), refresh_agent_statistics(text, timestamptz), refresh_agent_runs(integer), consolidate_agent_statistics(timestamptz) to %s',
      granted.role);
  end loop;
end
$$;
