-- A role that may read the views and functions of agent_actions_v1, and nothing else. Run it once, as the role that migrates; a superuser may
-- have to create the role first. Views of later versions are readable as they come.
--
--   grant agent_actions_reader to grafana;
--   alter role grafana set default_transaction_read_only = on;
--   alter role grafana set statement_timeout = '30s';
do $$
begin
  if to_regrole('agent_actions_reader') is null then
    create role agent_actions_reader nologin;
  end if;
end
$$;

grant usage on schema agent_actions_v1 to agent_actions_reader;
grant select on all tables in schema agent_actions_v1 to agent_actions_reader;
alter default privileges in schema agent_actions_v1 grant select on tables to agent_actions_reader;
