-- Leaves of the evidence log may go for their age, once a leaf that stays says so: the minimum index of https://c2sp.org/tlog-tiles#pruning.

create index agent_evidence_leaves_log on agent_evidence_leaves (leaf_index) where kind = 'log';

drop trigger refuse_agent_evidence_change on agent_evidence_leaves;
create trigger refuse_agent_evidence_change before update or truncate on agent_evidence_leaves
  for each statement execute function refuse_agent_evidence_change();

create function refuse_agent_evidence_removal() returns trigger
language plpgsql
as $$
begin
  if exists (
    select from removed where leaf_index >= coalesce((
      select max((details ->> 'before')::bigint) from agent_evidence_leaves where kind = 'log' and details ->> 'what' = 'pruned'), 0)) then
    raise exception 'agent_evidence_leaves only grows, but for what a leaf says to have gone for its age' using errcode = 'insufficient_privilege',
      hint = 'Whoever owns the table can disable the trigger; checkpoints that are kept elsewhere show it.';
  end if;
  return null;
end
$$;
comment on function refuse_agent_evidence_removal() is 'Keeps rows of agent_evidence_leaves, but for those before the minimum index that a leaf says.';
create trigger refuse_agent_evidence_removal after delete on agent_evidence_leaves
  referencing old table as removed for each statement execute function refuse_agent_evidence_removal();

comment on table agent_evidence_leaves is
  'What the leaves of the evidence log say: versions of rows, rows that went, entries of agent_audit_log, and what happened to the log. Rows can only be added; agent-actions retain removes the oldest.';
comment on column agent_evidence_leaves.details is
  'Of rows that went for their age: from which time to which, and how many. Of agent_audit_log: the number. Of the log: what happened; of pruned, before which leaf, and up to which entry of agent_audit_log.';
