-- The columns and the table whose names needed a glossary, and comments that named them.

alter table agent_actions rename column layers to merged_spans;
alter table agent_actions rename column stand_ins to inferred_fields;
alter table agent_actions rename column awaits_span_id to unresolved_parent_span_id;
alter index agent_actions_awaits_span rename to agent_actions_unresolved_parent_span;
comment on column agent_actions.merged_spans is
  'Other spans that recorded this same call and were merged into this row: [{source, trace_id, span_id}].';
comment on column agent_actions.inferred_fields is
  'Of an action with an unresolved parent span: which of agent_name, action_name, session_id and correlation_id were inferred. What is found takes their place.';

alter table agent_action_spans rename to agent_action_span_attributions;
alter table agent_action_span_attributions rename column awaits_span_id to unresolved_parent_span_id;
alter index agent_action_spans_pkey rename to agent_action_span_attributions_pkey;
alter index idx_agent_action_spans_received_at rename to idx_agent_action_span_attributions_received_at;
comment on column agent_action_span_attributions.agent_name is
  'Agent that the span, or one around it up to unresolved_parent_span_id, names.';
