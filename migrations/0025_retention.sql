-- Removing rows for their age: holds are respected, what is kept from statistics stays, and how far contents were removed is remembered.

create function agent_row_held(
  correlation_id uuid, session_id text, user_id text, on_behalf_of text[], project_name text, agent_name text, service_name text) returns boolean
language sql stable parallel safe
as $$
  select exists (
    select from agent_holds hold
    where hold.until > now() and case hold.field
      when 'run' then hold.value::uuid = correlation_id
      when 'session' then hold.value = session_id
      when 'user' then hold.value = user_id
      when 'on_behalf_of' then on_behalf_of @> array[hold.value]
      when 'project' then hold.value = project_name
      when 'agent' then hold.value = agent_name
      when 'service' then hold.value = service_name
    end)
$$;
comment on function agent_row_held(uuid, text, text, text[], text, text, text) is
  'Whether one of agent_holds names a row with these values; null for what the row does not have.';

create table agent_retention_state (
  contents_before timestamptz not null default '-infinity',
  retained_at timestamptz,
  only_row boolean primary key default true check (only_row)
);
insert into agent_retention_state default values;
comment on table agent_retention_state is 'One row: how far agent-actions retain has come.';
comment on column agent_retention_state.contents_before is 'Contents of rows that began before this time were removed.';
comment on column agent_retention_state.retained_at is 'When it last came to its end.';
comment on column agent_retention_state.only_row is 'Keeps a second row out.';

-- What goes for its age stays in the summaries of runs, as it does in the statistics.
create or replace function mark_removed_agent_executions() returns trigger
language plpgsql security definer
as $$
begin
  if current_setting('agent_actions.retaining', true) = 'on' then
    return null;
  end if;
  insert into agent_statistics_marks (resolution, correlation_id)
  select distinct 'run', correlation_id from removed, agent_statistics_state where installation is not null;
  return null;
end
$$;
comment on function mark_removed_agent_executions() is
  'Has the summaries of runs computed anew of which executions were removed, other than for their age.';

create or replace function remove_old_debug_actions() returns bigint
language plpgsql
-- Dropping a week shuts everyone out of agent_actions for a moment: not for longer than this.
set lock_timeout = '5s'
as $$
declare
  cutoff constant timestamptz := now() - interval '30 days';
  removable constant text :=
    'debug_mode and not agent_row_held(correlation_id, session_id, user_id, on_behalf_of, project_name, agent_name, service_name)';
  week record;
  expired regclass[] := '{}';
  expired_week regclass;
  only_debug boolean;
  may_drop boolean := true;
  rows_here bigint;
  removed bigint := 0;
begin
  for week in
    select relation.oid::regclass as name,
      pg_has_role(relation.relowner, 'usage')
        and to_date(substring(relation.relname from '^agent_actions_w(\d{8})$'), 'YYYYMMDD')
          < (cutoff at time zone 'UTC')::date - 7 as may_drop
    from pg_inherits join pg_class relation on relation.oid = inhrelid
    where inhparent = 'agent_actions'::regclass
    order by relation.relname
  loop
    only_debug := false;
    if week.may_drop then
      execute format('select not exists (select from %s where not (%s))', week.name, removable) into only_debug;
    end if;
    if only_debug then
      expired := expired || week.name;
    else
      execute format('delete from %s where %s and created_at < $1', week.name, removable) using cutoff;
      get diagnostics rows_here = row_count;
      removed := removed + rows_here;
    end if;
  end loop;
  if expired = '{}' then
    return removed;
  end if;
  -- Last, because these locks stay until the end of the transaction; the table before its parts, as every query does.
  begin
    lock table only agent_actions in access exclusive mode;
  exception when lock_not_available or deadlock_detected then
    may_drop := false;
  end;
  foreach expired_week in array expired loop
    if may_drop then
      execute format('lock table %s in access exclusive mode', expired_week);
      -- A row may have come since the first look.
      execute format('select coalesce(bool_and(%s), true), count(*) from %s', removable, expired_week)
        into only_debug, rows_here;
    end if;
    if may_drop and only_debug then
      execute format('drop table %s', expired_week);
    else
      execute format('delete from %s where %s', expired_week, removable);
      get diagnostics rows_here = row_count;
    end if;
    removed := removed + rows_here;
  end loop;
  return removed;
end
$$;

do $$
declare
  granted record;
begin
  execute format('alter function mark_removed_agent_executions() set search_path = %I, pg_temp', current_schema());
  alter function mark_removed_agent_executions() set jit = off;
  alter function mark_removed_agent_executions() set work_mem = '32MB';
  execute format('alter function agent_row_held(uuid, text, text, text[], text, text, text) set search_path = %I, pg_temp', current_schema());
  for granted in
    select distinct case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end as role
    from pg_class, aclexplode(relacl)
    where pg_class.oid = 'agent_actions'::regclass and privilege_type = 'INSERT' and grantee <> relowner
  loop
    execute format('grant select, update on agent_retention_state to %s', granted.role);
  end loop;
end
$$;
