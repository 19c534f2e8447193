-- In which order notices are told to who listens: by the transaction that made one, or changed what people are told of it.

alter table agent_notices add column state_xact_id xid8 not null default pg_current_xact_id();
comment on column agent_notices.state_xact_id is
  'Transaction that made it, or last changed its state, severity, project or whether anybody is told. Figures that grow do not count.';
create index agent_notices_state_xact_id on agent_notices (state_xact_id, notice_id);

create function agent_notice_state_changed() returns trigger
language plpgsql as $$
begin
  new.state_xact_id := pg_current_xact_id();
  return new;
end
$$;
comment on function agent_notice_state_changed is 'Keeps agent_notices.state_xact_id.';
create trigger agent_notices_state_changed before update on agent_notices for each row
  when (
    (old.state, old.severity, old.muted, old.expected_by, old.project_name)
    is distinct from (new.state, new.severity, new.muted, new.expected_by, new.project_name)
  )
  execute function agent_notice_state_changed();
comment on trigger agent_notices_state_changed on agent_notices is 'Keeps state_xact_id.';
