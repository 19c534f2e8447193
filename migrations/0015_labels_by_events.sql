-- Labels, notes and outcomes also come as events: what every event has beside its own fields, and where it stood in Kafka.

alter table agent_action_labels
  add column metadata jsonb,
  add column trace_id text,
  add column span_id text,
  add column service_name text,
  add column producer text,
  add column service_version text,
  add column environment text,
  add column agent_version text,
  add column user_id text,
  add column on_behalf_of text[],
  add column trigger text,
  add column kafka_topic text,
  add column kafka_partition integer,
  add column kafka_offset bigint,
  add column producer_epoch text,
  add column producer_sequence bigint,
  add column correlation_text text,
  add column repairs text[];
comment on column agent_action_labels.token_name is
  'Name of the token that allowed it; null for that of the environment, and where it came as an event.';
comment on column agent_action_labels.metadata is 'Fields of the event that the contract does not know, under their own names.';
comment on column agent_action_labels.trace_id is 'OpenTelemetry trace id of the span that says it, 32 hex digits: not of what it is about.';
comment on column agent_action_labels.span_id is 'OpenTelemetry span id of that span, 16 hex digits.';
comment on column agent_action_labels.service_name is 'service.name of the OpenTelemetry resource of who says it.';
comment on column agent_action_labels.producer is 'Who made the event: package name and version.';
comment on column agent_action_labels.service_version is 'service.version of that resource.';
comment on column agent_action_labels.environment is 'deployment.environment.name of that resource.';
comment on column agent_action_labels.agent_version is 'gen_ai.agent.version of the agent that says it.';
comment on column agent_action_labels.user_id is 'Person or account that this agent acts for, or a keyed hash of it.';
comment on column agent_action_labels.on_behalf_of is 'Everybody on whose behalf it acts, the nearest first.';
comment on column agent_action_labels.trigger is 'What began the run that says it: a schedule, a webhook, a person.';
comment on column agent_action_labels.kafka_topic is 'Topic of the Kafka record that the row was made from; null for labels that came by the API.';
comment on column agent_action_labels.kafka_partition is 'Partition of that record.';
comment on column agent_action_labels.kafka_offset is 'Offset of that record.';
comment on column agent_action_labels.producer_epoch is 'Which start of which producer sent the record; null where it does not say.';
comment on column agent_action_labels.producer_sequence is 'Number of the record among all that the producer sent in that epoch.';
comment on column agent_action_labels.correlation_text is 'Text that correlation_id was made from, where it was no UUID.';
comment on column agent_action_labels.repairs is 'What the consumer mended in the event, as field: how; null if nothing.';

comment on column agent_action_changes.kind is
  'Whose rows: action, routing_decision, transformation, router_performance, detection_failure, execution, or label where it came as an event. File operations follow their actions.';
