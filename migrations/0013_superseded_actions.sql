-- Rows of running actions that were taken back, so that an event that is read again does not bring them back.

create table agent_action_supersessions (
  id uuid not null,
  created_at timestamptz not null,
  superseded_by uuid,
  superseded_at timestamptz not null default clock_timestamp(),
  primary key (id, created_at)
);
create index agent_action_supersessions_superseded_at on agent_action_supersessions (superseded_at);
comment on table agent_action_supersessions is
  'Actions that were published as running and turned out to be part of another action, or none. Their rows are removed, and never come back. Kept for 30 days.';
comment on column agent_action_supersessions.id is 'The id that the row had.';
comment on column agent_action_supersessions.created_at is 'Its created_at.';
comment on column agent_action_supersessions.superseded_by is 'Id of the action that it is part of; null when it is none.';
comment on column agent_action_supersessions.superseded_at is 'When that was stored.';

create function take_back_superseded_actions(action_ids uuid[], action_created_ats timestamptz[]) returns integer
language sql security definer
as $$
  with removed as (
    delete from agent_actions action
    using unnest(action_ids, action_created_ats) as named (id, created_at)
    where action.id = named.id and action.created_at = named.created_at and action.state in ('running', 'abandoned')
      and exists (
        select from agent_action_supersessions superseded
        where superseded.id = action.id and superseded.created_at = action.created_at)
    returning action.id, action.created_at
  ),
  feed as (
    insert into agent_action_changes (kind, ids, created_ats)
    select 'action', array_agg(id), array_agg(created_at) from removed having count(*) > 0
  )
  select count(*)::integer from removed
$$;
comment on function take_back_superseded_actions(uuid[], timestamptz[]) is
  'Removes those of the named actions that have not ended and are in agent_action_supersessions, and returns how many. So whoever writes actions needs no right to remove any.';
revoke execute on function take_back_superseded_actions(uuid[], timestamptz[]) from public;

-- Which schema a name is looked up in is a session's setting: this function has its own. Whoever writes actions may call it.
do $$
declare
  granted record;
begin
  execute format('alter function take_back_superseded_actions(uuid[], timestamptz[]) set search_path = %I, pg_temp', current_schema());
  for granted in
    select distinct case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end as role
    from pg_class, aclexplode(relacl)
    where pg_class.oid = 'agent_actions'::regclass and privilege_type = 'INSERT' and grantee <> relowner
  loop
    execute format('grant select, insert, delete on agent_action_supersessions to %s', granted.role);
    execute format('grant execute on function take_back_superseded_actions(uuid[], timestamptz[]) to %s', granted.role);
  end loop;
end
$$;
