-- Who has been told of which notice.

create table agent_notice_targets (
  target text primary key,
  since timestamptz not null default now(),
  failures integer not null default 0,
  next_at timestamptz not null default now(),
  last_error text,
  delivered bigint not null default 0,
  last_delivered_at timestamptz
);
comment on table agent_notice_targets is 'Where notices are sent to: webhooks, channels and topics of alerts.yaml, by their names.';
comment on column agent_notice_targets.target is 'Its name.';
comment on column agent_notice_targets.since is 'When it was first known: notices from before are not sent to it.';
comment on column agent_notice_targets.failures is 'Attempts in a row that failed.';
comment on column agent_notice_targets.next_at is 'Nothing is sent to it before.';
comment on column agent_notice_targets.last_error is 'Why the last attempt failed; null after one that did not.';
comment on column agent_notice_targets.delivered is 'Messages that it has acknowledged.';
comment on column agent_notice_targets.last_delivered_at is 'When it last did.';

create table agent_notice_deliveries (
  notice_id uuid not null references agent_notices on delete cascade,
  target text not null,
  state text not null check (state in ('open', 'closed')),
  sends integer not null default 1,
  delivered_at timestamptz not null default now(),
  primary key (notice_id, target)
);
comment on table agent_notice_deliveries is 'What each target has acknowledged of a notice: that is not sent again.';
comment on column agent_notice_deliveries.notice_id is 'The notice.';
comment on column agent_notice_deliveries.target is 'Name of the target.';
comment on column agent_notice_deliveries.state is 'What it was told last: open or closed.';
comment on column agent_notice_deliveries.sends is 'How many messages it has acknowledged about the notice: the number in the id of the last one.';
comment on column agent_notice_deliveries.delivered_at is 'When it acknowledged the last one.';

comment on column agent_notices.rule is 'What it was noticed by: loop, silence, stuck, collision or pipeline.';
comment on column agent_notices.kind is 'Kind within the rule: docs/notices.md has them.';

do $$
declare
  granted record;
begin
  for granted in
    select distinct case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end as role
    from pg_class, aclexplode(relacl)
    where pg_class.oid = 'agent_actions'::regclass and privilege_type = 'INSERT' and grantee <> relowner
  loop
    execute format('grant select, insert, update on agent_notice_targets, agent_notice_deliveries to %s', granted.role);
  end loop;
end
$$;
