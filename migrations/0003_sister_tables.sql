-- The tables of the other five kinds of event, and the file operations that tool calls give.
--
-- A table of the same name that is here already belongs to a predecessor, and nobody knows its columns: it is renamed to
-- ..._predecessor with every row in it, and so are its indexes, whose names would be in the way.

do $$
declare
  predecessor record;
  index_name name;
begin
  for predecessor in
    select relation.oid, relation.relname, relation.relkind
    from pg_class relation
    where relation.relnamespace = current_schema()::regnamespace and relation.relname in (
      'agent_routing_decisions', 'agent_transformation_events', 'router_performance_metrics',
      'agent_detection_failures', 'agent_execution_logs', 'agent_file_operations')
  loop
    if predecessor.relkind not in ('r', 'p') then
      raise exception '% exists and is not a table', predecessor.relname
        using hint = 'Rename it, then run agent-actions migrate again.';
    end if;
    execute format('alter table %I rename to %I', predecessor.relname, predecessor.relname || '_predecessor');
    for index_name in
      select relname from pg_index join pg_class on pg_class.oid = indexrelid where indrelid = predecessor.oid
    loop
      execute format('alter index %I rename to %I', index_name, left(index_name, 50) || '_predecessor');
    end loop;
  end loop;
end
$$;

create table agent_routing_decisions (
  id uuid primary key default gen_random_uuid(),
  correlation_id uuid not null,
  user_request text,
  selected_agent text,
  confidence_score double precision,
  alternatives jsonb,
  reasoning text,
  routing_strategy text,
  context_snapshot jsonb,
  routing_time_ms integer,
  metadata jsonb,
  created_at timestamptz not null default now(),
  trace_id text,
  span_id text,
  service_name text,
  producer text,
  correlation_text text,
  repairs text[]
);
-- Of each sister, two questions are asked: what belongs to one run, and what came last or since a time.
create index idx_agent_routing_decisions_correlation_id on agent_routing_decisions (correlation_id);
create index idx_agent_routing_decisions_created_at on agent_routing_decisions (created_at desc);

comment on table agent_routing_decisions is 'Which agent a router chose: one row an event.';
comment on column agent_routing_decisions.id is 'Identity of the event: the same however often it is sent.';
comment on column agent_routing_decisions.correlation_id is 'Ties one run together. Another text than a UUID became one: correlation_uuid(text) finds it.';
comment on column agent_routing_decisions.user_request is 'What was asked.';
comment on column agent_routing_decisions.selected_agent is 'The agent that was chosen.';
comment on column agent_routing_decisions.confidence_score is 'How sure the router was, 0 to 1.';
comment on column agent_routing_decisions.alternatives is 'The others that were weighed: array of {agent, confidence, reason}.';
comment on column agent_routing_decisions.reasoning is 'Why this one.';
comment on column agent_routing_decisions.routing_strategy is 'How the router decides.';
comment on column agent_routing_decisions.context_snapshot is 'What the router saw: the event''s context.';
comment on column agent_routing_decisions.routing_time_ms is 'Milliseconds.';
comment on column agent_routing_decisions.metadata is 'Fields that the contract does not know, under their own names.';
comment on column agent_routing_decisions.created_at is 'When it happened.';
comment on column agent_routing_decisions.trace_id is 'OpenTelemetry trace id, 32 hex digits.';
comment on column agent_routing_decisions.span_id is 'OpenTelemetry span id, 16 hex digits.';
comment on column agent_routing_decisions.service_name is 'service.name of the OpenTelemetry resource that the agent ran in.';
comment on column agent_routing_decisions.producer is 'Package name and version of who made the event.';
comment on column agent_routing_decisions.correlation_text is 'The text that correlation_id was made from, where it was no UUID.';
comment on column agent_routing_decisions.repairs is 'What was mended in the event, as "field: how"; null for an event that was right as it came.';

create table agent_transformation_events (
  id uuid primary key default gen_random_uuid(),
  correlation_id uuid not null,
  event_type text not null default 'transformation_complete'
    constraint agent_transformation_events_event_type_check
    check (event_type in ('transformation_start', 'transformation_complete', 'transformation_failed')),
  session_id text,
  source_agent text,
  target_agent text,
  transformation_reason text,
  user_request text,
  routing_confidence double precision,
  routing_strategy text,
  transformation_duration_ms integer,
  initialization_duration_ms integer,
  total_execution_duration_ms integer,
  success boolean not null default true,
  error_message text,
  error_type text,
  quality_score double precision,
  context_snapshot jsonb,
  context_keys text[],
  context_size_bytes integer,
  agent_definition_id uuid,
  parent_event_id uuid,
  started_at timestamptz,
  completed_at timestamptz,
  metadata jsonb,
  created_at timestamptz not null default now(),
  trace_id text,
  span_id text,
  service_name text,
  producer text,
  correlation_text text,
  repairs text[]
);
create index idx_agent_transformation_events_correlation_id on agent_transformation_events (correlation_id);
create index idx_agent_transformation_events_created_at on agent_transformation_events (created_at desc);

comment on table agent_transformation_events is 'One agent becomes another: one row an event.';
comment on column agent_transformation_events.id is 'Identity of the event: the same however often it is sent.';
comment on column agent_transformation_events.correlation_id is 'Ties one run together. Another text than a UUID became one: correlation_uuid(text) finds it.';
comment on column agent_transformation_events.event_type is 'transformation_start, transformation_complete or transformation_failed.';
comment on column agent_transformation_events.session_id is 'Session that it happened in.';
comment on column agent_transformation_events.source_agent is 'The agent that it was.';
comment on column agent_transformation_events.target_agent is 'The agent that it became.';
comment on column agent_transformation_events.transformation_reason is 'Why.';
comment on column agent_transformation_events.user_request is 'What was asked.';
comment on column agent_transformation_events.routing_confidence is 'How sure the router was, 0 to 1.';
comment on column agent_transformation_events.routing_strategy is 'How the router decides.';
comment on column agent_transformation_events.transformation_duration_ms is 'Milliseconds of the change itself.';
comment on column agent_transformation_events.initialization_duration_ms is 'Milliseconds until the new agent was ready.';
comment on column agent_transformation_events.total_execution_duration_ms is 'Milliseconds in all.';
comment on column agent_transformation_events.success is 'Whether it went well.';
comment on column agent_transformation_events.error_message is 'What went wrong.';
comment on column agent_transformation_events.error_type is 'error.type of what went wrong.';
comment on column agent_transformation_events.quality_score is '0 to 1.';
comment on column agent_transformation_events.context_snapshot is 'What the new agent was given.';
comment on column agent_transformation_events.context_keys is 'Keys of what it was given.';
comment on column agent_transformation_events.context_size_bytes is 'Bytes of what it was given.';
comment on column agent_transformation_events.agent_definition_id is 'Definition of the agent; an id that is no UUID stands in metadata.';
comment on column agent_transformation_events.parent_event_id is 'The event that this one follows; an id that is no UUID stands in metadata.';
comment on column agent_transformation_events.started_at is 'When it began.';
comment on column agent_transformation_events.completed_at is 'When it was done.';
comment on column agent_transformation_events.metadata is 'Fields that the contract does not know, under their own names.';
comment on column agent_transformation_events.created_at is 'When it happened.';
comment on column agent_transformation_events.trace_id is 'OpenTelemetry trace id, 32 hex digits.';
comment on column agent_transformation_events.span_id is 'OpenTelemetry span id, 16 hex digits.';
comment on column agent_transformation_events.service_name is 'service.name of the OpenTelemetry resource that the agent ran in.';
comment on column agent_transformation_events.producer is 'Package name and version of who made the event.';
comment on column agent_transformation_events.correlation_text is 'The text that correlation_id was made from, where it was no UUID.';
comment on column agent_transformation_events.repairs is 'What was mended in the event, as "field: how"; null for an event that was right as it came.';

create table router_performance_metrics (
  id uuid primary key default gen_random_uuid(),
  correlation_id uuid not null,
  query_text text,
  routing_duration_ms integer,
  cache_hit boolean,
  trigger_match_strategy text,
  confidence_components jsonb,
  candidates_evaluated integer,
  metadata jsonb,
  created_at timestamptz not null default now(),
  trace_id text,
  span_id text,
  service_name text,
  producer text,
  correlation_text text,
  repairs text[]
);
create index idx_router_performance_metrics_correlation_id on router_performance_metrics (correlation_id);
create index idx_router_performance_metrics_created_at on router_performance_metrics (created_at desc);

comment on table router_performance_metrics is 'How a router performed on one query: one row an event.';
comment on column router_performance_metrics.id is 'Identity of the event: the same however often it is sent.';
comment on column router_performance_metrics.correlation_id is 'Ties one run together. Another text than a UUID became one: correlation_uuid(text) finds it.';
comment on column router_performance_metrics.query_text is 'The query that was routed.';
comment on column router_performance_metrics.routing_duration_ms is 'Milliseconds.';
comment on column router_performance_metrics.cache_hit is 'Answered from the cache.';
comment on column router_performance_metrics.trigger_match_strategy is 'How triggers were matched.';
comment on column router_performance_metrics.confidence_components is 'What the confidence is made of.';
comment on column router_performance_metrics.candidates_evaluated is 'How many were weighed.';
comment on column router_performance_metrics.metadata is 'Fields that the contract does not know, under their own names.';
comment on column router_performance_metrics.created_at is 'When it happened.';
comment on column router_performance_metrics.trace_id is 'OpenTelemetry trace id, 32 hex digits.';
comment on column router_performance_metrics.span_id is 'OpenTelemetry span id, 16 hex digits.';
comment on column router_performance_metrics.service_name is 'service.name of the OpenTelemetry resource that the agent ran in.';
comment on column router_performance_metrics.producer is 'Package name and version of who made the event.';
comment on column router_performance_metrics.correlation_text is 'The text that correlation_id was made from, where it was no UUID.';
comment on column router_performance_metrics.repairs is 'What was mended in the event, as "field: how"; null for an event that was right as it came.';

create table agent_detection_failures (
  id uuid primary key default gen_random_uuid(),
  -- One failure a run: the first that arrives stays. Its index also answers for one run.
  correlation_id uuid not null constraint agent_detection_failures_correlation_id_key unique,
  user_prompt text,
  prompt_length integer,
  prompt_hash text,
  detection_status text not null
    constraint agent_detection_failures_detection_status_check
    check (detection_status in ('no_detection', 'timeout', 'low_confidence', 'error')),
  failure_reason text,
  detection_metadata jsonb,
  attempted_methods text[],
  project_path text,
  project_name text,
  session_id text,
  metadata jsonb,
  created_at timestamptz not null default now(),
  trace_id text,
  span_id text,
  service_name text,
  producer text,
  correlation_text text,
  repairs text[]
);
create index idx_agent_detection_failures_created_at on agent_detection_failures (created_at desc);

comment on table agent_detection_failures is 'No agent was found for a request: one row a run, the first that arrived.';
comment on column agent_detection_failures.id is 'Identity of the event: the same however often it is sent.';
comment on column agent_detection_failures.correlation_id is 'Ties one run together. Another text than a UUID became one: correlation_uuid(text) finds it.';
comment on column agent_detection_failures.user_prompt is 'What was asked.';
comment on column agent_detection_failures.prompt_length is 'Characters of user_prompt.';
comment on column agent_detection_failures.prompt_hash is 'SHA-256 of user_prompt in UTF-8, hex.';
comment on column agent_detection_failures.detection_status is 'no_detection, timeout, low_confidence or error; read from failure_reason where the event does not say.';
comment on column agent_detection_failures.failure_reason is 'Why no agent was found.';
comment on column agent_detection_failures.detection_metadata is 'The event''s error_details.';
comment on column agent_detection_failures.attempted_methods is 'What was tried.';
comment on column agent_detection_failures.project_path is 'Folder of the project.';
comment on column agent_detection_failures.project_name is 'Name of the project.';
comment on column agent_detection_failures.session_id is 'Session that it happened in.';
comment on column agent_detection_failures.metadata is 'Fields that the contract does not know, under their own names.';
comment on column agent_detection_failures.created_at is 'When it happened.';
comment on column agent_detection_failures.trace_id is 'OpenTelemetry trace id, 32 hex digits.';
comment on column agent_detection_failures.span_id is 'OpenTelemetry span id, 16 hex digits.';
comment on column agent_detection_failures.service_name is 'service.name of the OpenTelemetry resource that the agent ran in.';
comment on column agent_detection_failures.producer is 'Package name and version of who made the event.';
comment on column agent_detection_failures.correlation_text is 'The text that correlation_id was made from, where it was no UUID.';
comment on column agent_detection_failures.repairs is 'What was mended in the event, as "field: how"; null for an event that was right as it came.';

create table agent_execution_logs (
  execution_id uuid primary key default gen_random_uuid(),
  correlation_id uuid not null,
  session_id text,
  agent_name text,
  user_prompt text,
  status text not null default 'in_progress'
    constraint agent_execution_logs_status_check
    check (status in ('in_progress', 'success', 'error', 'cancelled')),
  metadata jsonb,
  started_at timestamptz,
  completed_at timestamptz,
  duration_ms integer,
  quality_score double precision,
  error_message text,
  error_type text,
  project_path text,
  project_name text,
  claude_session_id text,
  terminal_id text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  trace_id text,
  span_id text,
  service_name text,
  producer text,
  correlation_text text,
  repairs text[],
  said jsonb not null default '{}'::jsonb
);
create index idx_agent_execution_logs_correlation_id on agent_execution_logs (correlation_id);
create index idx_agent_execution_logs_created_at on agent_execution_logs (created_at desc);

comment on table agent_execution_logs is 'Runs of agents: start and completion are events on one row, in whatever order and however often they arrive.';
comment on column agent_execution_logs.execution_id is 'Identity of the run; another text than a UUID became one and stands in metadata.';
comment on column agent_execution_logs.correlation_id is 'Ties one run together. Another text than a UUID became one: correlation_uuid(text) finds it.';
comment on column agent_execution_logs.session_id is 'Session that it ran in.';
comment on column agent_execution_logs.agent_name is 'Who ran.';
comment on column agent_execution_logs.user_prompt is 'What was asked.';
comment on column agent_execution_logs.status is 'in_progress, success, error or cancelled.';
comment on column agent_execution_logs.metadata is 'Metadata of all events of the run, and their fields that the contract does not know.';
comment on column agent_execution_logs.started_at is 'When the run began.';
comment on column agent_execution_logs.completed_at is 'When the run ended.';
comment on column agent_execution_logs.duration_ms is 'Milliseconds.';
comment on column agent_execution_logs.quality_score is '0 to 1.';
comment on column agent_execution_logs.error_message is 'What went wrong.';
comment on column agent_execution_logs.error_type is 'error.type of what went wrong.';
comment on column agent_execution_logs.project_path is 'Folder of the project.';
comment on column agent_execution_logs.project_name is 'Name of the project.';
comment on column agent_execution_logs.claude_session_id is 'Session id of Claude Code.';
comment on column agent_execution_logs.terminal_id is 'Terminal that it ran in.';
comment on column agent_execution_logs.created_at is 'Time of the run''s earliest event.';
comment on column agent_execution_logs.updated_at is 'Time of the run''s latest event.';
comment on column agent_execution_logs.trace_id is 'OpenTelemetry trace id, 32 hex digits.';
comment on column agent_execution_logs.span_id is 'OpenTelemetry span id, 16 hex digits.';
comment on column agent_execution_logs.service_name is 'service.name of the OpenTelemetry resource that the agent ran in.';
comment on column agent_execution_logs.producer is 'Package name and version of who made the event.';
comment on column agent_execution_logs.correlation_text is 'The text that correlation_id was made from, where it was no UUID.';
comment on column agent_execution_logs.repairs is 'What was mended in the event, as "field: how"; null for an event that was right as it came.';
comment on column agent_execution_logs.said is 'What the other columns are made from: [rank, value] of every field, one a key of metadata, one a repair. The greatest rank holds, so the order of arrival is indifferent.';

create function merge_execution(one jsonb, other jsonb) returns jsonb
language sql immutable strict parallel safe
as $$
  select jsonb_object_agg(
    key,
    case
      when b.value is null then a.value
      when a.value is null then b.value
      when (a.value ->> 0) collate "C" > (b.value ->> 0) collate "C" then a.value
      when (a.value ->> 0) collate "C" < (b.value ->> 0) collate "C" then b.value
      else greatest(a.value, b.value)
    end)
  from jsonb_each(one) as a full join jsonb_each(other) as b using (key)
$$;

comment on function merge_execution(jsonb, jsonb) is
  'What two events about one run say together (see agent_execution_logs.said): the same in whatever order and however often they are merged.';

create table agent_file_operations (
  action_id uuid not null,
  correlation_id uuid not null,
  agent_name text not null,
  operation_type text not null
    constraint agent_file_operations_operation_type_check
    check (operation_type in ('read', 'write', 'edit', 'glob', 'grep', 'delete', 'create')),
  file_path text,
  file_path_hash text,
  file_name text,
  file_extension text,
  content_hash_before text,
  content_hash_after text,
  content_changed boolean,
  tool_name text not null,
  line_range jsonb,
  operation_params jsonb,
  success boolean,
  error_message text,
  bytes_read bigint,
  bytes_written bigint,
  duration_ms integer,
  created_at timestamptz not null,
  -- The key of its action.
  primary key (action_id, created_at)
);
create index idx_agent_file_operations_correlation_id on agent_file_operations (correlation_id);
-- What happened to one file. Not the path itself: a B-tree refuses entries over 2,704 bytes.
create index idx_agent_file_operations_file_path_hash on agent_file_operations (file_path_hash);
-- Since a time. Rows come nearly in the order of time, so the smallest of indexes will do, which costs a row nothing.
create index idx_agent_file_operations_created_at on agent_file_operations using brin (created_at);

comment on table agent_file_operations is 'What tool calls did to files: one row a tool call, written with its action.';
comment on column agent_file_operations.action_id is 'The action''s id: with created_at its key in agent_actions.';
comment on column agent_file_operations.correlation_id is 'Ties one run together. Another text than a UUID became one: correlation_uuid(text) finds it.';
comment on column agent_file_operations.agent_name is 'Who acted.';
comment on column agent_file_operations.operation_type is 'read, write, edit, glob, grep, delete or create.';
comment on column agent_file_operations.file_path is 'As the tool was given it; of a search the pattern, where no path was given.';
comment on column agent_file_operations.file_path_hash is 'SHA-256 of file_path in UTF-8, hex.';
comment on column agent_file_operations.file_name is 'Last part of the path.';
comment on column agent_file_operations.file_extension is 'In lower case, without the dot.';
comment on column agent_file_operations.content_hash_before is 'As the details say; never read from disk.';
comment on column agent_file_operations.content_hash_after is 'As the details say; never read from disk.';
comment on column agent_file_operations.content_changed is 'As the details say, or whether the two hashes differ.';
comment on column agent_file_operations.tool_name is 'The tool as it was called.';
comment on column agent_file_operations.line_range is '{start, end}, lines from 1.';
comment on column agent_file_operations.operation_params is 'The tool''s other parameters, without the long ones.';
comment on column agent_file_operations.success is 'Whether it went well; null where nothing says.';
comment on column agent_file_operations.error_message is 'What went wrong.';
comment on column agent_file_operations.bytes_read is 'As the details say.';
comment on column agent_file_operations.bytes_written is 'As the details say, or the size of the text that was to be written.';
comment on column agent_file_operations.duration_ms is 'Milliseconds.';
comment on column agent_file_operations.created_at is 'When the action began.';
