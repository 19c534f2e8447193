-- Who may ask and send, who has read what, and what people and programs say of runs and actions.

create table agent_action_tokens (
  name text primary key check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
  token_sha256 bytea not null unique check (octet_length(token_sha256) = 32),
  scopes text[] not null check (scopes <@ array['read', 'write', 'ingest'] and cardinality(scopes) > 0),
  projects text[] check (cardinality(projects) > 0),
  events_per_minute integer check (events_per_minute > 0),
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz
);
comment on table agent_action_tokens is 'Tokens for the HTTP server. The command agent-actions token makes, lists and revokes them.';
comment on column agent_action_tokens.name is 'Names the token in lists and logs; of what it sends, the name of the sender.';
comment on column agent_action_tokens.token_sha256 is 'SHA-256 of the token, which is 256 random bits. The token itself is shown once, when it is made.';
comment on column agent_action_tokens.scopes is 'What it allows: read; write labels; ingest events and spans.';
comment on column agent_action_tokens.projects is 'Names or folders of the only projects that it is for; null for all.';
comment on column agent_action_tokens.events_per_minute is 'How many events or spans it may send a minute to each instance of the service; null for no limit of its own.';
comment on column agent_action_tokens.created_at is 'When it was made.';
comment on column agent_action_tokens.expires_at is 'From then on it allows nothing; null: never.';
comment on column agent_action_tokens.revoked_at is 'When it was revoked; null: it was not.';

create table agent_action_access_log (
  at timestamptz not null default now(),
  token_name text,
  method text not null,
  path text not null,
  query text,
  status integer not null
);
create index agent_action_access_log_at on agent_action_access_log using brin (at);
comment on table agent_action_access_log is 'Requests to the API that a token allowed, where AGENT_ACTIONS_API_ACCESS_LOG is set. Kept for 90 days.';
comment on column agent_action_access_log.at is 'When the response was made.';
comment on column agent_action_access_log.token_name is 'Name of the token; null for that of the environment.';
comment on column agent_action_access_log.method is 'GET, POST or DELETE.';
comment on column agent_action_access_log.path is 'Path of the request.';
comment on column agent_action_access_log.query is 'Its query string, the first 2,000 characters; null without one.';
comment on column agent_action_access_log.status is 'HTTP status of the response.';

create table agent_action_labels (
  id uuid primary key default gen_random_uuid(),
  correlation_id uuid,
  action_id uuid,
  kind text not null check (kind in ('label', 'note', 'outcome')),
  name text not null check (name <> ''),
  text text,
  score numeric,
  created_by text,
  token_name text,
  created_at timestamptz not null default now(),
  constraint agent_action_labels_subject_check check (num_nonnulls(correlation_id, action_id) = 1)
);
create index agent_action_labels_correlation_id on agent_action_labels (correlation_id) where correlation_id is not null;
create index agent_action_labels_action_id on agent_action_labels (action_id) where action_id is not null;
create index agent_action_labels_name on agent_action_labels (name, created_at);
comment on table agent_action_labels is 'What people and programs say of a run or an action. It may come before the run does.';
comment on column agent_action_labels.id is 'Identity of the label: sent again, it is the same one.';
comment on column agent_action_labels.correlation_id is 'The run that it is about; null where it is about one action.';
comment on column agent_action_labels.action_id is 'The action that it is about; null where it is about a whole run.';
comment on column agent_action_labels.kind is 'label; note: a text for people; outcome: how it went, as somebody or something found later.';
comment on column agent_action_labels.name is 'What is said: good, incident, resolved.';
comment on column agent_action_labels.text is 'In words, or a link.';
comment on column agent_action_labels.score is 'In a number.';
comment on column agent_action_labels.created_by is 'Who says it: a person or a program, as it calls itself.';
comment on column agent_action_labels.token_name is 'Name of the token that allowed it; null for that of the environment.';
comment on column agent_action_labels.created_at is 'When it was said.';

-- The service connects as whoever writes actions: it checks tokens, writes labels and the access log, and keeps that short.
do $$
declare
  granted record;
begin
  for granted in
    select distinct case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end as role
    from pg_class, aclexplode(relacl)
    where pg_class.oid = 'agent_actions'::regclass and privilege_type = 'INSERT' and grantee <> relowner
  loop
    execute format('grant select on agent_action_tokens to %s', granted.role);
    execute format('grant select, insert, delete on agent_action_labels, agent_action_access_log to %s', granted.role);
  end loop;
end
$$;
