-- What one asks agent_actions most: by a run's own name, for the traces of the last day, and to forget old debug rows.

create function correlation_uuid(correlation text) returns uuid
language sql immutable strict parallel safe
as $$
  select case
    when correlation ~ '^[0-9A-Fa-f]{32}$'
      or correlation ~ '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$'
    then correlation::uuid
    else (
      select encode(
        set_byte(
          set_byte(substr(hash, 1, 16), 6, (get_byte(hash, 6) & 15) | 128),
          8, (get_byte(hash, 8) & 63) | 128),
        'hex')::uuid
      from sha256(decode('9a1f3b527c0e4d588f2b6e5d1c4a7b30', 'hex') || convert_to(correlation, 'UTF8')) as hash
    )
  end
$$;

comment on function correlation_uuid(text) is
  'The correlation_id that a producer''s text is stored under: a UUID as it is, any other text as a UUIDv8 of it (RFC 9562, appendix B.2).';

create view recent_debug_traces as
select
  correlation_id,
  agent_name,
  count(*) as action_count,
  min(created_at) as trace_started,
  max(coalesce(ended_at, created_at)) as trace_ended,
  sum(duration_ms) as total_duration_ms,
  count(*) filter (where action_type = 'error') as error_count,
  count(*) filter (where action_type = 'success') as success_count,
  jsonb_agg(
    jsonb_build_object('action_type', action_type, 'action_name', action_name, 'created_at', created_at)
    order by created_at, id
  ) as actions_timeline
from agent_actions
where debug_mode and created_at > now() - interval '24 hours'
group by correlation_id, agent_name;

comment on view recent_debug_traces is
  'Debug actions of the last 24 hours, one row per correlation id and agent.';
comment on column recent_debug_traces.correlation_id is 'Ties one run together.';
comment on column recent_debug_traces.agent_name is 'Who acted.';
comment on column recent_debug_traces.action_count is 'How many actions.';
comment on column recent_debug_traces.trace_started is 'Start of the first action.';
comment on column recent_debug_traces.trace_ended is 'Latest end, or start where no end is known.';
comment on column recent_debug_traces.total_duration_ms is
  'Milliseconds of all actions together; an action inside another counts in both.';
comment on column recent_debug_traces.error_count is 'Actions of type error.';
comment on column recent_debug_traces.success_count is 'Actions of type success.';
comment on column recent_debug_traces.actions_timeline is
  'Array of {action_type, action_name, created_at} in order.';

-- One of the specification's own may be there, and with another result type it could not be replaced.
drop function if exists cleanup_old_debug_logs();

create function cleanup_old_debug_logs() returns bigint
language plpgsql
-- Dropping a week shuts everyone out of agent_actions for a moment: not for longer than this.
set lock_timeout = '5s'
as $$
declare
  cutoff constant timestamptz := now() - interval '30 days';
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
      execute format('select not exists (select from %s where not debug_mode)', week.name) into only_debug;
    end if;
    if only_debug then
      expired := expired || week.name;
    else
      execute format('delete from %s where debug_mode and created_at < $1', week.name) using cutoff;
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
      execute format('select coalesce(bool_and(debug_mode), true), count(*) from %s', expired_week)
        into only_debug, rows_here;
    end if;
    if may_drop and only_debug then
      execute format('drop table %s', expired_week);
    else
      execute format('delete from %s where debug_mode', expired_week);
      get diagnostics rows_here = row_count;
    end if;
    removed := removed + rows_here;
  end loop;
  return removed;
end
$$;

comment on function cleanup_old_debug_logs() is
  'Removes debug rows of agent_actions older than 30 days and returns how many. A week that held nothing else is dropped whole.';
