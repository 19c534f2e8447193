-- What was erased, so that nothing brings it back; what must not be erased; and who removed or changed what by hand.

create table agent_erasures (
  number bigint generated always as identity primary key,
  field text not null check (field in ('run', 'session', 'user', 'on_behalf_of', 'project', 'agent', 'service')),
  value_sha256 bytea not null check (octet_length(value_sha256) = 32),
  began_before timestamptz not null,
  mode text not null check (mode in ('remove', 'mask')),
  reason text,
  erased_at timestamptz not null default clock_timestamp()
);
comment on table agent_erasures is
  'What was erased. The consumer stores no event that one of these names, so a replay, a redrive or a spool does not bring it back. Removing an entry allows that again.';
comment on column agent_erasures.number is 'In the order in which they were made; a consumer that knows all up to the greatest knows them all.';
comment on column agent_erasures.field is
  'What was asked by: run (correlation_id), session (session_id), user (user_id), on_behalf_of, project (project_name), agent (agent_name) or service (service_name).';
comment on column agent_erasures.value_sha256 is
  'SHA-256 of the value in UTF-8, so that what was erased does not stand here. A value that can be guessed can be found by it.';
comment on column agent_erasures.began_before is
  'Only events that began before: a person may come back. infinity for runs and sessions, which do not.';
comment on column agent_erasures.mode is 'remove: rows were removed. mask: they are there without contents and without the person.';
comment on column agent_erasures.reason is 'Why, in the words of who did it.';
comment on column agent_erasures.erased_at is 'When the entry was made; rows went after it.';

create table agent_erased_rows (
  id uuid primary key,
  erasure bigint not null
);
comment on table agent_erased_rows is
  'Rows that were removed or masked: events about them are not stored, also where they do not say by what the row was found.';
comment on column agent_erased_rows.id is 'The row''s id; of an execution its execution_id.';
comment on column agent_erased_rows.erasure is 'agent_erasures.number.';

create table agent_holds (
  name text primary key check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
  field text not null check (field in ('run', 'session', 'user', 'on_behalf_of', 'project', 'agent', 'service')),
  value text not null,
  reason text,
  held_at timestamptz not null default now(),
  until timestamptz not null default 'infinity',
  held_by text not null default session_user
);
comment on table agent_holds is
  'What must not be erased, nor removed for its age: rows that one of these names stay until it ends or is released.';
comment on column agent_holds.name is 'Names the hold.';
comment on column agent_holds.field is 'What is held by, as in agent_erasures.';
comment on column agent_holds.value is 'The value; of a run its correlation id as a UUID.';
comment on column agent_holds.reason is 'Why.';
comment on column agent_holds.held_at is 'Since when.';
comment on column agent_holds.until is 'When it ends by itself; infinity: when it is released.';
comment on column agent_holds.held_by is 'Database user who made it.';

create table agent_audit_log (
  number bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  action text not null,
  subject text,
  details jsonb,
  actor text,
  database_user text not null default session_user
);
create index agent_audit_log_at on agent_audit_log using brin (at);
comment on table agent_audit_log is
  'Who removed or changed something by hand: erase, redrive, drop, acknowledge, hold, release, token. Rows can only be added.';
comment on column agent_audit_log.number is 'In the order in which they were added; a number that is missing was rolled back, or removed by who owns the table.';
comment on column agent_audit_log.at is 'When.';
comment on column agent_audit_log.action is 'What was done.';
comment on column agent_audit_log.subject is 'To what. Of what was erased only the SHA-256.';
comment on column agent_audit_log.details is 'With what options, and how many rows or records.';
comment on column agent_audit_log.actor is 'Account of the operating system, or name of the token, as the program says it.';
comment on column agent_audit_log.database_user is 'Who Postgres knows it was.';

create function refuse_agent_audit_change() returns trigger
language plpgsql
as $$
begin
  raise exception 'agent_audit_log only grows' using errcode = 'insufficient_privilege',
    hint = 'Whoever owns the table can disable the trigger; that is what the numbers are for.';
end
$$;
comment on function refuse_agent_audit_change() is 'Keeps rows of agent_audit_log as they are.';
create trigger refuse_agent_audit_change before update or delete or truncate on agent_audit_log
  for each statement execute function refuse_agent_audit_change();

-- Whoever writes actions asks what was erased.
do $$
declare
  granted record;
begin
  for granted in
    select distinct case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end as role
    from pg_class, aclexplode(relacl)
    where pg_class.oid = 'agent_actions'::regclass and privilege_type = 'INSERT' and grantee <> relowner
  loop
    execute format('grant select on agent_erasures, agent_erased_rows, agent_holds to %s', granted.role);
    execute format('grant insert on agent_audit_log to %s', granted.role);
  end loop;
end
$$;
