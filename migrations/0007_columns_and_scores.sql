-- Columns that later questions are asked by, fields that producers in the field send, and scores as SQL can round them.
--
-- Adding a column changes no row. The changes of type rewrite their tables; all of them are small beside agent_actions, which
-- is only read, once, for its new check.

-- A table that was taken over from a predecessor may have columns of these names: they stay, under another.
do $$
declare
  taken name;
begin
  for taken in
    select attname from pg_attribute
    where attrelid = 'agent_actions'::regclass and attnum > 0 and not attisdropped and attname in (
      'service_version', 'environment', 'agent_version', 'user_id', 'on_behalf_of', 'trigger', 'kafka_topic',
      'kafka_partition', 'kafka_offset', 'producer_epoch', 'producer_sequence', 'approved_by', 'approval_method',
      'policy', 'arguments_sha256', 'error_group', 'state', 'merged_at', 'field_origins')
  loop
    execute format('alter table agent_actions rename column %I to %I', taken, taken || '_predecessor');
  end loop;
end
$$;

alter table agent_actions
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
  add column approved_by text,
  add column approval_method text,
  add column policy text,
  add column arguments_sha256 text,
  add column error_group text,
  add column state text not null default 'ended'
    constraint agent_actions_state_check check (state in ('running', 'abandoned', 'ended'));

comment on column agent_actions.service_version is 'service.version of the OpenTelemetry resource that the agent ran in.';
comment on column agent_actions.environment is 'deployment.environment.name of the OpenTelemetry resource that the agent ran in.';
comment on column agent_actions.agent_version is 'gen_ai.agent.version, or a digest of the agent''s release.';
comment on column agent_actions.user_id is 'Person or account that the run acts for, or a keyed hash of it.';
comment on column agent_actions.on_behalf_of is 'Everybody on whose behalf the run acts, the nearest first.';
comment on column agent_actions.trigger is 'What began the run: a schedule, a webhook, a person.';
comment on column agent_actions.kafka_topic is 'Topic of the Kafka record that the row was made from; null for rows that 0.1.0 wrote.';
comment on column agent_actions.kafka_partition is 'Partition of that record.';
comment on column agent_actions.kafka_offset is 'Offset of that record.';
comment on column agent_actions.producer_epoch is 'The record''s header producer-epoch: names one start of a producer. Null where it sent none.';
comment on column agent_actions.producer_sequence is 'The record''s header producer-sequence: counts the records of one epoch over all topics; a number that is missing belongs to a record that was dropped, or is still on its way.';
comment on column agent_actions.approved_by is 'Of a decision that approves or refuses: who decided.';
comment on column agent_actions.approval_method is 'How it was decided: by a person, a rule, a model.';
comment on column agent_actions.policy is 'Rule that asked for the approval or gave it.';
comment on column agent_actions.arguments_sha256 is 'SHA-256 of the arguments that were approved, hex: what was done can be held against it.';
comment on column agent_actions.error_group is 'Hash of the error message without numbers, ids, paths and quotations: errors that differ only in these have the same one.';
comment on column agent_actions.state is 'running, abandoned or ended, as the event''s status says. A later state takes the place of an earlier one, whatever the order of arrival.';
update agent_actions set state = status where status in ('running', 'abandoned');

-- By way of text, because a cast of a double to numeric keeps 15 digits only.
alter table agent_routing_decisions
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
  add column trigger_confidence numeric,
  add column context_confidence numeric,
  add column capability_confidence numeric,
  add column historical_confidence numeric,
  add column matched_triggers text[],
  add column selection_validated boolean,
  add column actual_success boolean,
  add column actual_quality_score numeric,
  add column prediction_error numeric,
  add column execution_succeeded boolean,
  add column cache_hit boolean,
  add column session_id text,
  alter column confidence_score type numeric using confidence_score::text::numeric;

comment on column agent_routing_decisions.service_version is 'service.version of the OpenTelemetry resource that the agent ran in.';
comment on column agent_routing_decisions.environment is 'deployment.environment.name of the OpenTelemetry resource that the agent ran in.';
comment on column agent_routing_decisions.agent_version is 'gen_ai.agent.version, or a digest of the agent''s release.';
comment on column agent_routing_decisions.user_id is 'Person or account that the run acts for, or a keyed hash of it.';
comment on column agent_routing_decisions.on_behalf_of is 'Everybody on whose behalf the run acts, the nearest first.';
comment on column agent_routing_decisions.trigger is 'What began the run: a schedule, a webhook, a person.';
comment on column agent_routing_decisions.kafka_topic is 'Topic of the Kafka record that the row was made from; null for rows that 0.1.0 wrote.';
comment on column agent_routing_decisions.kafka_partition is 'Partition of that record.';
comment on column agent_routing_decisions.kafka_offset is 'Offset of that record.';
comment on column agent_routing_decisions.producer_epoch is 'The record''s header producer-epoch: names one start of a producer. Null where it sent none.';
comment on column agent_routing_decisions.producer_sequence is 'The record''s header producer-sequence: counts the records of one epoch over all topics; a number that is missing belongs to a record that was dropped, or is still on its way.';
comment on column agent_routing_decisions.trigger_confidence is 'Confidence by triggers, 0 to 1.';
comment on column agent_routing_decisions.context_confidence is 'Confidence by context, 0 to 1.';
comment on column agent_routing_decisions.capability_confidence is 'Confidence by capabilities, 0 to 1.';
comment on column agent_routing_decisions.historical_confidence is 'Confidence by earlier results, 0 to 1.';
comment on column agent_routing_decisions.matched_triggers is 'Triggers that matched.';
comment on column agent_routing_decisions.selection_validated is 'The selection was checked.';
comment on column agent_routing_decisions.actual_success is 'Found out afterwards: the agent did well.';
comment on column agent_routing_decisions.actual_quality_score is 'Found out afterwards: quality, 0 to 1.';
comment on column agent_routing_decisions.prediction_error is 'How far confidence and result differ.';
comment on column agent_routing_decisions.execution_succeeded is 'The agent''s execution succeeded.';
comment on column agent_routing_decisions.cache_hit is 'Answered from the cache.';
comment on column agent_routing_decisions.session_id is 'Session that it happened in.';

alter table agent_transformation_events
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
  add column transformation_type text,
  add column input_data jsonb,
  add column output_data jsonb,
  add column error_group text,
  alter column routing_confidence type numeric using routing_confidence::text::numeric,
  alter column quality_score type numeric using quality_score::text::numeric;

comment on column agent_transformation_events.service_version is 'service.version of the OpenTelemetry resource that the agent ran in.';
comment on column agent_transformation_events.environment is 'deployment.environment.name of the OpenTelemetry resource that the agent ran in.';
comment on column agent_transformation_events.agent_version is 'gen_ai.agent.version, or a digest of the agent''s release.';
comment on column agent_transformation_events.user_id is 'Person or account that the run acts for, or a keyed hash of it.';
comment on column agent_transformation_events.on_behalf_of is 'Everybody on whose behalf the run acts, the nearest first.';
comment on column agent_transformation_events.trigger is 'What began the run: a schedule, a webhook, a person.';
comment on column agent_transformation_events.kafka_topic is 'Topic of the Kafka record that the row was made from; null for rows that 0.1.0 wrote.';
comment on column agent_transformation_events.kafka_partition is 'Partition of that record.';
comment on column agent_transformation_events.kafka_offset is 'Offset of that record.';
comment on column agent_transformation_events.producer_epoch is 'The record''s header producer-epoch: names one start of a producer. Null where it sent none.';
comment on column agent_transformation_events.producer_sequence is 'The record''s header producer-sequence: counts the records of one epoch over all topics; a number that is missing belongs to a record that was dropped, or is still on its way.';
comment on column agent_transformation_events.transformation_type is 'Of the form {transformation_type, input_data, output_data}: what sort.';
comment on column agent_transformation_events.input_data is 'Of that form: what went in.';
comment on column agent_transformation_events.output_data is 'Of that form: what came out.';
comment on column agent_transformation_events.error_group is 'Hash of the error message without numbers, ids, paths and quotations: errors that differ only in these have the same one.';

alter table router_performance_metrics
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
  add column measured_at timestamptz,
  add column total_routing_time_us bigint,
  add column selection_strategy text,
  add column metric_name text,
  add column metric_value numeric;

comment on column router_performance_metrics.service_version is 'service.version of the OpenTelemetry resource that the agent ran in.';
comment on column router_performance_metrics.environment is 'deployment.environment.name of the OpenTelemetry resource that the agent ran in.';
comment on column router_performance_metrics.agent_version is 'gen_ai.agent.version, or a digest of the agent''s release.';
comment on column router_performance_metrics.user_id is 'Person or account that the run acts for, or a keyed hash of it.';
comment on column router_performance_metrics.on_behalf_of is 'Everybody on whose behalf the run acts, the nearest first.';
comment on column router_performance_metrics.trigger is 'What began the run: a schedule, a webhook, a person.';
comment on column router_performance_metrics.kafka_topic is 'Topic of the Kafka record that the row was made from; null for rows that 0.1.0 wrote.';
comment on column router_performance_metrics.kafka_partition is 'Partition of that record.';
comment on column router_performance_metrics.kafka_offset is 'Offset of that record.';
comment on column router_performance_metrics.producer_epoch is 'The record''s header producer-epoch: names one start of a producer. Null where it sent none.';
comment on column router_performance_metrics.producer_sequence is 'The record''s header producer-sequence: counts the records of one epoch over all topics; a number that is missing belongs to a record that was dropped, or is still on its way.';
comment on column router_performance_metrics.measured_at is 'When it was measured.';
comment on column router_performance_metrics.total_routing_time_us is 'Microseconds of the whole routing.';
comment on column router_performance_metrics.selection_strategy is 'How the agent was selected.';
comment on column router_performance_metrics.metric_name is 'Of the form {metric_name, metric_value}: the metric.';
comment on column router_performance_metrics.metric_value is 'Of that form: its value.';

alter table agent_detection_failures
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
  add column claude_session_id text;

comment on column agent_detection_failures.service_version is 'service.version of the OpenTelemetry resource that the agent ran in.';
comment on column agent_detection_failures.environment is 'deployment.environment.name of the OpenTelemetry resource that the agent ran in.';
comment on column agent_detection_failures.agent_version is 'gen_ai.agent.version, or a digest of the agent''s release.';
comment on column agent_detection_failures.user_id is 'Person or account that the run acts for, or a keyed hash of it.';
comment on column agent_detection_failures.on_behalf_of is 'Everybody on whose behalf the run acts, the nearest first.';
comment on column agent_detection_failures.trigger is 'What began the run: a schedule, a webhook, a person.';
comment on column agent_detection_failures.kafka_topic is 'Topic of the Kafka record that the row was made from; null for rows that 0.1.0 wrote.';
comment on column agent_detection_failures.kafka_partition is 'Partition of that record.';
comment on column agent_detection_failures.kafka_offset is 'Offset of that record.';
comment on column agent_detection_failures.producer_epoch is 'The record''s header producer-epoch: names one start of a producer. Null where it sent none.';
comment on column agent_detection_failures.producer_sequence is 'The record''s header producer-sequence: counts the records of one epoch over all topics; a number that is missing belongs to a record that was dropped, or is still on its way.';
comment on column agent_detection_failures.claude_session_id is 'Session id of Claude Code.';

alter table agent_execution_logs
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
  add column error_group text,
  alter column quality_score type numeric using quality_score::text::numeric,
  drop constraint agent_execution_logs_status_check,
  add constraint agent_execution_logs_status_check
    check (status in ('in_progress', 'success', 'error', 'cancelled', 'abandoned'));

comment on column agent_execution_logs.service_version is 'service.version of the OpenTelemetry resource that the agent ran in.';
comment on column agent_execution_logs.environment is 'deployment.environment.name of the OpenTelemetry resource that the agent ran in.';
comment on column agent_execution_logs.agent_version is 'gen_ai.agent.version, or a digest of the agent''s release.';
comment on column agent_execution_logs.user_id is 'Person or account that the run acts for, or a keyed hash of it.';
comment on column agent_execution_logs.on_behalf_of is 'Everybody on whose behalf the run acts, the nearest first.';
comment on column agent_execution_logs.trigger is 'What began the run: a schedule, a webhook, a person.';
comment on column agent_execution_logs.kafka_topic is 'Topic of the Kafka record that the row was made from; null for rows that 0.1.0 wrote.';
comment on column agent_execution_logs.kafka_partition is 'Partition of that record.';
comment on column agent_execution_logs.kafka_offset is 'Offset of that record.';
comment on column agent_execution_logs.producer_epoch is 'The record''s header producer-epoch: names one start of a producer. Null where it sent none.';
comment on column agent_execution_logs.producer_sequence is 'The record''s header producer-sequence: counts the records of one epoch over all topics; a number that is missing belongs to a record that was dropped, or is still on its way.';
comment on column agent_execution_logs.error_group is 'Hash of the error message without numbers, ids, paths and quotations: errors that differ only in these have the same one.';
comment on column agent_execution_logs.status is 'in_progress, success, error, cancelled, or abandoned: the agent is gone without an end.';
