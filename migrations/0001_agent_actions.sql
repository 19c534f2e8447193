-- agent_actions: the table of the specification, with columns of our own behind, cut into weeks.
--
-- A database that already has the specification's plain table keeps every row and every value: the rows are copied into
-- the weeks that they belong to, in this same transaction, and the count is compared before the plain table goes.

-- The runner's own tables; they are missing when this file is run by hand.
do $$
begin
  if to_regclass('agent_actions_migrations') is not null then
    alter table agent_actions_migrations add column sha256 text;
    comment on table agent_actions_migrations is 'Which migrations this database has.';
    comment on column agent_actions_migrations.name is 'Name of the file, without its ending.';
    comment on column agent_actions_migrations.timestamp is 'When it was applied: ISO 8601.';
    comment on column agent_actions_migrations.sha256 is 'SHA-256 of the file as it was applied, hex.';
  end if;
  if to_regclass('agent_actions_migration_lock') is not null then
    comment on table agent_actions_migration_lock is
      'Made by the migration runner, which locks with an advisory lock instead and leaves this as it is.';
    comment on column agent_actions_migration_lock.id is 'Always migration_lock.';
    comment on column agent_actions_migration_lock.is_locked is 'Always 0.';
  end if;
end
$$;

do $$
declare
  found "char" := (select relkind from pg_class where oid = to_regclass('agent_actions'));
begin
  if found is null then
    return;
  end if;
  if found <> 'r' then
    raise exception 'agent_actions exists and is not a plain table'
      using hint = 'Rename it, then run agent-actions migrate again.';
  end if;
  -- Should its times be without a zone: they are UTC, as everywhere.
  set local timezone = 'UTC';
  lock table agent_actions in access exclusive mode;
  -- A view holds no rows, and it would keep the plain table from going. 0002 makes it anew.
  if (select relkind from pg_class where oid = to_regclass('recent_debug_traces')) = 'v' then
    drop view recent_debug_traces;
  end if;
  alter table agent_actions rename to agent_actions_plain;
end
$$;

create table agent_actions (
  id uuid not null default gen_random_uuid(),
  correlation_id uuid not null,
  agent_name text not null,
  action_type text not null
    constraint agent_actions_action_type_check
    check (action_type in ('tool_call', 'decision', 'error', 'success')),
  action_name text not null,
  action_details jsonb default '{}'::jsonb,
  debug_mode boolean not null default true,
  duration_ms integer,
  project_path text,
  project_name text,
  working_directory text,
  created_at timestamptz not null default now(),
  -- From here on our own; all may be null, so that an insert that knows only the columns above still works.
  trace_id text,
  span_id text,
  parent_span_id text,
  ended_at timestamptz,
  status text
    constraint agent_actions_status_check check (status in ('running', 'ok', 'error', 'abandoned')),
  error_type text,
  -- Not error_message: `group by error_message`, which means the one in the details, would take the column instead.
  status_message text,
  session_id text,
  tool_call_id text,
  source text,
  service_name text,
  producer text,
  correlation_text text,
  repairs text[]
) partition by range (created_at);

create table agent_actions_default partition of agent_actions default;

comment on table agent_actions is
  'What agents did: one row an action. One partition a week (Monday, UTC), made ahead and on demand.';
comment on table agent_actions_default is
  'Actions whose date is more than five years back or five weeks ahead, and those that came before their week was made.';
comment on column agent_actions.id is
  'Identity of the action: the start in milliseconds, then a hash of what names it. The same however often it is sent.';
comment on column agent_actions.correlation_id is
  'Ties one run together. Another text than a UUID became one: correlation_uuid(text) finds it.';
comment on column agent_actions.agent_name is 'Who acted.';
comment on column agent_actions.action_type is 'tool_call, decision, error or success.';
comment on column agent_actions.action_name is 'The tool, what was decided, the error''s type, or the task.';
comment on column agent_actions.action_details is
  'tool_call: tool_parameters, tool_result, success, error_message. decision: decision_context, decision_result. error: error_type, error_message, error_context. Fields that the contract does not know are kept here under their own names.';
comment on column agent_actions.debug_mode is
  'Part of recent_debug_traces, and removed by cleanup_old_debug_logs() after 30 days.';
comment on column agent_actions.duration_ms is 'Milliseconds from start to end.';
comment on column agent_actions.project_path is 'Folder of the project.';
comment on column agent_actions.project_name is 'Name of the project.';
comment on column agent_actions.working_directory is 'Folder that the agent ran in.';
comment on column agent_actions.created_at is 'When the action began; the same in every event about it.';
comment on column agent_actions.trace_id is 'OpenTelemetry trace id, 32 hex digits.';
comment on column agent_actions.span_id is 'OpenTelemetry span id, 16 hex digits.';
comment on column agent_actions.parent_span_id is 'Span id of the action or span around this one.';
comment on column agent_actions.ended_at is 'When the action ended.';
comment on column agent_actions.status is 'running, ok, error or abandoned; null where the producer does not say.';
comment on column agent_actions.error_type is 'error.type of the OpenTelemetry conventions.';
comment on column agent_actions.status_message is 'What the error said: the event''s error_message. The one of the details stays in the details.';
comment on column agent_actions.session_id is 'Conversation, session or thread.';
comment on column agent_actions.tool_call_id is 'The model''s id of the tool call.';
comment on column agent_actions.source is 'Dialect of the span that the event was made from; null for an event that was no span.';
comment on column agent_actions.service_name is 'service.name of the OpenTelemetry resource that the agent ran in.';
comment on column agent_actions.producer is 'Package name and version of who made the event.';
comment on column agent_actions.correlation_text is 'The text that correlation_id was made from, where it was no UUID.';
comment on column agent_actions.repairs is 'What was mended in the event, as "field: how"; null for an event that was right as it came.';

-- Runs as its owner, so that a role that may only insert can have a week made: grant execute to that role.
create function ensure_agent_actions_partition(at timestamptz) returns boolean
language plpgsql security definer
-- Attaching waits for queries that read the default partition, and everyone else waits behind it. A caller that gets
-- SQLSTATE 55P03 goes on: its rows land in the default partition, and move when the week is made later.
set lock_timeout = '1s'
as $$
declare
  first_day timestamptz;
  next_week timestamptz;
  week text;
begin
  if at is null or not isfinite(at) or at < now() - interval '5 years' or at > now() + interval '5 weeks' then
    return false;
  end if;
  -- Not sooner: the first and the last times that PostgreSQL has are in no week that it has.
  first_day := date_trunc('week', at, 'UTC');
  next_week := first_day + interval '168 hours';
  week := to_char(first_day at time zone 'UTC', '"agent_actions_w"YYYYMMDD');
  if to_regclass(week) is not null then
    return true;
  end if;
  -- First what attaching locks anyway, in one order with cleanup_old_debug_logs(): so there is one maker at a time, and
  -- nobody waits in a circle. Locks on tables, because an advisory one would not show what the maker before has made.
  lock table only agent_actions in share update exclusive mode;
  lock table agent_actions_default in access exclusive mode;
  if to_regclass(week) is not null then
    return true;
  end if;
  execute format('create table %I (like agent_actions including all excluding comments)', week);
  execute format(
    'with moved as (delete from agent_actions_default where created_at >= $1 and created_at < $2 returning *)
     insert into %I select * from moved', week)
    using first_day, next_week;
  execute format(
    'alter table agent_actions attach partition %I for values from (%L) to (%L)', week, first_day, next_week);
  return true;
end
$$;

comment on function ensure_agent_actions_partition(timestamptz) is
  'Makes the week of agent_actions that this time belongs to, unless it exists. False: no reasonable date, the default partition takes it.';

-- Nothing is looked up in a schema that a caller may choose.
do $$
begin
  execute format(
    'alter function ensure_agent_actions_partition(timestamptz) set search_path = %I, pg_temp', current_schema());
end
$$;
revoke execute on function ensure_agent_actions_partition(timestamptz) from public;

do $$
declare
  plain regclass := to_regclass('agent_actions_plain');
  columns text;
  foreign_column record;
  granted record;
  dependents text;
  rows_before bigint;
  rows_after bigint;
begin
  if plain is null then
    return;
  end if;
  -- Columns that somebody added to the plain table go on as they are, but may be null: our inserts do not know them.
  for foreign_column in
    select attname, format_type(atttypid, atttypmod) as type, col_description(attrelid, attnum) as comment
    from pg_attribute theirs
    where attrelid = plain and attnum > 0 and not attisdropped and not exists (
      select from pg_attribute ours where ours.attrelid = 'agent_actions'::regclass and ours.attname = theirs.attname)
    order by attnum
  loop
    execute format('alter table agent_actions add column %I %s', foreign_column.attname, foreign_column.type);
    execute format('comment on column agent_actions.%I is %L', foreign_column.attname, foreign_column.comment);
  end loop;
  perform ensure_agent_actions_partition(latest)
  from (
    select max(created_at) as latest from agent_actions_plain
    where created_at between now() - interval '5 years' and now() + interval '5 weeks'
    group by date_trunc('week', created_at, 'UTC')
  ) as weeks;
  select string_agg(quote_ident(attname), ', ' order by attnum) into columns
  from pg_attribute where attrelid = plain and attnum > 0 and not attisdropped;
  execute format('insert into agent_actions (%1$s) select %1$s from agent_actions_plain', columns);
  select count(*) into rows_before from agent_actions_plain;
  select count(*) into rows_after from agent_actions;
  if rows_before <> rows_after then
    raise exception 'agent_actions had % rows, % were copied', rows_before, rows_after;
  end if;
  for granted in
    select privilege_type, is_grantable, grantee, relowner
    from pg_class, aclexplode(relacl)
    where pg_class.oid = plain and grantee <> relowner
  loop
    execute format('grant %s on agent_actions to %s %s', granted.privilege_type,
      case when granted.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(granted.grantee)) end,
      case when granted.is_grantable then 'with grant option' else '' end);
  end loop;
  begin
    drop table agent_actions_plain;
  exception when dependent_objects_still_exist then
    get stacked diagnostics dependents = pg_exception_detail;
    raise exception 'other objects depend on the table agent_actions: %',
      replace(dependents, 'agent_actions_plain', 'agent_actions')
      using errcode = 'dependent_objects_still_exist',
        hint = 'Drop these views and foreign keys, run agent-actions migrate, and make them again.';
  end;
end
$$;

-- After the copy: an index that is built is faster than one that grows.
alter table agent_actions add constraint agent_actions_pkey primary key (id, created_at);
create index idx_agent_actions_correlation_id on agent_actions (correlation_id);
create index idx_agent_actions_agent_name on agent_actions (agent_name);
create index idx_agent_actions_action_type on agent_actions (action_type);
create index idx_agent_actions_created_at on agent_actions (created_at desc);

select ensure_agent_actions_partition(now());
select ensure_agent_actions_partition(now() + interval '1 week');
