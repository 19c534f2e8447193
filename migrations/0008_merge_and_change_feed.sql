-- One row that is told of several times, the feed of changes that everything derived reads, and times that no session's settings
-- change.

alter table agent_actions
  add column merged_at timestamptz,
  add column field_origins jsonb;
comment on column agent_actions.merged_at is
  'When another event about the action last changed the row; null for a row that one transaction wrote.';
comment on column agent_actions.field_origins is
  'Which event each field is from, where that is another than the row''s own state and Kafka record say. The least one holds, so the order of arrival is indifferent: see merge_agent_action.';

-- Of every field, the value with the least origin holds: said rather than inferred, then the latest state, then the first record.
-- A least of a set depends neither on order nor on repetition, so the row does not either. A newer mapping that corrects an
-- older one would stand in front of all three. src/store/tables/merge-actions.ts does the same within a batch.
create function merge_agent_action(stored jsonb, arrived jsonb) returns jsonb
language sql immutable parallel safe
as $$
  with both_rows (said, nth, own, rank) as (
    select said, nth,
      concat(rank, ' ', said ->> 'kafka_topic', '/', lpad(said ->> 'kafka_partition', 10, '0'), '/', lpad(said ->> 'kafka_offset', 19, '0')),
      rank
    from (values (stored, 1), (arrived, 2)) as given (said, nth),
      lateral (select case said ->> 'state' when 'running' then '2' when 'abandoned' then '1' else '0' end) as ranked (rank)
  ),
  winner as (
    select * from both_rows order by own collate "C", nth limit 1
  ),
  waiting as (
    select stored -> 'unresolved_parent_span_id' <> 'null' and arrived -> 'unresolved_parent_span_id' <> 'null' as both_wait
  ),
  fields as (
    select name, value, nth,
      coalesce(
        said -> 'field_origins' ->> name,
        case when said -> 'inferred_fields' ? name and said -> 'unresolved_parent_span_id' <> 'null' then '1' else '0' end || own
      ) as origin
    from both_rows,
      lateral (
        select key as name, value from jsonb_each(said)
        where value <> 'null' and key not in (
          'id', 'created_at', 'state', 'kafka_topic', 'kafka_partition', 'kafka_offset', 'producer_epoch', 'producer_sequence',
          'merged_at', 'field_origins', 'unresolved_parent_span_id', 'inferred_fields', 'debug_mode', 'correlation_id',
          'correlation_text', 'action_details')
        -- What goes together comes from one event.
        union all
        select 'correlation_id', jsonb_build_array(said -> 'correlation_id', said -> 'correlation_text')
        -- Details are merged, a member at a time.
        union all
        select 'action_details.' || key, value
        from jsonb_each(case when jsonb_typeof(said -> 'action_details') = 'object' then said -> 'action_details' else '{}' end)
      ) as given
    -- How it stands is what the events of the latest state say.
    where name <> 'status' or rank = (select winner.rank from winner)
  ),
  best as (
    select distinct on (name) name, value, origin from fields order by name, origin collate "C", nth
  )
  select nullif(
    stored || '{"status": null}'
      || (select jsonb_object_agg(name, value) from best where name <> 'correlation_id' and not starts_with(name, 'action_details.'))
      || (select jsonb_build_object('correlation_id', value -> 0, 'correlation_text', value -> 1) from best where name = 'correlation_id')
      || coalesce(
        (select jsonb_build_object('action_details', jsonb_object_agg(substr(name, 16), value))
         from best where starts_with(name, 'action_details.') having count(*) > 0),
        '{}')
      || (select jsonb_build_object(
          'state', said -> 'state',
          'kafka_topic', said -> 'kafka_topic',
          'kafka_partition', said -> 'kafka_partition',
          'kafka_offset', said -> 'kafka_offset',
          'producer_epoch', said -> 'producer_epoch',
          'producer_sequence', said -> 'producer_sequence',
          'debug_mode', (stored -> 'debug_mode')::boolean and (arrived -> 'debug_mode')::boolean,
          -- Where one of the events knows what is around the action, nothing more is waited for.
          'unresolved_parent_span_id', case when both_wait then said -> 'unresolved_parent_span_id' end,
          'inferred_fields', case when both_wait then (
            select jsonb_agg(name order by name collate "C")
            from (
              select jsonb_array_elements_text(nullif(stored -> 'inferred_fields', 'null'))
              union select jsonb_array_elements_text(nullif(arrived -> 'inferred_fields', 'null'))
            ) as inferred (name) left join best using (name)
            where origin is null or starts_with(origin, '1')) end,
          'field_origins', (select jsonb_object_agg(name, origin) from best where origin <> '0' || own)
        ) from winner, waiting),
    stored)
$$;
comment on function merge_agent_action(jsonb, jsonb) is
  'The row that two rows about one action make, as JSON; null when the second adds nothing to the first. The same in whatever order and however often they are merged.';

-- Which call a globally unique call id names, so that every way to tell of the call finds its row.
create table agent_action_keys (
  sender text not null,
  session_id text not null,
  call_id text not null,
  id uuid not null,
  created_at timestamptz not null,
  primary key (sender, session_id, call_id)
);
comment on table agent_action_keys is
  'Which action a globally unique call id names. Written only for events that carry such a key; no producer sends one yet, so it is empty.';
comment on column agent_action_keys.sender is 'Namespace that the consumer knows the sender by, never what an event says of itself.';
comment on column agent_action_keys.session_id is 'Conversation, session or thread.';
comment on column agent_action_keys.call_id is 'A call id that is random, such as toolu_...; never one that a framework counts up.';
comment on column agent_action_keys.id is 'The action''s id.';
comment on column agent_action_keys.created_at is 'The action''s created_at: both are its key in agent_actions.';

create table agent_actions_installation (
  id uuid not null default gen_random_uuid(),
  created_at timestamptz not null default now(),
  forgotten_xact_id xid8 not null default '0',
  forgotten_position bigint not null default 0,
  only_row boolean primary key default true check (only_row)
);
insert into agent_actions_installation default values;
comment on table agent_actions_installation is 'One row: which database this is.';
comment on column agent_actions_installation.id is
  'A place in the change feed holds only with this id. Give a restored database a new one: update agent_actions_installation set id = gen_random_uuid()';
comment on column agent_actions_installation.created_at is 'When the change feed began.';
comment on column agent_actions_installation.forgotten_xact_id is 'The last change that was forgotten: its transaction.';
comment on column agent_actions_installation.forgotten_position is 'The last change that was forgotten: its position.';
comment on column agent_actions_installation.only_row is 'Keeps a second row out.';

create sequence agent_action_changes_position_seq;
create table agent_action_changes (
  xact_id xid8 not null default pg_current_xact_id(),
  position bigint not null default nextval('agent_action_changes_position_seq'),
  kind text not null,
  ids uuid[] not null,
  created_ats timestamptz[] not null,
  changed_at timestamptz not null default now(),
  day_slot smallint not null default (extract(epoch from now())::bigint / 86400 % 16)::smallint
) partition by list (day_slot);
alter sequence agent_action_changes_position_seq owned by agent_action_changes.position;
create index agent_action_changes_xact_id on agent_action_changes (xact_id, position);
-- Ids are random: Postgres would try to compress them, and fail.
alter table agent_action_changes
  alter column ids set storage external,
  alter column created_ats set storage external;
do $$
begin
  for slot in 0..15 loop
    execute format('create table agent_action_changes_%s partition of agent_action_changes for values in (%s)', slot, slot);
  end loop;
end
$$;
comment on table agent_action_changes is
  'Which rows each transaction wrote or changed, in the order of transactions; kept for seven days. Read it below pg_snapshot_xmin(pg_current_snapshot()), or changes that commit later are missed.';
comment on column agent_action_changes.xact_id is 'The transaction that wrote the rows.';
comment on column agent_action_changes.position is 'Order within a transaction.';
comment on column agent_action_changes.kind is
  'Whose rows: action, routing_decision, transformation, router_performance, detection_failure or execution. File operations follow their actions.';
comment on column agent_action_changes.ids is 'The rows'' id; of executions execution_id.';
comment on column agent_action_changes.created_ats is 'created_at of each, with which an action is found in its week.';
comment on column agent_action_changes.changed_at is 'When the transaction began.';
comment on column agent_action_changes.day_slot is
  'Days since 1970 in UTC, modulo 16: there is a partition for each, which is emptied before its turn comes again.';

create function forget_old_agent_action_changes() returns integer
language plpgsql security definer
-- Emptying a day waits for whoever reads the feed. Should that take long, it is done the next time.
set lock_timeout = '1s'
as $$
declare
  today constant bigint := extract(epoch from now())::bigint / 86400;
  slot text;
  latest record;
  emptied integer := 0;
begin
  for days_ago in 8..15 loop
    slot := format('agent_action_changes_%s', (today - days_ago) % 16);
    execute format('select xact_id, position from %I order by xact_id desc, position desc limit 1', slot) into latest;
    continue when latest.xact_id is null;
    update agent_actions_installation set forgotten_xact_id = latest.xact_id, forgotten_position = latest.position
    where (latest.xact_id, latest.position) > (forgotten_xact_id, forgotten_position);
    execute format('truncate %I', slot);
    emptied := emptied + 1;
  end loop;
  return emptied;
end
$$;
comment on function forget_old_agent_action_changes() is
  'Empties the days of agent_action_changes that are more than seven days back and returns how many. The consumer calls it once an hour.';
revoke execute on function forget_old_agent_action_changes() from public;

-- Times in text depend on a session's settings, and so does which schema a name is looked up in: these functions have their own.
do $$
declare
  of_ours text;
  granted record;
begin
  foreach of_ours in array array[
    'ensure_agent_actions_partition(timestamptz)', 'cleanup_old_debug_logs()', 'forget_old_agent_action_changes()']
  loop
    execute format('alter function %s set search_path = %I, pg_temp', of_ours, current_schema());
    execute format('alter function %s set datestyle = ''ISO, MDY''', of_ours);
    execute format('alter function %s set timezone = ''UTC''', of_ours);
  end loop;
  -- Whoever writes actions writes the feed.
  for granted in
    select distinct case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end as role
    from pg_class, aclexplode(relacl)
    where pg_class.oid = 'agent_actions'::regclass and privilege_type = 'INSERT' and grantee <> relowner
  loop
    execute format('grant insert on agent_action_changes to %s', granted.role);
    execute format('grant update on agent_actions to %s', granted.role);
    execute format('grant usage on sequence agent_action_changes_position_seq to %s', granted.role);
    execute format('grant execute on function forget_old_agent_action_changes() to %s', granted.role);
  end loop;
end
$$;
