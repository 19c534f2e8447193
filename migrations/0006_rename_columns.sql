-- The columns and the table whose names needed a glossary.

alter table agent_actions rename column layers to merged_spans;
alter table agent_actions rename column stand_ins to inferred_fields;
alter table agent_actions rename column awaits_span_id to unresolved_parent_span_id;
alter index agent_actions_awaits_span rename to agent_actions_unresolved_parent_span;

alter table agent_action_spans rename to agent_action_span_attributions;
alter table agent_action_span_attributions rename column awaits_span_id to unresolved_parent_span_id;
alter index agent_action_spans_pkey rename to agent_action_span_attributions_pkey;
alter index idx_agent_action_spans_received_at rename to idx_agent_action_span_attributions_received_at;
