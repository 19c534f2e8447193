-- What agents were seen with: argument keys of their tools, places of their files, versions, hosts. By that is known what an agent has for the first time.

create table agent_features (
  feature_key uuid primary key,
  agent_name text not null,
  kind text not null check (kind in ('argument_key', 'file_area', 'version', 'host')),
  feature text not null,
  first_at timestamptz not null,
  action_id uuid not null
);
create index agent_features_agent_name on agent_features (left(agent_name, 200), kind);
create index agent_features_first_at on agent_features (first_at);
comment on table agent_features is
  'What agents were seen with: argument keys of their tools, places of their files, versions, hosts. At most 500 of an agent and kind; where (other) is among them, there are more.';
comment on column agent_features.feature_key is 'MD5 of agent, kind and feature.';
comment on column agent_features.agent_name is 'Who.';
comment on column agent_features.kind is 'argument_key: a tool and the name of an argument. file_area: first directories of a path. version: agent_version. host: where the producer runs.';
comment on column agent_features.feature is 'What; (other): there are more than are kept.';
comment on column agent_features.first_at is 'When the first of its actions began that has it, of those that were looked at.';
comment on column agent_features.action_id is 'That action.';

-- The service connects as whoever writes actions.
do $$
declare
  granted record;
begin
  for granted in
    select distinct case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end as role
    from pg_class, aclexplode(relacl)
    where pg_class.oid = 'agent_actions'::regclass and privilege_type = 'INSERT' and grantee <> relowner
  loop
    execute format('grant select, insert, update, delete on agent_features to %s', granted.role);
  end loop;
end
$$;
