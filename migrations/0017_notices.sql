-- What was noticed in the rows: loops and the like. src/notices writes it from the change feed; people acknowledge and mute.

create table agent_notice_state (
  installation uuid,
  xact_id xid8 not null default '0',
  position bigint not null default 0,
  worker uuid,
  worked_at timestamptz,
  restarts integer not null default 0,
  only_row boolean primary key default true check (only_row)
);
insert into agent_notice_state default values;
comment on table agent_notice_state is 'One row: how far the change feed was read for notices, and by whom.';
comment on column agent_notice_state.installation is 'agent_actions_installation.id that the place in the change feed belongs to; null: nothing was read yet.';
comment on column agent_notice_state.xact_id is 'Place in the change feed up to which everything is in the notices: the transaction.';
comment on column agent_notice_state.position is 'Place in the change feed: the position within the transaction.';
comment on column agent_notice_state.worker is 'The process that reads it: another one begins when it has been silent for 15 seconds.';
comment on column agent_notice_state.worked_at is 'When it was last there.';
comment on column agent_notice_state.restarts is 'How often the place in the change feed was lost, and what lies between was not looked at.';
comment on column agent_notice_state.only_row is 'Keeps a second row out.';

create sequence agent_notice_version_seq;
create table agent_notices (
  notice_id uuid primary key,
  version bigint not null default nextval('agent_notice_version_seq'),
  rule text not null,
  kind text not null,
  severity text not null check (severity in ('info', 'warning', 'critical')),
  state text not null default 'open' check (state in ('open', 'acknowledged', 'closed')),
  subject_key text not null,
  title text not null,
  agent_name text,
  correlation_id uuid,
  session_id text,
  project_name text,
  project_path text,
  action_ids uuid[] not null default '{}',
  evidence jsonb not null default '{}',
  query text,
  muted boolean not null default false,
  began_at timestamptz not null,
  opened_at timestamptz not null default now(),
  last_seen_at timestamptz not null,
  closed_at timestamptz,
  close_reason text,
  acknowledged_at timestamptz,
  acknowledged_by text,
  changed_at timestamptz not null default now(),
  constraint agent_notices_closed_check check ((state = 'closed') = (closed_at is not null))
);
alter sequence agent_notice_version_seq owned by agent_notices.version;
create unique index agent_notices_open on agent_notices (rule, subject_key) where closed_at is null;
create index agent_notices_opened_at on agent_notices (opened_at desc, notice_id);
create index agent_notices_correlation_id on agent_notices (correlation_id) where correlation_id is not null;
create index agent_notices_version on agent_notices (version);
comment on table agent_notices is 'What was noticed in the rows: one row an incident, changed while it goes on.';
comment on column agent_notices.notice_id is 'Identity of the notice: a function of what it is about and where it began, so the same incident is the same row whoever finds it.';
comment on column agent_notices.version is 'Grows with every change; no two notices or changes share one.';
comment on column agent_notices.rule is 'What it was noticed by: loop.';
comment on column agent_notices.kind is 'Of a loop: same_call, same_call_varying, same_result, same_error, cycle or file_ping_pong.';
comment on column agent_notices.severity is 'info, warning or critical.';
comment on column agent_notices.state is 'open, acknowledged: somebody has seen it, or closed: it is over.';
comment on column agent_notices.subject_key is 'What it is about, as a key: open once at a time.';
comment on column agent_notices.title is 'What was noticed, in one line. It names tools and agents as they were recorded.';
comment on column agent_notices.agent_name is 'Whom it is about.';
comment on column agent_notices.correlation_id is 'The run that it is about.';
comment on column agent_notices.session_id is 'Session of that run.';
comment on column agent_notices.project_name is 'Project of that run.';
comment on column agent_notices.project_path is 'Folder of that project.';
comment on column agent_notices.action_ids is 'Actions that show it: those that it began with, and the last.';
comment on column agent_notices.evidence is 'Figures. Of a loop: calls, seconds and tokens since it began, tools, period, failed.';
comment on column agent_notices.query is 'SQL that shows the rows.';
comment on column agent_notices.muted is 'It fitted a row of agent_notice_mutes when it was opened: nobody is told.';
comment on column agent_notices.began_at is 'When the first of its actions began.';
comment on column agent_notices.opened_at is 'When it was noticed.';
comment on column agent_notices.last_seen_at is 'When the last of its actions ended.';
comment on column agent_notices.closed_at is 'When it was over.';
comment on column agent_notices.close_reason is 'over: something else happened; quiet: nothing happened any more.';
comment on column agent_notices.acknowledged_at is 'When somebody acknowledged it.';
comment on column agent_notices.acknowledged_by is 'Who did.';
comment on column agent_notices.changed_at is 'When the row last changed.';

create table agent_notice_mutes (
  id bigint generated always as identity primary key,
  rule text,
  kind text,
  agent_name text,
  project_name text,
  expires_at timestamptz,
  reason text,
  created_by text,
  created_at timestamptz not null default now()
);
comment on table agent_notice_mutes is 'Of which notices nobody is told. They are stored all the same. Columns that are null fit everything.';
comment on column agent_notice_mutes.id is 'Number of the rule.';
comment on column agent_notice_mutes.rule is 'Rule of the notice.';
comment on column agent_notice_mutes.kind is 'Kind of the notice.';
comment on column agent_notice_mutes.agent_name is 'Agent of the notice.';
comment on column agent_notice_mutes.project_name is 'Project of the notice.';
comment on column agent_notice_mutes.expires_at is 'Until when; null: until the row is removed.';
comment on column agent_notice_mutes.reason is 'Why.';
comment on column agent_notice_mutes.created_by is 'Who muted.';
comment on column agent_notice_mutes.created_at is 'When.';

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
  (evidence ->> 'tokens')::bigint as tokens, evidence, query, session_id, project_name, close_reason, acknowledged_at, acknowledged_by, changed_at
from agent_notices;
comment on view notices is 'What was noticed in the rows, one row an incident.';
comment on column notices.kind is 'Of a loop: same_call, same_call_varying, same_result, same_error, cycle or file_ping_pong.';
comment on column notices.severity is 'info, warning or critical.';
comment on column notices.muted is 'Nobody is told of it.';
comment on column notices.began_at is 'When the first of its actions began.';
comment on column notices.last_seen_at is 'When the last of its actions ended.';
comment on column notices.calls is 'How many calls it has had since it began.';
comment on column notices.seconds is 'Seconds from the beginning to the last action.';
comment on column notices.tokens is 'Tokens of the model since it began, as far as they are recorded.';
comment on column notices.evidence is 'These and more figures.';
comment on column notices.query is 'SQL that shows the rows.';
comment on column notices.session_id is 'Session of the run.';
comment on column notices.project_name is 'Project of the run.';
comment on column notices.close_reason is 'over: something else happened; quiet: nothing happened any more.';
comment on column notices.acknowledged_at is 'When somebody acknowledged it.';
comment on column notices.acknowledged_by is 'Who did.';
comment on column notices.changed_at is 'When the row last changed.';

create view loops as
select
  notice_id, kind, state, state <> 'closed' as is_going, title, agent_name, correlation_id, session_id, project_name, calls, seconds, tokens,
  evidence -> 'tools' as tools, (evidence ->> 'period')::integer as period, (evidence ->> 'failed')::boolean as failed, began_at, opened_at,
  last_seen_at, closed_at, action_ids
from notices
where rule = 'loop';
comment on view loops is 'Agents that repeated themselves, one row a loop.';
comment on column loops.notice_id is 'Identity of the notice.';
comment on column loops.kind is 'same_call, same_call_varying, same_result, same_error, cycle or file_ping_pong.';
comment on column loops.state is 'open, acknowledged or closed.';
comment on column loops.is_going is 'It goes on.';
comment on column loops.title is 'What repeats, in one line.';
comment on column loops.agent_name is 'Who repeats.';
comment on column loops.correlation_id is 'The run.';
comment on column loops.session_id is 'Session of the run.';
comment on column loops.project_name is 'Project of the run.';
comment on column loops.calls is 'How many calls since it began.';
comment on column loops.seconds is 'Seconds from the first call to the end of the last.';
comment on column loops.tokens is 'Tokens of the model since it began, as far as they are recorded.';
comment on column loops.tools is 'Tools of one round, as a JSON array.';
comment on column loops.period is 'Calls of one round.';
comment on column loops.failed is 'Every call failed.';
comment on column loops.began_at is 'When the first call began.';
comment on column loops.opened_at is 'When it was noticed.';
comment on column loops.last_seen_at is 'When the last call ended.';
comment on column loops.closed_at is 'When it was over.';
comment on column loops.action_ids is 'Calls that show it.';

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
    execute format('grant select, insert, update on agent_notices to %s', granted.role);
    execute format('grant select, update on agent_notice_state to %s', granted.role);
    execute format('grant select, insert, delete on agent_notice_mutes to %s', granted.role);
    execute format('grant usage on sequence agent_notice_version_seq to %s', granted.role);
  end loop;
end
$$;
