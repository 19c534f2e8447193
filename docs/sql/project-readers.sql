-- Readers who see the rows of their projects only. Run it after reader-role.sql, as the role that migrates, and again after each upgrade, for
-- tables that are new. Then say who sees what; a project of * is all of them, and rows without a project are seen by these only:
--
--   insert into agent_project_readers (role_name, project_name) values ('support', 'shop'), ('auditor', '*');
--
-- Row security holds for the owner of the tables too, because views read them as their owner: pg_dump then needs a superuser, or it fails.
-- To undo it: alter table … no force row level security, disable row level security.
create table if not exists agent_project_readers (
  role_name name not null,
  project_name text not null,
  primary key (role_name, project_name)
);
-- Whoever writes or reads the tables evaluates the policies, with its own rights.
grant select on agent_project_readers to public;
comment on table agent_project_readers is 'Which members of agent_actions_reader see which projects. Written by you.';
comment on column agent_project_readers.role_name is 'A role: its members see the project too.';
comment on column agent_project_readers.project_name is 'The project, or * for all.';

do $$
declare
  found record;
  -- Read once a query, not once a row.
  is_no_reader constant text := '(select not pg_has_role(current_user, ''agent_actions_reader'', ''member''))';
  sees_all constant text := '(select exists (select from agent_project_readers where project_name = ''*'' and pg_has_role(current_user, role_name, ''member'')))';
  projects constant text := 'array(select project_name from agent_project_readers where pg_has_role(current_user, role_name, ''member''))';
begin
  if (select rolsuper or rolbypassrls from pg_roles where oid = (select relowner from pg_class where oid = 'agent_actions'::regclass)) then
    raise exception 'the owner of the table agent_actions passes by row security, and so would every reader of the views'
      using hint = 'Let a role own the tables and views that is no superuser and has no bypassrls: reassign owned by … to …';
  end if;
  for found in
    select relation.oid::regclass as name,
      exists (select from pg_attribute where attrelid = relation.oid and attname = 'project_name' and not attisdropped) as has_project,
      exists (select from pg_attribute where attrelid = relation.oid and attname = 'correlation_id' and not attisdropped) as has_run
    from pg_class as relation
    where relation.relnamespace = current_schema()::regnamespace and relation.relkind in ('r', 'p') and not relation.relispartition
      and (relation.relname like 'agent\_%' or relation.relname like 'router\_%') and relation.relname <> 'agent_project_readers'
  loop
    continue when not found.has_project and not found.has_run;
    execute format('alter table %s enable row level security', found.name);
    execute format('alter table %s force row level security', found.name);
    execute format('drop policy if exists agent_project_readers on %s', found.name);
    execute format('create policy agent_project_readers on %s using (%s or %s or %s)', found.name, is_no_reader, sees_all,
      case when found.has_project then format('project_name = any (%s)', projects)
        -- What has no project of its own is seen with the actions of its run.
        else format('exists (select from agent_actions as action where action.correlation_id = %s.correlation_id)', found.name) end);
  end loop;
end
$$;
