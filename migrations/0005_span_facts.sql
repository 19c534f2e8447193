-- What spans say of the actions inside them, sent for spans that actions await. The consumer completes the actions from it.

create table agent_action_spans (
  trace_id text not null,
  span_id text not null,
  awaits_span_id text,
  agent_name text,
  session_id text,
  correlation_id uuid,
  correlation_text text,
  action_id uuid,
  started_at timestamptz,
  ended_at timestamptz,
  producer text,
  received_at timestamptz not null default now(),
  primary key (trace_id, span_id)
);
create index idx_agent_action_spans_received_at on agent_action_spans (received_at);

comment on table agent_action_spans is
  'What spans say of the actions inside them: kept for a week, so that actions that were sent before them can be completed.';
comment on column agent_action_spans.trace_id is 'OpenTelemetry trace id, 32 hex digits.';
comment on column agent_action_spans.span_id is 'OpenTelemetry span id, 16 hex digits.';
comment on column agent_action_spans.awaits_span_id is 'The nearest span around it that its sender had not seen. Null: there is none.';
comment on column agent_action_spans.agent_name is 'Agent that the span, or one around it up to awaits_span_id, names.';
comment on column agent_action_spans.session_id is 'Conversation, session or thread, found in the same way.';
comment on column agent_action_spans.correlation_id is 'Correlation id, found in the same way; null where only the trace id stands in for it.';
comment on column agent_action_spans.correlation_text is 'The text that correlation_id was made from, where it was no UUID.';
comment on column agent_action_spans.action_id is 'The action that the span is, or the nearest one around it.';
comment on column agent_action_spans.started_at is 'When the span began.';
comment on column agent_action_spans.ended_at is 'When the span ended.';
comment on column agent_action_spans.producer is 'Package name and version of who made the fact.';
comment on column agent_action_spans.received_at is 'When it was stored here.';

alter table agent_actions add column stand_ins text[];
comment on column agent_actions.stand_ins is
  'Of an action that awaits a span: which of agent_name, action_name, session_id and correlation_id nobody said. What is found takes their place.';

-- Asked for by the awaited span and by when such actions began. Both in one index: else a plan may read all actions of a day.
drop index agent_actions_awaits_span;
create index agent_actions_awaits_span on agent_actions (awaits_span_id, created_at) where awaits_span_id is not null;
