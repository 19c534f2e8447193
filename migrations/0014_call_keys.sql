-- Keys by which several signals report one action: written by the consumer, and forgotten with their actions.

create index agent_action_keys_created_at on agent_action_keys (created_at);

comment on table agent_action_keys is
  'Which action a call key names, so that a span, a log record, a hook and a transcript that report one call are one row. Written for events that have a call_key; forgotten 30 days after the action began, once it has no row.';
comment on column agent_action_keys.sender is
  'Namespace of the sender: the name of the token by which the event came, or the option AGENT_ACTIONS_SENDER; never what an event says of itself.';
comment on column agent_action_keys.session_id is 'Conversation, session or thread; the correlation id of an event without one.';
comment on column agent_action_keys.call_id is 'The event''s call_key: for a tool call an id such as toolu_...; never one that a framework counts up.';
comment on column agent_action_keys.created_at is 'The action''s created_at, as it was reported first: with the id it is the key of the row in agent_actions.';

-- Whoever writes actions writes their keys.
do $$
declare
  granted record;
begin
  for granted in
    select distinct case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end as role
    from pg_class, aclexplode(relacl)
    where pg_class.oid = 'agent_actions'::regclass and privilege_type = 'INSERT' and grantee <> relowner
  loop
    execute format('grant select, insert, delete on agent_action_keys to %s', granted.role);
  end loop;
end
$$;
