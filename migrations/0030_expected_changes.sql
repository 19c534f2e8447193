-- Changes that somebody expects: a tool that becomes slower with a version, or while something is moved. They are noticed, and told as expected.

create table agent_expected_changes (
  id bigint generated always as identity primary key,
  agent_name text,
  tool_name text,
  kind text check (kind in ('rate', 'errors', 'duration')),
  agent_version text,
  from_at timestamptz,
  until_at timestamptz,
  reason text,
  created_by text,
  created_at timestamptz not null default now(),
  constraint agent_expected_changes_marked_check check (agent_version is not null or (from_at is not null and until_at is not null))
);
comment on table agent_expected_changes is
  'Changes that are expected, so that nobody is alarmed of them: those that began with a version of an agent, or in a time. Columns that are null fit everything.';
comment on column agent_expected_changes.id is 'Number of the mark.';
comment on column agent_expected_changes.agent_name is 'Agent of the change.';
comment on column agent_expected_changes.tool_name is 'Tool of the change.';
comment on column agent_expected_changes.kind is 'What changes: rate, errors or duration.';
comment on column agent_expected_changes.agent_version is 'The change begins with this version of the agent.';
comment on column agent_expected_changes.from_at is 'The change begins at this time or later.';
comment on column agent_expected_changes.until_at is 'The change begins before this time.';
comment on column agent_expected_changes.reason is 'Why.';
comment on column agent_expected_changes.created_by is 'Who expects it.';
comment on column agent_expected_changes.created_at is 'When it was marked.';

alter table agent_notices add column expected_by bigint;
comment on column agent_notices.expected_by is 'Number of the row of agent_expected_changes that it fits: nobody is alarmed.';
alter table agent_notices add column reopened integer not null default 0;
comment on column agent_notices.reopened is 'How often it was over, and came back.';
comment on column agent_notices.rule is
  'What it was noticed by: loop, sequence, silence, stuck, collision, novelty, anomaly, regression or pipeline.';

do $$
declare
  tables text := current_schema();
  views text := case when tables = 'public' then 'agent_actions_v1' else left(tables, 46) || '_agent_actions_v1' end;
begin
  perform set_config('agent_actions.search_path', current_setting('search_path'), false);
  perform set_config('search_path', format('%I, %I', views, tables), false);
end
$$;

create or replace view notices as
select
  notice_id, rule, state, opened_at, closed_at, title, agent_name, correlation_id, action_ids,
  kind, severity, muted, began_at, last_seen_at, (evidence ->> 'calls')::bigint as calls, (evidence ->> 'seconds')::numeric as seconds,
  (evidence ->> 'tokens')::bigint as tokens, evidence, query, session_id, project_name, close_reason, acknowledged_at, acknowledged_by, changed_at,
  expected_by is not null as expected, reopened
from agent_notices;
comment on column notices.expected is 'Somebody marked the change as expected: nobody is told of it.';
comment on column notices.reopened is 'How often it was over, and came back.';

select set_config('search_path', current_setting('agent_actions.search_path'), false);

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
    execute format('grant select, insert, delete on agent_expected_changes to %s', granted.role);
  end loop;
end
$$;
