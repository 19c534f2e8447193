-- A log to which a leaf is added for each version of each row, so that a row that was changed, removed or inserted past the consumer shows:
-- a tree of hashes in the form of https://c2sp.org/tlog-tiles. Empty until a service is given a key.

create table agent_evidence_log (
  verifier_key text not null,
  tree_size bigint not null default 0,
  change_cursor jsonb not null,
  rows_before jsonb,
  begun_at timestamptz not null default clock_timestamp(),
  only_row boolean primary key default true check (only_row)
);
comment on table agent_evidence_log is 'At most one row: how far the evidence log has come. Without one there is no log.';
comment on column agent_evidence_log.verifier_key is
  'Public key that checks its checkpoints, as NAME+HASH+KEY. Who checks should have it from elsewhere: whoever can change this table can change it.';
comment on column agent_evidence_log.tree_size is 'Leaves.';
comment on column agent_evidence_log.change_cursor is 'Up to where the change feed was read.';
comment on column agent_evidence_log.rows_before is
  'While rows are added that were there before the log began: up to which row they are, as {kind, id}. Null when they all are.';
comment on column agent_evidence_log.begun_at is 'When the log began.';
comment on column agent_evidence_log.only_row is 'Keeps a second row out.';

create table agent_evidence_leaves (
  leaf_index bigint primary key,
  kind text not null,
  row_id uuid,
  created_at timestamptz,
  row_sha256 bytea,
  kafka_place text,
  details jsonb,
  logged_at timestamptz not null
);
create index agent_evidence_leaves_created_at on agent_evidence_leaves using brin (created_at);
comment on table agent_evidence_leaves is
  'What the leaves of the evidence log say: versions of rows, rows that went, entries of agent_audit_log, and what happened to the log. Rows can only be added.';
comment on column agent_evidence_leaves.leaf_index is 'Place in the log, from 0.';
comment on column agent_evidence_leaves.kind is
  'Whose row: action, routing_decision, transformation, router_performance, detection_failure or execution; audit for agent_audit_log; log for the log itself.';
comment on column agent_evidence_leaves.row_id is 'The row''s id; of an execution its execution_id.';
comment on column agent_evidence_leaves.created_at is 'created_at of the row.';
comment on column agent_evidence_leaves.row_sha256 is 'SHA-256 of the row in canonical form (docs/evidence.md); null: the row is gone.';
comment on column agent_evidence_leaves.kafka_place is 'Record of Kafka that the row says it is from: topic/partition/offset.';
comment on column agent_evidence_leaves.details is
  'Of rows that went for their age: from which time to which, and how many. Of agent_audit_log: the number. Of the log: what happened.';
comment on column agent_evidence_leaves.logged_at is 'When the leaf was added, by the clock of the service.';

create table agent_evidence_tiles (
  level smallint not null,
  number bigint not null,
  hashes bytea not null check (octet_length(hashes) between 32 and 8192 and octet_length(hashes) % 32 = 0),
  primary key (level, number)
);
-- Hashes cannot be compressed.
alter table agent_evidence_tiles alter column hashes set storage external;
comment on table agent_evidence_tiles is 'Hashes of the evidence log''s tree, 256 in a full tile: what GET /tile/LEVEL/NUMBER returns.';
comment on column agent_evidence_tiles.level is '0: hashes of leaves. Above: hashes of full tiles of the level below.';
comment on column agent_evidence_tiles.number is 'Place in the level, from 0.';
comment on column agent_evidence_tiles.hashes is 'Hashes of 32 bytes.';

create table agent_evidence_checkpoints (
  tree_size bigint primary key,
  note text not null,
  signed_at timestamptz not null default clock_timestamp()
);
comment on table agent_evidence_checkpoints is 'Signed notes that say size and root of the evidence log: the newest, and the last of each minute.';
comment on column agent_evidence_checkpoints.tree_size is 'Leaves.';
comment on column agent_evidence_checkpoints.note is 'The note (https://c2sp.org/tlog-checkpoint), as GET /checkpoint returns it.';
comment on column agent_evidence_checkpoints.signed_at is 'When it was signed.';

create table agent_evidence_queue (
  number bigint generated always as identity primary key,
  kind text not null,
  ids uuid[],
  created_ats timestamptz[],
  details jsonb
);
comment on table agent_evidence_queue is
  'What the evidence log has to say and the change feed does not: what went for its age, and entries of agent_audit_log. Emptied by the service that keeps the log.';
comment on column agent_evidence_queue.number is 'Order.';
comment on column agent_evidence_queue.kind is 'As agent_evidence_leaves.kind.';
comment on column agent_evidence_queue.ids is 'Rows that were changed.';
comment on column agent_evidence_queue.created_ats is 'created_at of each.';
comment on column agent_evidence_queue.details is 'As agent_evidence_leaves.details.';

create function refuse_agent_evidence_change() returns trigger
language plpgsql
as $$
begin
  raise exception 'agent_evidence_leaves only grows' using errcode = 'insufficient_privilege',
    hint = 'Whoever owns the table can disable the trigger; checkpoints that are kept elsewhere show it.';
end
$$;
comment on function refuse_agent_evidence_change() is 'Keeps rows of agent_evidence_leaves as they are.';
create trigger refuse_agent_evidence_change before update or delete or truncate on agent_evidence_leaves
  for each statement execute function refuse_agent_evidence_change();

-- Runs as its owner, so that whoever may only add to the audit log adds this too.
create function queue_agent_audit_evidence() returns trigger
language plpgsql security definer
as $$
begin
  insert into agent_evidence_queue (kind, details)
  select 'audit', jsonb_build_object('number', added.number) from added where exists (select from agent_evidence_log) order by number;
  return null;
end
$$;
comment on function queue_agent_audit_evidence() is 'Has entries of agent_audit_log added to the evidence log, where there is one.';
create trigger queue_agent_audit_evidence after insert on agent_audit_log
  referencing new table as added for each statement execute function queue_agent_audit_evidence();

create function queue_agent_evidence(
  kind text, ids uuid[], created_ats timestamptz[], details jsonb) returns void
language sql security definer
as $$
  insert into agent_evidence_queue (kind, ids, created_ats, details)
  select $1, $2, $3, $4 where exists (select from agent_evidence_log)
$$;
comment on function queue_agent_evidence(text, uuid[], timestamptz[], jsonb) is
  'Has rows that were changed or removed for their age noted in the evidence log, where there is one: for agent-actions retain, in the transaction that does it.';
revoke execute on function queue_agent_evidence(text, uuid[], timestamptz[], jsonb) from public;

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
  if expired <> '{}' then
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
  end if;
  -- Who may not say so is shown by the log as somebody who removes rows.
  if removed > 0 and has_function_privilege('queue_agent_evidence(text, uuid[], timestamptz[], jsonb)', 'execute') then
    perform queue_agent_evidence('action', null, null, jsonb_build_object('removed', removed, 'before', cutoff, 'why', 'debug_mode'));
  end if;
  return removed;
end
$$;

do $$
declare
  granted record;
begin
  execute format('alter function queue_agent_audit_evidence() set search_path = %I, pg_temp', current_schema());
  execute format('alter function queue_agent_evidence(text, uuid[], timestamptz[], jsonb) set search_path = %I, pg_temp', current_schema());
  for granted in
    select distinct case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end as role
    from pg_class, aclexplode(relacl)
    where pg_class.oid = 'agent_actions'::regclass and privilege_type = 'INSERT' and grantee <> relowner
  loop
    execute format('grant select, insert, update on agent_evidence_log, agent_evidence_tiles to %s', granted.role);
    execute format('grant select, insert on agent_evidence_leaves to %s', granted.role);
    execute format('grant select, insert, delete on agent_evidence_checkpoints to %s', granted.role);
    execute format('grant select, delete on agent_evidence_queue to %s', granted.role);
    execute format('grant select on agent_audit_log to %s', granted.role);
  end loop;
end
$$;
