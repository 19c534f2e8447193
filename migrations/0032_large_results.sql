-- Contents that are too large for a record are files, found by the SHA-256 of their JSON. A row here says who uses which, so that a file goes
-- with the last row that does.

create table agent_large_results (
  action_id uuid not null,
  member text not null check (member in ('tool_result', 'tool_parameters', 'decision_result', 'decision_context')),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  action_created_at timestamptz not null,
  bytes bigint not null check (bytes >= 0),
  stored_at timestamptz not null default now(),
  primary key (action_id, member, sha256)
);
create index agent_large_results_sha256 on agent_large_results (sha256);
comment on table agent_large_results is
  'Which contents of which actions are kept whole in the folder of large results. Written with the row of the action; removed with the file once no row says it any more.';
comment on column agent_large_results.action_id is 'agent_actions.id.';
comment on column agent_large_results.member is 'The member of action_details that is not whole there.';
comment on column agent_large_results.sha256 is 'Of the JSON text in UTF-8, in hexadecimal digits: the name of the file.';
comment on column agent_large_results.action_created_at is 'agent_actions.created_at.';
comment on column agent_large_results.bytes is 'Bytes of the JSON text.';
comment on column agent_large_results.stored_at is 'When the row of the action first said it.';
comment on index agent_large_results_sha256 is 'Who else uses a file.';

-- Whoever may insert actions may say which files they use.
do $$
declare
  granted record;
begin
  for granted in
    select distinct case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end as role
    from pg_class, aclexplode(relacl)
    where pg_class.oid = 'agent_actions'::regclass and privilege_type = 'INSERT' and grantee <> relowner
  loop
    execute format('grant select, insert on agent_large_results to %s', granted.role);
  end loop;
end
$$;
