-- Links to one run for who has no token, and links with a name.

create table agent_action_shares (
  id uuid primary key default gen_random_uuid(),
  correlation_id uuid not null,
  secret_sha256 bytea not null unique check (octet_length(secret_sha256) = 32),
  projects text[] check (cardinality(projects) > 0),
  created_by text,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index agent_action_shares_correlation_id on agent_action_shares (correlation_id);
comment on table agent_action_shares is 'Links by which one run can be read without a token, until they expire or are revoked.';
comment on column agent_action_shares.id is 'Names the link in lists and logs.';
comment on column agent_action_shares.correlation_id is 'The only run that it shows.';
comment on column agent_action_shares.secret_sha256 is 'SHA-256 of the secret in the link, which is 256 random bits. The link itself is shown once, when it is made.';
comment on column agent_action_shares.projects is 'The only projects of whose actions it shows any; null for all. Those of the token that made it.';
comment on column agent_action_shares.created_by is 'Name of the token or user that made it; null for the token of the environment.';
comment on column agent_action_shares.created_at is 'When it was made.';
comment on column agent_action_shares.expires_at is 'From then on it shows nothing.';
comment on column agent_action_shares.revoked_at is 'When it was revoked; null: it was not.';

create table agent_action_saved_views (
  id uuid primary key default gen_random_uuid(),
  name text not null unique check (name <> '' and length(name) <= 200),
  location text not null check (location like '/%' and location not like '//%' and length(location) <= 4000),
  projects text[] check (cardinality(projects) > 0),
  created_by text,
  created_at timestamptz not null default now()
);
comment on table agent_action_saved_views is 'Pages of the dashboard that somebody has given a name.';
comment on column agent_action_saved_views.id is 'Identity of the view.';
comment on column agent_action_saved_views.name is 'What it is called.';
comment on column agent_action_saved_views.location is 'Path and query of the page: filters, columns, selection and zoom stand in it.';
comment on column agent_action_saved_views.projects is 'Projects of the token that saved it; null for a token for all. A token for single projects sees only views of these.';
comment on column agent_action_saved_views.created_by is 'Name of the token or user that saved it; null for the token of the environment.';
comment on column agent_action_saved_views.created_at is 'When it was saved.';

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
    execute format('grant select, insert, update on agent_action_shares to %s', granted.role);
    execute format('grant select, insert, delete on agent_action_saved_views to %s', granted.role);
  end loop;
end
$$;
