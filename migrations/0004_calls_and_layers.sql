-- Which action is around which, which spans saw the same call, and what is waited for: an exporter that sees spans only when they
-- have ended sends an action before it knows the agent, whose span is still open.

alter table agent_actions
  add column parent_action_id uuid,
  add column layers jsonb,
  add column possible_duplicate_of uuid,
  add column awaits_span_id text;

comment on column agent_actions.parent_action_id is
  'The action around this one. Its row comes when it has ended, so it may not be there yet.';
comment on column agent_actions.layers is
  'Other spans that recorded this same call and were folded into this row: [{source, trace_id, span_id}].';
comment on column agent_actions.possible_duplicate_of is
  'Another action that may be this same call, as another instrumentation recorded it; both were kept.';
comment on column agent_actions.awaits_span_id is
  'The span around the action that its exporter had not seen: agent, session and parent are completed when it arrives. Null: nothing is awaited.';

create index agent_actions_awaits_span on agent_actions (trace_id) where awaits_span_id is not null;
