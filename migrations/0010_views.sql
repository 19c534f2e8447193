-- Views and functions that people, dashboards and the API ask, in a schema of their own whose columns stay. Every object and column
-- has a comment, and docs/views.md is made from them.

-- Whether an action went wrong, in one place: an index below and every view that counts failures use it.
create function agent_action_failed(action_type text, status text, error_group text, action_details jsonb) returns boolean
language sql immutable parallel safe
return action_type = 'error' or coalesce(status = 'error', error_group is not null or action_details ->> 'success' = 'false', false);
comment on function agent_action_failed(text, text, text, jsonb) is
  'Whether an action failed: an error, one with the status error, or, where no status is given, one with an error message or the detail "success": false.';

-- When an execution began, as all views of executions say it.
create index idx_agent_execution_logs_began on agent_execution_logs ((coalesce(started_at, created_at)) desc);

create index agent_actions_failed on agent_actions (created_at desc)
  where agent_action_failed(action_type, status, error_group, action_details);

-- The history of a file begins with its last operation.
drop index idx_agent_file_operations_file_path_hash;
create index idx_agent_file_operations_file_path_hash on agent_file_operations (file_path_hash, created_at desc);

-- A table of yours: nothing writes it, and costs are shown only where it has a price.
create table agent_model_prices (
  model_pattern text not null,
  provider text not null default '',
  valid_from timestamptz not null default '-infinity',
  input_per_million numeric not null,
  output_per_million numeric not null,
  currency text not null default 'USD',
  primary key (model_pattern, provider, valid_from)
);
comment on table agent_model_prices is 'What models cost, written by you: the view model_usage of agent_actions_v1 shows costs where there is a price.';
comment on column agent_model_prices.model_pattern is 'The model''s name, or a pattern of LIKE for several: of those that fit, the longest holds.';
comment on column agent_model_prices.provider is 'gen_ai.provider.name; empty for whichever.';
comment on column agent_model_prices.valid_from is 'Since when this price holds.';
comment on column agent_model_prices.input_per_million is 'Price of a million tokens that the model is given.';
comment on column agent_model_prices.output_per_million is 'Price of a million tokens that the model writes.';
comment on column agent_model_prices.currency is 'Of both prices.';

-- Tables in public have the schema agent_actions_v1; those in another one, which may be in the same database, have it in front.
do $$
declare
  tables text := current_schema();
  views text := case when tables = 'public' then 'agent_actions_v1' else left(tables, 46) || '_agent_actions_v1' end;
  schema regnamespace := to_regnamespace(quote_ident(views));
begin
  if schema is null then
    if not has_database_privilege(current_database(), 'create') then
      raise exception 'the role % may not create the schema % for the views', current_user, views
        using errcode = 'insufficient_privilege',
          hint = format('Let an administrator run: create schema %I authorization %I; then run agent-actions migrate again', views, current_user);
    end if;
    execute format('create schema %I', views);
    execute format('comment on schema %I is %L', views,
      'Stable views and functions over the actions of agents. Columns are only added; what has to change goes into another schema.');
  elsif not has_schema_privilege(schema, 'create') then
    raise exception 'the role % may not create views in the schema %', current_user, views
      using errcode = 'insufficient_privilege',
        hint = format('Let an administrator run: grant usage, create on schema %I to %I; then run agent-actions migrate again', views, current_user);
  end if;
  -- Names below are made in the one, and looked up in both. Put back at the end of this file.
  perform set_config('agent_actions.search_path', current_setting('search_path'), false);
  perform set_config('search_path', format('%I, %I', views, tables), false);
end
$$;

create view actions as
select
  id, correlation_id, correlation_text, session_id, parent_action_id, agent_name, action_type, action_name, state, status,
  agent_action_failed(action_type, status, error_group, action_details) as failed,
  created_at as started_at,
  coalesce(ended_at, case when state = 'ended' then created_at + duration_ms * interval '1 millisecond' end) as ended_at,
  duration_ms, error_type,
  coalesce(status_message, action_details ->> 'error_message') as error_message,
  error_group, action_details, project_name, project_path, working_directory, service_name, service_version, environment, agent_version,
  user_id, on_behalf_of, trigger, tool_call_id, approved_by, approval_method, policy, arguments_sha256, source, producer,
  trace_id, span_id, parent_span_id, merged_spans, possible_duplicate_of, debug_mode, repairs, kafka_topic, kafka_partition, kafka_offset,
  producer_epoch, producer_sequence, merged_at, last_seen_at
from agent_actions;
comment on view actions is 'What agents did: one row an action. The action around it and its depth are in run_actions().';
comment on column actions.id is 'Identity of the action: the same however often it is sent.';
comment on column actions.correlation_id is 'The run: correlation_uuid(text) finds it by the name that its producer gave it.';
comment on column actions.correlation_text is 'What the producer called the run, where that was no UUID.';
comment on column actions.session_id is 'Conversation, session or thread.';
comment on column actions.parent_action_id is 'The action around this one. Its row comes when it has ended, so it may not be there yet.';
comment on column actions.agent_name is 'Who acted.';
comment on column actions.action_type is 'tool_call, decision, error or success.';
comment on column actions.action_name is 'The tool, what was decided, the error''s type, or the task.';
comment on column actions.state is 'running, ended, or abandoned: the agent is gone without an end.';
comment on column actions.status is 'ok or error as the producer says, or the state again; null where it does not say.';
comment on column actions.failed is 'An error, an action with the status error, or one that reports a failure and has no status.';
comment on column actions.started_at is 'When the action began. With id the key of the row.';
comment on column actions.ended_at is 'When the action ended; null while it runs, and where no end and no duration are known.';
comment on column actions.duration_ms is 'Milliseconds from start to end.';
comment on column actions.error_type is 'error.type of the OpenTelemetry conventions.';
comment on column actions.error_message is 'What the error said.';
comment on column actions.error_group is 'Errors that differ only in numbers, ids, paths and quotations have the same one.';
comment on column actions.action_details is 'Parameters and result of a tool call, context and result of a decision, and everything else that the event said, as JSON.';
comment on column actions.project_name is 'Name of the project.';
comment on column actions.project_path is 'Folder of the project.';
comment on column actions.working_directory is 'Folder that the agent ran in.';
comment on column actions.service_name is 'service.name of the OpenTelemetry resource that the agent ran in.';
comment on column actions.service_version is 'service.version of that resource.';
comment on column actions.environment is 'deployment.environment.name of that resource.';
comment on column actions.agent_version is 'gen_ai.agent.version, or a digest of the agent''s release.';
comment on column actions.user_id is 'Person or account that the run acts for, or a keyed hash of it.';
comment on column actions.on_behalf_of is 'Everybody on whose behalf the run acts, the nearest first.';
comment on column actions.trigger is 'What began the run: a schedule, a webhook, a person.';
comment on column actions.tool_call_id is 'The model''s id of the tool call.';
comment on column actions.approved_by is 'Of a decision that approves or refuses: who decided.';
comment on column actions.approval_method is 'How it was decided: by a person, a rule, a model.';
comment on column actions.policy is 'Rule that asked for the approval or gave it.';
comment on column actions.arguments_sha256 is 'SHA-256 of the arguments that were approved, hex.';
comment on column actions.source is 'Dialect of the span that the event was made from; null for an event that was no span.';
comment on column actions.producer is 'Package name and version of who made the event.';
comment on column actions.trace_id is 'OpenTelemetry trace id, 32 hex digits.';
comment on column actions.span_id is 'OpenTelemetry span id, 16 hex digits.';
comment on column actions.parent_span_id is 'Span id of the action or span around this one.';
comment on column actions.merged_spans is 'Other spans that recorded this same call: [{source, trace_id, span_id}].';
comment on column actions.possible_duplicate_of is 'Another action that may be this same call, as another instrumentation recorded it.';
comment on column actions.debug_mode is 'Removed by cleanup_old_debug_logs() after 30 days.';
comment on column actions.repairs is 'What was mended in the event, as "field: how"; null for an event that was right as it came.';
comment on column actions.kafka_topic is 'Topic of the Kafka record that the row was made from.';
comment on column actions.kafka_partition is 'Partition of that record.';
comment on column actions.kafka_offset is 'Offset of that record.';
comment on column actions.producer_epoch is 'Names one start of the producer.';
comment on column actions.producer_sequence is 'The record''s number among those of one epoch.';
comment on column actions.last_seen_at is 'Of an action that became abandoned because its producer is gone: when that was last seen.';
comment on column actions.merged_at is 'When another event about the action last changed the row; null for a row that one transaction wrote.';

create view executions as
select
  execution_id, correlation_id, correlation_text, session_id, agent_name,
  case status when 'in_progress' then 'running' when 'abandoned' then 'abandoned' else 'ended' end as state,
  status, coalesce(started_at, created_at) as started_at, completed_at,
  coalesce(duration_ms, (extract(epoch from completed_at - coalesce(started_at, created_at)) * 1000)::bigint) as duration_ms,
  quality_score, user_prompt, error_type, error_message, error_group, project_name, project_path, service_name, service_version,
  environment, agent_version, user_id, on_behalf_of, trigger, claude_session_id, terminal_id, metadata, producer, trace_id, span_id,
  repairs, created_at, updated_at, last_seen_at
from agent_execution_logs;
comment on view executions is 'Executions of agents: start and completion in one row.';
comment on column executions.execution_id is 'Identity of the execution.';
comment on column executions.correlation_id is 'The run that it belongs to.';
comment on column executions.correlation_text is 'What the producer called the run, where that was no UUID.';
comment on column executions.session_id is 'Session that it ran in.';
comment on column executions.agent_name is 'Who ran.';
comment on column executions.state is 'running, ended, or abandoned: the agent is gone without an end.';
comment on column executions.status is 'in_progress, success, error, cancelled or abandoned.';
comment on column executions.started_at is 'When it began; the time of its earliest event where that is not said.';
comment on column executions.completed_at is 'When it ended.';
comment on column executions.duration_ms is 'Milliseconds: as the producer says, or from start to end.';
comment on column executions.quality_score is '0 to 1.';
comment on column executions.user_prompt is 'What was asked.';
comment on column executions.error_type is 'error.type of what went wrong.';
comment on column executions.error_message is 'What went wrong.';
comment on column executions.error_group is 'Errors that differ only in numbers, ids, paths and quotations have the same one.';
comment on column executions.project_name is 'Name of the project.';
comment on column executions.project_path is 'Folder of the project.';
comment on column executions.service_name is 'service.name of the OpenTelemetry resource that the agent ran in.';
comment on column executions.service_version is 'service.version of that resource.';
comment on column executions.environment is 'deployment.environment.name of that resource.';
comment on column executions.agent_version is 'gen_ai.agent.version, or a digest of the agent''s release.';
comment on column executions.user_id is 'Person or account that it acts for, or a keyed hash of it.';
comment on column executions.on_behalf_of is 'Everybody on whose behalf it acts, the nearest first.';
comment on column executions.trigger is 'What began it: a schedule, a webhook, a person.';
comment on column executions.claude_session_id is 'Session id of Claude Code.';
comment on column executions.terminal_id is 'Terminal that it ran in.';
comment on column executions.metadata is 'Metadata of all its events, and their fields that the contract does not know.';
comment on column executions.producer is 'Package name and version of who made the event.';
comment on column executions.trace_id is 'OpenTelemetry trace id, 32 hex digits.';
comment on column executions.span_id is 'OpenTelemetry span id, 16 hex digits.';
comment on column executions.repairs is 'What was mended in the event, as "field: how".';
comment on column executions.last_seen_at is 'Of an execution that became abandoned because its producer is gone: when that was last seen.';
comment on column executions.created_at is 'Time of its earliest event.';
comment on column executions.updated_at is 'Time of its latest event.';

-- Actions and executions as one list before it is grouped: a condition on correlation_id then reaches the indices of both.
create view runs as
select
  correlation_id,
  max(correlation_text) as correlation_text,
  coalesce(
    left((array_agg(user_prompt order by started_at) filter (where user_prompt <> ''))[1], 200),
    (array_agg(action_name order by started_at, id) filter (where action_name is not null))[1]) as title,
  case when bool_or(state = 'running') then 'running' when bool_or(state = 'abandoned') then 'abandoned' else 'ended' end as state,
  min(started_at) as started_at,
  max(last_at) as last_activity_at,
  (extract(epoch from max(last_at) - min(started_at)) * 1000)::bigint as duration_ms,
  count(action_type) as actions,
  count(*) filter (where action_type = 'tool_call') as tool_calls,
  count(*) filter (where action_type = 'decision') as decisions,
  count(*) filter (where action_type = 'error') as errors,
  count(*) filter (where action_type = 'success') as successes,
  count(*) filter (where action_failed) as failed_actions,
  count(*) filter (where action_type is null) as executions,
  count(*) filter (where execution_failed) as failed_executions,
  coalesce(array_agg(distinct agent_name) filter (where agent_name is not null), '{}') as agents,
  min(session_id) as session_id,
  min(project_name) as project_name,
  min(project_path) as project_path,
  min(service_name) as service_name,
  min(environment) as environment,
  min(user_id) as user_id
from (
  select
    correlation_id, correlation_text, id, null::text as user_prompt, action_name, state, created_at as started_at,
    greatest(created_at, coalesce(ended_at, created_at + duration_ms * interval '1 millisecond')) as last_at, action_type,
    agent_action_failed(action_type, status, error_group, action_details) as action_failed, false as execution_failed, agent_name, session_id,
    project_name, project_path, service_name, environment, user_id
  from agent_actions
  union all
  select
    correlation_id, correlation_text, execution_id, user_prompt, null, state, started_at, greatest(started_at, completed_at), null, false,
    status = 'error', agent_name, session_id, project_name, project_path, service_name, environment, user_id
  from executions
) as steps
group by correlation_id;
comment on view runs is
  'One row a run: the actions and executions of one correlation id. Give a correlation_id, or use runs_between(): a list of all runs reads all actions.';
comment on column runs.correlation_id is 'The run: correlation_uuid(text) finds it by the name that its producer gave it.';
comment on column runs.correlation_text is 'What the producer called the run, where that was no UUID.';
comment on column runs.title is 'The first 200 characters of what was asked, as its first execution says; else the name of its first action.';
comment on column runs.state is 'running while one of its actions or executions is, abandoned if one of them is, else ended.';
comment on column runs.started_at is 'Start of its first action or execution.';
comment on column runs.last_activity_at is 'Latest end of an action or execution, or start where no end is known.';
comment on column runs.duration_ms is 'Milliseconds from started_at to last_activity_at.';
comment on column runs.actions is 'How many actions.';
comment on column runs.tool_calls is 'How many actions of the type tool_call.';
comment on column runs.decisions is 'How many actions of the type decision.';
comment on column runs.errors is 'How many actions of the type error.';
comment on column runs.successes is 'How many actions of the type success.';
comment on column runs.failed_actions is 'How many actions failed, of whatever type: errors are among them.';
comment on column runs.executions is 'How many executions.';
comment on column runs.failed_executions is 'How many executions ended with the status error.';
comment on column runs.agents is 'Who took part, in alphabetical order.';
comment on column runs.session_id is 'Session that it belongs to; of several the first in alphabetical order, as in the columns below.';
comment on column runs.project_name is 'Name of the project.';
comment on column runs.project_path is 'Folder of the project.';
comment on column runs.service_name is 'service.name of the OpenTelemetry resource that the agent ran in.';
comment on column runs.environment is 'deployment.environment.name of that resource.';
comment on column runs.user_id is 'Person or account that it acts for, or a keyed hash of it.';

-- Functions read views only, as their caller: who may read the views needs no right to the tables.
create function runs_between(since timestamptz, until timestamptz default 'infinity') returns setof runs
language sql stable parallel safe rows 1000
begin atomic
  select run.*
  from (
    select correlation_id from actions where started_at >= since and started_at < until
    union
    select correlation_id from executions where started_at >= since and started_at < until
  ) as active, lateral (
    -- Without the offset all runs there are would be made, and then those of this time picked.
    select * from runs where runs.correlation_id = active.correlation_id offset 0
  ) as run;
end;
comment on function runs_between(timestamptz, timestamptz) is
  'The runs in which an action or execution began from the first time on and before the second, with all that they did before and after.';

create view sessions as
select
  session_id,
  min(created_at) as started_at,
  max(greatest(created_at, coalesce(ended_at, created_at + duration_ms * interval '1 millisecond'))) as last_activity_at,
  case when bool_or(state = 'running') then 'running' when bool_or(state = 'abandoned') then 'abandoned' else 'ended' end as state,
  count(distinct correlation_id) as runs,
  count(*) as actions,
  count(*) filter (where agent_action_failed(action_type, status, error_group, action_details)) as failed_actions,
  array_agg(distinct agent_name) as agents,
  array_agg(distinct project_name) filter (where project_name is not null) as projects,
  min(user_id) as user_id
from agent_actions
where session_id is not null
group by session_id;
comment on view sessions is 'One row a session: conversation, session or thread, with the actions of all its runs.';
comment on column sessions.session_id is 'Conversation, session or thread.';
comment on column sessions.started_at is 'Start of its first action.';
comment on column sessions.last_activity_at is 'Latest end of an action, or start where no end is known.';
comment on column sessions.state is 'running while one of its actions is, abandoned if one of them is, else ended.';
comment on column sessions.runs is 'How many runs.';
comment on column sessions.actions is 'How many actions.';
comment on column sessions.failed_actions is 'How many actions failed, of whatever type.';
comment on column sessions.agents is 'Who took part, in alphabetical order.';
comment on column sessions.projects is 'Names of its projects, in alphabetical order; null where none is named.';
comment on column sessions.user_id is 'Person or account that it acts for; of several the first in alphabetical order.';

create view tool_stats as
select
  period, starts_at, tool_name, agent_name, project_name, calls, failed_calls, round(failed_calls::numeric / calls, 4) as failed_share, mean_ms,
  percentiles[1] as p50_ms, percentiles[2] as p95_ms, percentiles[3] as p99_ms, max_ms
from (
  select
    period, date_trunc(period, created_at, 'UTC') as starts_at, action_name as tool_name, agent_name, project_name, count(*) as calls,
    count(*) filter (where agent_action_failed(action_type, status, error_group, action_details)) as failed_calls,
    round(avg(duration_ms), 1) as mean_ms, max(duration_ms) as max_ms,
    percentile_disc(array[0.5, 0.95, 0.99]) within group (order by duration_ms) as percentiles
  from agent_actions, unnest(array['hour', 'day']) as period
  where action_type = 'tool_call' and state <> 'running'
  group by 1, 2, 3, 4, 5
) as grouped;
comment on view tool_stats is 'Tool calls by hour and by day, tool, agent and project. Say which: where period = ''hour''. Running calls are not counted.';
comment on column tool_stats.period is 'hour or day. Every call is in both.';
comment on column tool_stats.starts_at is 'When the hour or day begins, in UTC.';
comment on column tool_stats.tool_name is 'The tool.';
comment on column tool_stats.agent_name is 'Who called it.';
comment on column tool_stats.project_name is 'Name of the project; null where none is named.';
comment on column tool_stats.calls is 'How many calls.';
comment on column tool_stats.failed_calls is 'How many of them failed.';
comment on column tool_stats.failed_share is 'failed_calls of calls, 0 to 1.';
comment on column tool_stats.mean_ms is 'Mean duration in milliseconds.';
comment on column tool_stats.p50_ms is 'Half of the calls took at most this long, in milliseconds.';
comment on column tool_stats.p95_ms is '95 of 100 calls took at most this long, in milliseconds.';
comment on column tool_stats.p99_ms is '99 of 100 calls took at most this long, in milliseconds.';
comment on column tool_stats.max_ms is 'The longest, in milliseconds.';

create function run_actions(run uuid)
returns table (
  id uuid, parent_action_id uuid, root_action_id uuid, depth integer, place bigint, started_before_parent boolean, started_at timestamptz,
  ended_at timestamptz, duration_ms integer, agent_name text, action_type text, action_name text, state text, failed boolean, error_message text)
language sql stable parallel safe rows 100
begin atomic
  with recursive ours as materialized (
    select
      actions.id, actions.parent_action_id as said, actions.span_id, actions.parent_span_id, actions.started_at, actions.ended_at, actions.duration_ms,
      actions.agent_name, actions.action_type, actions.action_name, actions.state, actions.failed, actions.error_message
    from actions where actions.correlation_id = run
  ),
  spans as (
    select distinct on (span_id) span_id, id from ours where span_id is not null order by span_id, started_at, id
  ),
  linked as materialized (
    select ours.id, ours.started_at, coalesce(parent.id, around.id) as parent
    from ours
      left join ours as parent on parent.id = ours.said and parent.id <> ours.id
      left join spans as around on around.span_id = ours.parent_span_id and around.id <> ours.id
  ),
  tree as (
    select linked.id, linked.id as root, 0 as depth, array[row_number() over (order by linked.started_at, linked.id)] as path
    from linked where linked.parent is null
    union all
    select linked.id, tree.root, tree.depth + 1,
      -- A path as long as a chain is deep would need the square of its length.
      case when tree.depth < 500 then tree.path || row_number() over (partition by linked.parent order by linked.started_at, linked.id) else tree.path end
    from tree join linked on linked.parent = tree.id
  )
  select
    ours.id, linked.parent, coalesce(tree.root, ours.id), coalesce(tree.depth, 0),
    row_number() over (order by tree.path nulls last, tree.depth, ours.started_at, ours.id),
    coalesce(ours.started_at < around.started_at, false), ours.started_at, ours.ended_at, ours.duration_ms, ours.agent_name, ours.action_type,
    ours.action_name, ours.state, ours.failed, ours.error_message
  from ours
    join linked on linked.id = ours.id
    left join tree on tree.id = ours.id
    left join ours as around on around.id = linked.parent
  order by 5;
end;
comment on function run_actions(uuid) is
  'The actions of a run as a tree. place is the order in which they are shown, children below their parent: order by place. An action whose parent has no row in the run stands at the top, as do those that are around each other. The parent is what the event says, else the action with the parent span. started_before_parent: the clocks of two hosts differ.';

create view files_touched as
select
  file.action_id, file.correlation_id, file.agent_name, file.operation_type, file.file_path, file.file_path_hash, file.file_name, file.file_extension,
  file.content_hash_before, file.content_hash_after, file.content_changed, file.success, file.error_message, file.tool_name, file.line_range,
  file.bytes_read, file.bytes_written, file.created_at as started_at, file.duration_ms, action.session_id, action.project_name, action.user_id, action.service_name
from agent_file_operations as file
  left join agent_actions as action on action.id = file.action_id and action.created_at = file.created_at;
comment on view files_touched is 'What tool calls did to files, one row a call: who, when, and the content''s hashes before and after. The whole history of one file: file_history(path).';
comment on column files_touched.action_id is 'The tool call; with started_at its key in actions.';
comment on column files_touched.correlation_id is 'The run.';
comment on column files_touched.agent_name is 'Who acted.';
comment on column files_touched.operation_type is 'read, write, edit, glob, grep, delete or create.';
comment on column files_touched.file_path is 'As the tool was given it; of a search the pattern, where no path was given.';
comment on column files_touched.file_path_hash is 'SHA-256 of file_path in UTF-8, hex. It has an index, which a path may be too long for.';
comment on column files_touched.file_name is 'Last part of the path.';
comment on column files_touched.file_extension is 'In lower case, without the dot.';
comment on column files_touched.content_hash_before is 'As the tool call says; never read from disk.';
comment on column files_touched.content_hash_after is 'As the tool call says; never read from disk.';
comment on column files_touched.content_changed is 'As the tool call says, or whether the two hashes differ.';
comment on column files_touched.success is 'Whether it went well.';
comment on column files_touched.error_message is 'What went wrong.';
comment on column files_touched.tool_name is 'The tool as it was called.';
comment on column files_touched.line_range is 'Which lines, as the tool was given them.';
comment on column files_touched.bytes_read is 'How many bytes it read.';
comment on column files_touched.bytes_written is 'How many bytes it wrote.';
comment on column files_touched.started_at is 'When it began.';
comment on column files_touched.duration_ms is 'Milliseconds.';
comment on column files_touched.session_id is 'Session of the action. Null, as all that follows, where the action''s row was removed.';
comment on column files_touched.project_name is 'Name of the action''s project.';
comment on column files_touched.user_id is 'Person or account that the action was for.';
comment on column files_touched.service_name is 'service.name of the OpenTelemetry resource that the agent ran in.';

create function file_history(path text) returns setof files_touched
language sql stable parallel safe rows 100
begin atomic
  select * from files_touched
  where file_path_hash = encode(sha256(convert_to(path, 'UTF8')), 'hex')
  order by started_at desc;
end;
comment on function file_history(text) is 'What was done to the file of this path, the last operation first.';

create view decisions as
select
  decision_id, kind, correlation_id, session_id, decided_at, agent_name, decision_name, selected, alternatives, reason,
  case when jsonb_typeof(confidence) = 'number' then confidence::numeric end as confidence,
  coalesce(stated, found) as succeeded,
  case when stated is not null then 'stated' when found is not null then 'found' end as outcome_source,
  approved_by, approval_method, policy, arguments_sha256, context, result, duration_ms, state
from (
  select
    *,
    (
      select outcome.ok
      from (
        select coalesce(execution.started_at, execution.created_at) as began, execution.status = 'success' as ok
        from agent_execution_logs as execution
        where execution.correlation_id = decision.correlation_id and execution.agent_name = decision.selected
          and execution.status in ('success', 'error')
        union all
        select action.created_at, action.action_type = 'success'
        from agent_actions as action
        where action.correlation_id = decision.correlation_id and action.agent_name = decision.selected
          and action.action_type in ('success', 'error') and action.parent_action_id is distinct from decision.decision_id
      ) as outcome
      where outcome.began >= decision.decided_at
      order by outcome.began
      limit 1
    ) as found
  from (
    select
      id as decision_id, kind, correlation_id, session_id, created_at as decided_at, agent_name, decision_name,
      coalesce(
        selected_agent, details -> 'decision_result' ->> 'selected', details -> 'decision_result' ->> 'selected_agent', details -> 'decision_result' ->> 'choice',
        details -> 'decision_result' ->> 'decision',
        case when jsonb_typeof(details -> 'decision_result') in ('string', 'boolean', 'number') then details ->> 'decision_result' end) as selected,
      coalesce(
        details -> 'alternatives', details -> 'decision_result' -> 'alternatives', details -> 'decision_context' -> 'alternatives',
        details -> 'decision_context' -> 'candidates', details -> 'decision_context' -> 'options') as alternatives,
      coalesce(
        details ->> 'reason', details ->> 'reasoning', details -> 'decision_result' ->> 'reason', details -> 'decision_result' ->> 'reasoning',
        details -> 'decision_context' ->> 'reason') as reason,
      coalesce(details -> 'confidence', details -> 'decision_result' -> 'confidence', details -> 'decision_context' -> 'confidence') as confidence,
      stated, approved_by, approval_method, policy, arguments_sha256, details -> 'decision_context' as context, details -> 'decision_result' as result,
      duration_ms, state
    from (
      select
        id, 'action' as kind, correlation_id, session_id, created_at, agent_name, action_name as decision_name, null as selected_agent,
        action_details as details, case when agent_action_failed(action_type, status, error_group, action_details) then false end as stated,
        approved_by, approval_method, policy, arguments_sha256, duration_ms, state, action_type = 'decision' as is_decision
      from agent_actions
      union all
      select
        id, 'routing', correlation_id, session_id, created_at, null, routing_strategy, selected_agent,
        jsonb_build_object('alternatives', alternatives, 'reason', reasoning, 'confidence', confidence_score, 'decision_context', context_snapshot),
        coalesce(execution_succeeded, actual_success), null, null, null, null, routing_time_ms, 'ended', true
      from agent_routing_decisions
    ) as of_both
    -- Outside, so that both are read in the order of time.
    where is_decision
  ) as decision
) as looked_up;
comment on view decisions is 'What agents and routers decided, among what, why, how sure they were, and what came of it.';
comment on column decisions.decision_id is 'Of an action its id, of a routing decision the id of that.';
comment on column decisions.kind is 'action: an agent''s decision. routing: a router''s choice of an agent.';
comment on column decisions.correlation_id is 'The run.';
comment on column decisions.session_id is 'Conversation, session or thread.';
comment on column decisions.decided_at is 'When it was decided.';
comment on column decisions.agent_name is 'Who decided; null for a router.';
comment on column decisions.decision_name is 'What was decided; of a router its strategy.';
comment on column decisions.selected is 'What was chosen, where the result says it by one of the usual names.';
comment on column decisions.alternatives is 'What else was weighed, as the decision says it.';
comment on column decisions.reason is 'Why.';
comment on column decisions.confidence is 'How sure the decision was, 0 to 1.';
comment on column decisions.succeeded is 'What came of it: as the event says; else how the next execution or task of the selected agent ended in the same run. Null where neither is known.';
comment on column decisions.outcome_source is 'stated by the event, or found in the run; null where succeeded is.';
comment on column decisions.approved_by is 'Of a decision that approves or refuses: who decided.';
comment on column decisions.approval_method is 'How it was decided: by a person, a rule, a model.';
comment on column decisions.policy is 'Rule that asked for the approval or gave it.';
comment on column decisions.arguments_sha256 is 'SHA-256 of the arguments that were approved, hex.';
comment on column decisions.context is 'What was known when it was decided.';
comment on column decisions.result is 'The result as the event says it; null for a router.';
comment on column decisions.duration_ms is 'Milliseconds.';
comment on column decisions.state is 'running while it is waited for, ended, or abandoned.';

-- The condition stands outside: inside, it would keep Postgres from reading the three in the order of time.
create view errors as
select kind, id, correlation_id, session_id, happened_at, agent_name, name, error_type, error_message, error_group, project_name, service_name, agent_version
from (
  select
    'action' as kind, id, correlation_id, session_id, created_at as happened_at, agent_name, action_name as name, error_type,
    coalesce(status_message, action_details ->> 'error_message') as error_message, error_group, project_name, service_name, agent_version,
    agent_action_failed(action_type, status, error_group, action_details) as failed
  from agent_actions
  union all
  select
    'execution', execution_id, correlation_id, session_id, coalesce(started_at, created_at), agent_name, left(user_prompt, 200), error_type, error_message,
    error_group, project_name, service_name, agent_version, status = 'error'
  from agent_execution_logs
  union all
  select
    'transformation', id, correlation_id, session_id, created_at, source_agent, target_agent, error_type, error_message, error_group, null, service_name,
    agent_version, not success
  from agent_transformation_events
) as steps
where failed;
comment on view errors is 'Everything that failed: actions of whatever type, executions and transformations.';
comment on column errors.kind is 'action, execution or transformation.';
comment on column errors.id is 'Its id in actions, executions (execution_id) or transformations.';
comment on column errors.correlation_id is 'The run.';
comment on column errors.session_id is 'Conversation, session or thread.';
comment on column errors.happened_at is 'When it began.';
comment on column errors.agent_name is 'Who acted; of a transformation the agent that it was.';
comment on column errors.name is 'The tool, the error''s type or the task; of an execution what was asked; of a transformation the agent that it was to become.';
comment on column errors.error_type is 'error.type of the OpenTelemetry conventions.';
comment on column errors.error_message is 'What the error said.';
comment on column errors.error_group is 'Errors that differ only in numbers, ids, paths and quotations have the same one.';
comment on column errors.project_name is 'Name of the project.';
comment on column errors.service_name is 'service.name of the OpenTelemetry resource that the agent ran in.';
comment on column errors.agent_version is 'gen_ai.agent.version, or a digest of the agent''s release.';

create view error_groups as
select
  error_group, min(error_type) as error_type, max(error_message) as example, min(happened_at) as first_seen_at, max(happened_at) as last_seen_at,
  count(*) as occurrences, count(distinct correlation_id) as runs, array_agg(distinct agent_name) filter (where agent_name is not null) as agents,
  array_agg(distinct name) filter (where kind = 'action') as names, array_agg(distinct agent_version) filter (where agent_version is not null) as agent_versions
from errors
where error_group is not null
group by error_group;
comment on view error_groups is 'Failures as the errors that they are: one row for all messages that differ only in numbers, ids, paths and quotations.';
comment on column error_groups.error_group is 'Hash of what their messages have in common.';
comment on column error_groups.error_type is 'error.type; of several the first in alphabetical order.';
comment on column error_groups.example is 'One of the messages.';
comment on column error_groups.first_seen_at is 'The first time.';
comment on column error_groups.last_seen_at is 'The last time.';
comment on column error_groups.occurrences is 'How many times.';
comment on column error_groups.runs is 'In how many runs.';
comment on column error_groups.agents is 'To whom it happened.';
comment on column error_groups.names is 'Tools and actions in which it happened.';
comment on column error_groups.agent_versions is 'Versions of agents to which it happened.';

create function error_groups_between(since timestamptz, until timestamptz default 'infinity') returns setof error_groups
language sql stable parallel safe rows 100
begin atomic
  select
    error_group, min(error_type), max(error_message), min(happened_at), max(happened_at), count(*), count(distinct correlation_id),
    array_agg(distinct agent_name) filter (where agent_name is not null), array_agg(distinct name) filter (where kind = 'action'),
    array_agg(distinct agent_version) filter (where agent_version is not null)
  from errors
  where error_group is not null and happened_at >= since and happened_at < until
  group by error_group;
end;
comment on function error_groups_between(timestamptz, timestamptz) is 'error_groups of what happened from the first time on and before the second: it reads only that.';

create view model_usage as
select
  usage.id, usage.correlation_id, usage.session_id, usage.started_at, usage.agent_name, usage.action_type, usage.action_name, usage.model, usage.provider,
  usage.input_tokens, usage.output_tokens, usage.project_name, usage.environment,
  (coalesce(usage.input_tokens, 0) * price.input_per_million + coalesce(usage.output_tokens, 0) * price.output_per_million) / 1000000 as cost,
  price.currency
from (
  select
    id, correlation_id, session_id, created_at as started_at, agent_name, action_type, action_name, action_details ->> 'model' as model,
    action_details ->> 'provider' as provider,
    case when jsonb_typeof(action_details -> 'input_tokens') = 'number' then (action_details -> 'input_tokens')::numeric end as input_tokens,
    case when jsonb_typeof(action_details -> 'output_tokens') = 'number' then (action_details -> 'output_tokens')::numeric end as output_tokens,
    project_name, environment
  from agent_actions
  where action_type <> 'tool_call' and action_details ?| array['model', 'input_tokens', 'output_tokens']
) as usage
left join lateral (
  select input_per_million, output_per_million, currency
  from agent_model_prices
  where usage.model like model_pattern and (provider = '' or provider = usage.provider) and valid_from <= usage.started_at
  order by length(model_pattern) desc, provider desc, valid_from desc
  limit 1
) as price on usage.input_tokens is not null or usage.output_tokens is not null;
comment on view model_usage is
  'Models and tokens, one row for each action that says them: runs of agents, calls of models that failed, and decisions made of calls that went well. A call of a model that went well is no row unless the agent''s exporter is set so. An agent''s run may hold the tokens of the agents inside it: sum either these or those.';
comment on column model_usage.id is 'The action.';
comment on column model_usage.correlation_id is 'The run.';
comment on column model_usage.session_id is 'Conversation, session or thread.';
comment on column model_usage.started_at is 'When the action began.';
comment on column model_usage.agent_name is 'Who acted.';
comment on column model_usage.action_type is 'decision, error or success.';
comment on column model_usage.action_name is 'What was decided, the error''s type, or the task.';
comment on column model_usage.model is 'The model, as the span names it.';
comment on column model_usage.provider is 'gen_ai.provider.name.';
comment on column model_usage.input_tokens is 'Tokens that the model was given.';
comment on column model_usage.output_tokens is 'Tokens that the model wrote.';
comment on column model_usage.project_name is 'Name of the project.';
comment on column model_usage.environment is 'deployment.environment.name.';
comment on column model_usage.cost is 'By the prices in agent_model_prices; null where it has none for the model.';
comment on column model_usage.currency is 'Of cost.';

create view model_usage_daily as
select
  date_trunc('day', started_at, 'UTC') as day, agent_name, project_name, model, provider, count(*) as actions, sum(input_tokens) as input_tokens,
  sum(output_tokens) as output_tokens, sum(cost) as cost, currency
from model_usage
group by 1, agent_name, project_name, model, provider, currency;
comment on view model_usage_daily is 'model_usage by day, agent, project and model.';
comment on column model_usage_daily.day is 'When the day begins, in UTC.';
comment on column model_usage_daily.agent_name is 'Who acted.';
comment on column model_usage_daily.project_name is 'Name of the project.';
comment on column model_usage_daily.model is 'The model, as the spans name it.';
comment on column model_usage_daily.provider is 'gen_ai.provider.name.';
comment on column model_usage_daily.actions is 'How many actions said something of it.';
comment on column model_usage_daily.input_tokens is 'Tokens that the model was given.';
comment on column model_usage_daily.output_tokens is 'Tokens that the model wrote.';
comment on column model_usage_daily.cost is 'By the prices in agent_model_prices; null where it has none.';
comment on column model_usage_daily.currency is 'Of cost.';

create view producers as
select
  producer.producer_epoch, producer.status, producer.service_name, producer.service_version, producer.host_name, producer.process_pid, producer.sender,
  producer.producer, producer.started_at, producer.first_seen_at, producer.last_seen_at, producer.heartbeat_at, producer.interval_ms, producer.open_actions,
  producer.highest_sequence, producer.contiguous_sequence, producer.missing,
  coalesce(loss.given_up, producer.given_up) as given_up, coalesce(loss.lost, 0) as lost, producer.unacknowledged, producer.counters, producer.abandoned_rows,
  producer.abandoned_at
from agent_producers as producer
  left join agent_producer_losses as loss on loss.producer_epoch = producer.producer_epoch;
comment on view producers is 'Who sends, one row a start of a span processor, exporter, publisher or intake: whether it is alive, and what of its records is missing.';
comment on column producers.producer_epoch is 'Names the start; actions have the same.';
comment on column producers.status is 'alive; idle: not heard of any more, and nothing of it was open; gone: not heard of any more, and something was open; ended: it said so.';
comment on column producers.service_name is 'service.name of its OpenTelemetry resource.';
comment on column producers.service_version is 'service.version of that resource.';
comment on column producers.host_name is 'host.name.';
comment on column producers.process_pid is 'process.pid.';
comment on column producers.sender is 'Namespace of the sender, as its heartbeat says it.';
comment on column producers.producer is 'Package name and version.';
comment on column producers.started_at is 'When it began, by its own clock.';
comment on column producers.first_seen_at is 'Time of its earliest record in Kafka.';
comment on column producers.last_seen_at is 'Time of its latest record in Kafka, heartbeats included.';
comment on column producers.heartbeat_at is 'Time of its newest heartbeat in Kafka; null where it sends none. Such a producer is never taken for gone.';
comment on column producers.interval_ms is 'Milliseconds between its heartbeats.';
comment on column producers.open_actions is 'Actions and executions that it had published as running and not completed, by the newest heartbeat.';
comment on column producers.highest_sequence is 'Highest number of its records that has arrived.';
comment on column producers.contiguous_sequence is 'Up to this number all have arrived.';
comment on column producers.missing is 'How many numbers have not arrived, of those of which that is certain.';
comment on column producers.given_up is 'How many records it gave up itself, and counted why.';
comment on column producers.lost is 'How many are missing that it neither gave up nor, while it is alive, still tries to send.';
comment on column producers.unacknowledged is 'Records that Kafka had not acknowledged, by the newest heartbeat.';
comment on column producers.counters is 'What it had counted, by the newest heartbeat.';
comment on column producers.abandoned_rows is 'Actions and executions of it that became abandoned.';
comment on column producers.abandoned_at is 'When that was last done; null when none did, or it was undone because the producer spoke again.';

create view producer_gaps as
select producer_epoch, first_sequence, last_sequence, missing from agent_producer_gaps;
comment on view producer_gaps is 'Ranges of record numbers that have not arrived.';
comment on column producer_gaps.producer_epoch is 'Whose numbers.';
comment on column producer_gaps.first_sequence is 'The first number that is missing.';
comment on column producer_gaps.last_sequence is 'The last number that is missing.';
comment on column producer_gaps.missing is 'How many.';

create view notices as
select
  null::uuid as notice_id, null::text as rule, null::text as state, null::timestamptz as opened_at, null::timestamptz as closed_at, null::text as title,
  null::text as agent_name, null::uuid as correlation_id, null::uuid[] as action_ids
where false;
comment on view notices is 'What was noticed in the rows. Always empty in this version: nothing notices yet.';
comment on column notices.notice_id is 'Identity of the notice.';
comment on column notices.rule is 'What it was noticed by.';
comment on column notices.state is 'open, acknowledged or closed.';
comment on column notices.opened_at is 'When it was noticed.';
comment on column notices.closed_at is 'When it was over.';
comment on column notices.title is 'What was noticed, in one line.';
comment on column notices.agent_name is 'Whom it is about.';
comment on column notices.correlation_id is 'The run that it is about.';
comment on column notices.action_ids is 'The actions that show it.';

create view active_agents as
select
  agent_name, count(*) filter (where kind = 'execution') as running_executions, count(*) filter (where kind = 'running') as running_actions,
  count(*) filter (where kind = 'recent') as recent_actions, min(began) filter (where kind = 'execution') as oldest_execution_started_at,
  max(began) as last_activity_at
from (
  select agent_name, 'execution' as kind, coalesce(started_at, created_at) as began from agent_execution_logs where status = 'in_progress'
  union all
  select agent_name, 'running', created_at from agent_actions where state = 'running'
  union all
  select agent_name, 'recent', created_at from agent_actions where created_at > now() - interval '5 minutes' and state <> 'running'
) as steps
group by agent_name;
comment on view active_agents is 'Agents that are at work: an execution or an action of theirs is running, or one ended that began within the last five minutes.';
comment on column active_agents.agent_name is 'Who; null for executions that name nobody.';
comment on column active_agents.running_executions is 'How many of its executions are in progress.';
comment on column active_agents.running_actions is 'How many of its actions are running.';
comment on column active_agents.recent_actions is 'How many actions it began within the last five minutes that have ended.';
comment on column active_agents.oldest_execution_started_at is 'When the oldest of its executions in progress began.';
comment on column active_agents.last_activity_at is 'When the last of all these began.';

create function stuck_executions(longer_than interval default '1 hour') returns setof executions
language sql stable parallel safe rows 100
begin atomic
  select * from executions
  where status = 'in_progress' and started_at < now() - longer_than
  order by started_at;
end;
comment on function stuck_executions(interval) is 'Executions in progress that began longer ago than this, the oldest first.';

create view execution_stats_daily as
select
  date_trunc('day', coalesce(started_at, created_at), 'UTC') as day, agent_name, count(*) as executions,
  count(*) filter (where status = 'success') as completed, count(*) filter (where status = 'error') as failed,
  count(*) filter (where status = 'cancelled') as cancelled, count(*) filter (where status = 'abandoned') as abandoned,
  count(*) filter (where status = 'in_progress') as running,
  round(count(*) filter (where status = 'success')::numeric / nullif(count(*) filter (where status in ('success', 'error', 'abandoned')), 0), 4) as success_share,
  round(avg(duration_ms), 1) as mean_ms, percentile_disc(0.95) within group (order by duration_ms) as p95_ms, max(duration_ms) as max_ms,
  round(avg(quality_score), 4) as mean_quality
from (
  select started_at, created_at, agent_name, status, quality_score, duration_ms from executions
) as execution
group by 1, agent_name;
comment on view execution_stats_daily is 'Executions by the day on which they began and by agent. For a whole week or month, with its own percentile: execution_stats(since).';
comment on column execution_stats_daily.day is 'When the day begins, in UTC.';
comment on column execution_stats_daily.agent_name is 'Who ran; null where that is not said.';
comment on column execution_stats_daily.executions is 'How many in all.';
comment on column execution_stats_daily.completed is 'How many ended with success.';
comment on column execution_stats_daily.failed is 'How many ended with an error.';
comment on column execution_stats_daily.cancelled is 'How many were cancelled.';
comment on column execution_stats_daily.abandoned is 'How many have no end, and their agent is gone.';
comment on column execution_stats_daily.running is 'How many are in progress.';
comment on column execution_stats_daily.success_share is 'completed of completed, failed and abandoned, 0 to 1.';
comment on column execution_stats_daily.mean_ms is 'Mean duration in milliseconds.';
comment on column execution_stats_daily.p95_ms is '95 of 100 took at most this long, in milliseconds.';
comment on column execution_stats_daily.max_ms is 'The longest, in milliseconds.';
comment on column execution_stats_daily.mean_quality is 'Mean quality score, 0 to 1.';

create function execution_stats(since timestamptz default now() - interval '1 day', until timestamptz default 'infinity')
returns table (
  agent_name text, executions bigint, completed bigint, failed bigint, cancelled bigint, abandoned bigint, running bigint, success_share numeric,
  mean_ms numeric, p95_ms bigint, max_ms bigint, mean_quality numeric)
language sql stable parallel safe rows 100
begin atomic
  select
    execution.agent_name, count(*), count(*) filter (where status = 'success'), count(*) filter (where status = 'error'),
    count(*) filter (where status = 'cancelled'), count(*) filter (where status = 'abandoned'), count(*) filter (where status = 'in_progress'),
    round(count(*) filter (where status = 'success')::numeric / nullif(count(*) filter (where status in ('success', 'error', 'abandoned')), 0), 4),
    round(avg(duration_ms), 1), percentile_disc(0.95) within group (order by duration_ms), max(duration_ms), round(avg(quality_score), 4)
  from executions as execution
  where execution.started_at >= since and execution.started_at < until
  group by execution.agent_name;
end;
comment on function execution_stats(timestamptz, timestamptz) is
  'execution_stats_daily over any time: by agent, the executions that began from the first time on and before the second. Without arguments the last 24 hours.';

create view summary as
with actions_of_the_day as (
  -- First by what is counted once: a count of distinct values would sort all rows for each.
  select
    sum(rows) as actions, count(distinct correlation_id) as runs, count(distinct agent_name) as agents, sum(calls) as tool_calls, sum(failures) as failed_actions,
    count(distinct error_group) as error_groups, max(latest) as last_action_at
  from (
    select
      correlation_id, agent_name, error_group, count(*) as rows, count(*) filter (where action_type = 'tool_call') as calls,
      count(*) filter (where agent_action_failed(action_type, status, error_group, action_details)) as failures, max(created_at) as latest
    from agent_actions where created_at > now() - interval '1 day'
    group by correlation_id, agent_name, error_group
  ) as grouped
),
executions_of_the_day as (
  select
    count(*) as executions, count(*) filter (where status = 'success') as completed_executions, count(*) filter (where status = 'error') as failed_executions,
    round(avg(quality_score), 4) as mean_quality
  from agent_execution_logs where coalesce(started_at, created_at) > now() - interval '1 day'
),
now_running as (
  select
    count(*) as running_executions, count(*) filter (where coalesce(started_at, created_at) < now() - interval '1 hour') as stuck_executions
  from agent_execution_logs where status = 'in_progress'
)
select
  runs, coalesce(actions, 0)::bigint as actions, coalesce(tool_calls, 0)::bigint as tool_calls, coalesce(failed_actions, 0)::bigint as failed_actions, error_groups, agents, last_action_at, executions, completed_executions, failed_executions, mean_quality,
  running_executions, stuck_executions,
  (select count(*) from agent_detection_failures where created_at > now() - interval '1 day') as detection_failures,
  (select round(avg(confidence_score), 4) from agent_routing_decisions where created_at > now() - interval '1 day') as mean_routing_confidence
from actions_of_the_day, executions_of_the_day, now_running;
comment on view summary is 'One row for a home page: the last 24 hours, and what is running now.';
comment on column summary.runs is 'Runs with an action in the last 24 hours.';
comment on column summary.actions is 'Actions that began in the last 24 hours.';
comment on column summary.tool_calls is 'Those of the type tool_call.';
comment on column summary.failed_actions is 'Those that failed.';
comment on column summary.error_groups is 'How many different errors their messages are.';
comment on column summary.agents is 'Agents with an action in the last 24 hours.';
comment on column summary.last_action_at is 'When the last action began; null where the last 24 hours have none.';
comment on column summary.executions is 'Executions that began in the last 24 hours.';
comment on column summary.completed_executions is 'Those that ended with success.';
comment on column summary.failed_executions is 'Those that ended with an error.';
comment on column summary.mean_quality is 'Their mean quality score, 0 to 1.';
comment on column summary.running_executions is 'Executions in progress, whenever they began.';
comment on column summary.stuck_executions is 'Those of them that began more than an hour ago.';
comment on column summary.detection_failures is 'Requests of the last 24 hours that found no agent.';
comment on column summary.mean_routing_confidence is 'Mean confidence of the routing decisions of the last 24 hours, 0 to 1.';

-- The outcome by a join: a look-up for each decision, as in decisions, would be slow for all of them.
create view routing_decisions as
select
  decision.id, decision.correlation_id, decision.session_id, decision.created_at as decided_at, decision.selected_agent, decision.confidence_score,
  coalesce(decision.execution_succeeded, decision.actual_success, execution.succeeded) as succeeded, decision.actual_quality_score, decision.prediction_error,
  decision.alternatives, decision.reasoning, decision.routing_strategy, decision.routing_time_ms, decision.cache_hit, decision.user_request,
  decision.trigger_confidence, decision.context_confidence, decision.capability_confidence, decision.historical_confidence, decision.matched_triggers,
  decision.selection_validated, decision.context_snapshot, decision.metadata, decision.service_name, decision.environment, decision.user_id
from agent_routing_decisions as decision
  left join (
    select correlation_id, agent_name, bool_and(status = 'success') as succeeded
    from agent_execution_logs
    where status in ('success', 'error') and agent_name is not null
    group by correlation_id, agent_name
  ) as execution on execution.correlation_id = decision.correlation_id and execution.agent_name = decision.selected_agent;
comment on view routing_decisions is 'Which agent a router chose, and what came of it.';
comment on column routing_decisions.id is 'Identity of the decision.';
comment on column routing_decisions.correlation_id is 'The run.';
comment on column routing_decisions.session_id is 'Session that it happened in.';
comment on column routing_decisions.decided_at is 'When it was decided.';
comment on column routing_decisions.selected_agent is 'The agent that was chosen.';
comment on column routing_decisions.confidence_score is 'How sure the router was, 0 to 1.';
comment on column routing_decisions.succeeded is 'As the event says; else whether all executions of the chosen agent in the run ended with success. Null where neither is known.';
comment on column routing_decisions.actual_quality_score is 'Found out afterwards: quality, 0 to 1.';
comment on column routing_decisions.prediction_error is 'How far confidence and result differ, as the event says.';
comment on column routing_decisions.alternatives is 'The others that were weighed: {agent, confidence, reason} each.';
comment on column routing_decisions.reasoning is 'Why this one.';
comment on column routing_decisions.routing_strategy is 'How the router decides.';
comment on column routing_decisions.routing_time_ms is 'Milliseconds.';
comment on column routing_decisions.cache_hit is 'Answered from the cache.';
comment on column routing_decisions.user_request is 'What was asked.';
comment on column routing_decisions.trigger_confidence is 'Confidence by triggers, 0 to 1.';
comment on column routing_decisions.context_confidence is 'Confidence by context, 0 to 1.';
comment on column routing_decisions.capability_confidence is 'Confidence by capabilities, 0 to 1.';
comment on column routing_decisions.historical_confidence is 'Confidence by earlier results, 0 to 1.';
comment on column routing_decisions.matched_triggers is 'Triggers that matched.';
comment on column routing_decisions.selection_validated is 'The selection was checked.';
comment on column routing_decisions.context_snapshot is 'What the router saw.';
comment on column routing_decisions.metadata is 'Fields that the contract does not know, under their own names.';
comment on column routing_decisions.service_name is 'service.name of the OpenTelemetry resource that the router ran in.';
comment on column routing_decisions.environment is 'deployment.environment.name of that resource.';
comment on column routing_decisions.user_id is 'Person or account that the run acts for, or a keyed hash of it.';

create view routing_confidence as
select
  date_trunc('day', decided_at, 'UTC') as day, round(least(floor(confidence_score * 10), 9) / 10, 1) as confidence_from, count(*) as decisions,
  count(*) filter (where succeeded) as succeeded, count(*) filter (where not succeeded) as failed,
  round(count(*) filter (where succeeded)::numeric / nullif(count(succeeded), 0), 4) as accuracy,
  round(avg(confidence_score), 4) as mean_confidence, round(avg(routing_time_ms), 1) as mean_ms
from routing_decisions
group by 1, 2;
comment on view routing_confidence is 'How sure the router was, in ten steps, against what came of it. A router that knows how sure it may be has an accuracy like its mean confidence.';
comment on column routing_confidence.day is 'When the day begins, in UTC.';
comment on column routing_confidence.confidence_from is 'Lower end of the step: 0.9 is 0.9 to 1. Null where no confidence was said.';
comment on column routing_confidence.decisions is 'How many decisions.';
comment on column routing_confidence.succeeded is 'How many of which it is known that the chosen agent succeeded.';
comment on column routing_confidence.failed is 'How many of which it is known that it did not.';
comment on column routing_confidence.accuracy is 'succeeded of succeeded and failed, 0 to 1.';
comment on column routing_confidence.mean_confidence is 'Mean confidence, 0 to 1.';
comment on column routing_confidence.mean_ms is 'Mean time of a decision in milliseconds.';

create view routing_agents as
select
  date_trunc('day', decided_at, 'UTC') as day, selected_agent, routing_strategy, count(*) as decisions, count(*) filter (where succeeded) as succeeded,
  count(*) filter (where not succeeded) as failed, round(count(*) filter (where succeeded)::numeric / nullif(count(succeeded), 0), 4) as accuracy,
  round(avg(confidence_score), 4) as mean_confidence, round(avg(routing_time_ms), 1) as mean_ms,
  percentile_disc(0.95) within group (order by routing_time_ms) as p95_ms, count(*) filter (where cache_hit) as cache_hits
from routing_decisions
group by 1, selected_agent, routing_strategy;
comment on view routing_agents is 'Which agents routers chose, by day and strategy, with times and what came of it.';
comment on column routing_agents.day is 'When the day begins, in UTC.';
comment on column routing_agents.selected_agent is 'The agent that was chosen.';
comment on column routing_agents.routing_strategy is 'How the router decided.';
comment on column routing_agents.decisions is 'How many times.';
comment on column routing_agents.succeeded is 'How many of which it is known that the agent succeeded.';
comment on column routing_agents.failed is 'How many of which it is known that it did not.';
comment on column routing_agents.accuracy is 'succeeded of succeeded and failed, 0 to 1.';
comment on column routing_agents.mean_confidence is 'Mean confidence, 0 to 1.';
comment on column routing_agents.mean_ms is 'Mean time of a decision in milliseconds.';
comment on column routing_agents.p95_ms is '95 of 100 decisions took at most this long, in milliseconds.';
comment on column routing_agents.cache_hits is 'How many were answered from the cache, as the decisions say.';

create view transformations as
select
  id, correlation_id, session_id, created_at as happened_at, event_type, source_agent, target_agent, source_agent = target_agent as to_itself,
  transformation_reason, success, coalesce(started_at, created_at) as started_at, completed_at, routing_confidence, routing_strategy, transformation_duration_ms, initialization_duration_ms,
  total_execution_duration_ms, quality_score, error_type, error_message, error_group, user_request, context_keys, context_size_bytes,
  context_snapshot, metadata, service_name, environment, user_id
from agent_transformation_events;
comment on view transformations is 'One agent becoming another: one row an event.';
comment on column transformations.id is 'Identity of the event.';
comment on column transformations.correlation_id is 'The run.';
comment on column transformations.session_id is 'Session that it happened in.';
comment on column transformations.happened_at is 'When it happened.';
comment on column transformations.event_type is 'transformation_start, transformation_complete or transformation_failed.';
comment on column transformations.source_agent is 'The agent that it was.';
comment on column transformations.target_agent is 'The agent that it became.';
comment on column transformations.to_itself is 'Both are the same; null where one is not known.';
comment on column transformations.transformation_reason is 'Why.';
comment on column transformations.success is 'Whether it went well.';
comment on column transformations.started_at is 'When it began; when it happened where that is not said.';
comment on column transformations.completed_at is 'When it was done.';
comment on column transformations.routing_confidence is 'How sure the router was, 0 to 1.';
comment on column transformations.routing_strategy is 'How the router decides.';
comment on column transformations.transformation_duration_ms is 'Milliseconds of the change itself.';
comment on column transformations.initialization_duration_ms is 'Milliseconds until the new agent was ready.';
comment on column transformations.total_execution_duration_ms is 'Milliseconds in all.';
comment on column transformations.quality_score is '0 to 1.';
comment on column transformations.error_type is 'error.type of what went wrong.';
comment on column transformations.error_message is 'What went wrong.';
comment on column transformations.error_group is 'Errors that differ only in numbers, ids, paths and quotations have the same one.';
comment on column transformations.user_request is 'What was asked.';
comment on column transformations.context_keys is 'Keys of what the new agent was given.';
comment on column transformations.context_size_bytes is 'Bytes of what it was given.';
comment on column transformations.context_snapshot is 'What it was given.';
comment on column transformations.metadata is 'Fields that the contract does not know, under their own names.';
comment on column transformations.service_name is 'service.name of the OpenTelemetry resource that the agent ran in.';
comment on column transformations.environment is 'deployment.environment.name of that resource.';
comment on column transformations.user_id is 'Person or account that the run acts for, or a keyed hash of it.';

create view transformation_stats as
select
  date_trunc('day', happened_at, 'UTC') as day, transformation_reason, count(*) as transformations, count(*) filter (where success) as succeeded,
  count(*) filter (where not success) as failed, count(*) filter (where to_itself) as to_itself,
  round(count(*) filter (where to_itself)::numeric / nullif(count(to_itself), 0), 4) as to_itself_share,
  round(avg(transformation_duration_ms), 1) as mean_ms, round(avg(routing_confidence), 4) as mean_confidence, round(avg(quality_score), 4) as mean_quality
from transformations
where event_type <> 'transformation_start'
group by 1, transformation_reason;
comment on view transformation_stats is 'Transformations by day and reason, with outcome, and how many agents became themselves. Starts are not counted: the end is an event of its own.';
comment on column transformation_stats.day is 'When the day begins, in UTC.';
comment on column transformation_stats.transformation_reason is 'Why; null where that is not said.';
comment on column transformation_stats.transformations is 'How many.';
comment on column transformation_stats.succeeded is 'How many went well.';
comment on column transformation_stats.failed is 'How many did not.';
comment on column transformation_stats.to_itself is 'How many from an agent to itself.';
comment on column transformation_stats.to_itself_share is 'to_itself of those of which both agents are known, 0 to 1.';
comment on column transformation_stats.mean_ms is 'Mean time of the change itself in milliseconds.';
comment on column transformation_stats.mean_confidence is 'Mean confidence of the router, 0 to 1.';
comment on column transformation_stats.mean_quality is 'Mean quality score, 0 to 1.';

create view routing_bypasses as
select
  transformation.id, transformation.correlation_id, transformation.happened_at, transformation.source_agent, transformation.target_agent,
  transformation.transformation_reason, transformation.success
from transformations as transformation
where transformation.event_type <> 'transformation_start' and not exists (
  select from agent_routing_decisions as decision
  where decision.correlation_id = transformation.correlation_id and decision.selected_agent = transformation.target_agent);
comment on view routing_bypasses is 'Transformations past the router: in the run, no routing decision chose the agent that came.';
comment on column routing_bypasses.id is 'The transformation.';
comment on column routing_bypasses.correlation_id is 'The run.';
comment on column routing_bypasses.happened_at is 'When it happened.';
comment on column routing_bypasses.source_agent is 'The agent that it was.';
comment on column routing_bypasses.target_agent is 'The agent that it became.';
comment on column routing_bypasses.transformation_reason is 'Why.';
comment on column routing_bypasses.success is 'Whether it went well.';

create view router_queries as
select
  id, correlation_id, coalesce(measured_at, created_at) as measured_at, query_text, coalesce(selection_strategy, trigger_match_strategy) as strategy,
  coalesce(routing_duration_ms, total_routing_time_us / 1000.0) as routing_duration_ms, cache_hit, candidates_evaluated, confidence_components,
  metric_name, metric_value, metadata, created_at, service_name, environment
from router_performance_metrics;
comment on view router_queries is 'How a router did on one query: one row an event.';
comment on column router_queries.id is 'Identity of the event.';
comment on column router_queries.correlation_id is 'The run.';
comment on column router_queries.measured_at is 'When it was measured; when it happened where that is not said.';
comment on column router_queries.query_text is 'The query that was routed.';
comment on column router_queries.strategy is 'How the agent was selected, or how triggers were matched.';
comment on column router_queries.routing_duration_ms is 'Milliseconds.';
comment on column router_queries.cache_hit is 'Answered from the cache.';
comment on column router_queries.candidates_evaluated is 'How many were weighed.';
comment on column router_queries.confidence_components is 'What the confidence is made of.';
comment on column router_queries.metric_name is 'Name of a figure that a producer names itself.';
comment on column router_queries.metric_value is 'Its value.';
comment on column router_queries.metadata is 'Fields that the contract does not know, under their own names.';
comment on column router_queries.created_at is 'When it happened.';
comment on column router_queries.service_name is 'service.name of the OpenTelemetry resource that the router ran in.';
comment on column router_queries.environment is 'deployment.environment.name of that resource.';

create view router_stats as
select
  date_trunc('day', measured_at, 'UTC') as day, strategy, count(*) as queries, count(*) filter (where cache_hit) as cache_hits,
  round(count(*) filter (where cache_hit)::numeric / nullif(count(cache_hit), 0), 4) as cache_hit_share, round(avg(routing_duration_ms), 2) as mean_ms,
  percentile_disc(0.95) within group (order by routing_duration_ms) as p95_ms, round(avg(candidates_evaluated), 1) as mean_candidates
from router_queries
where metric_name is null or routing_duration_ms is not null
group by 1, strategy;
comment on view router_stats is 'How routers did by day and strategy: cache and times. Figures that a producer names itself (metric_name) are not counted, unless they have a time.';
comment on column router_stats.day is 'When the day begins, in UTC.';
comment on column router_stats.strategy is 'How the agent was selected, or how triggers were matched.';
comment on column router_stats.queries is 'How many queries.';
comment on column router_stats.cache_hits is 'How many were answered from the cache.';
comment on column router_stats.cache_hit_share is 'cache_hits of those that say whether they were, 0 to 1.';
comment on column router_stats.mean_ms is 'Mean time in milliseconds.';
comment on column router_stats.p95_ms is '95 of 100 took at most this long, in milliseconds.';
comment on column router_stats.mean_candidates is 'How many candidates were weighed on average.';

create view detection_failures as
select
  id, correlation_id, session_id, created_at as happened_at, detection_status, failure_reason, attempted_methods, user_prompt, prompt_length, prompt_hash,
  project_name, project_path, detection_metadata, metadata, service_name, environment, user_id, claude_session_id
from agent_detection_failures;
comment on view detection_failures is 'Requests that found no agent: one row a run.';
comment on column detection_failures.id is 'Identity of the event.';
comment on column detection_failures.correlation_id is 'The run.';
comment on column detection_failures.session_id is 'Session that it happened in.';
comment on column detection_failures.happened_at is 'When it happened.';
comment on column detection_failures.detection_status is 'no_detection, timeout, low_confidence or error.';
comment on column detection_failures.failure_reason is 'Why no agent was found.';
comment on column detection_failures.attempted_methods is 'What was tried.';
comment on column detection_failures.user_prompt is 'What was asked.';
comment on column detection_failures.prompt_length is 'Characters of user_prompt.';
comment on column detection_failures.prompt_hash is 'SHA-256 of user_prompt in UTF-8, hex.';
comment on column detection_failures.project_name is 'Name of the project.';
comment on column detection_failures.project_path is 'Folder of the project.';
comment on column detection_failures.detection_metadata is 'The event''s error_details.';
comment on column detection_failures.metadata is 'Fields that the contract does not know, under their own names.';
comment on column detection_failures.service_name is 'service.name of the OpenTelemetry resource.';
comment on column detection_failures.environment is 'deployment.environment.name of that resource.';
comment on column detection_failures.user_id is 'Person or account that the run acts for, or a keyed hash of it.';
comment on column detection_failures.claude_session_id is 'Session id of Claude Code.';

create view detection_failure_stats as
select
  date_trunc('day', happened_at, 'UTC') as day, detection_status, failure_reason, count(*) as failures, count(distinct prompt_hash) as prompts,
  max(happened_at) as last_at
from detection_failures
group by 1, detection_status, failure_reason;
comment on view detection_failure_stats is 'Requests that found no agent, by day and reason.';
comment on column detection_failure_stats.day is 'When the day begins, in UTC.';
comment on column detection_failure_stats.detection_status is 'no_detection, timeout, low_confidence or error.';
comment on column detection_failure_stats.failure_reason is 'Why no agent was found.';
comment on column detection_failure_stats.failures is 'How many.';
comment on column detection_failure_stats.prompts is 'How many different prompts.';
comment on column detection_failure_stats.last_at is 'The last time.';

create function run_timeline(run uuid)
returns table (
  started_at timestamptz, ended_at timestamptz, kind text, id uuid, agent_name text, name text, state text, failed boolean, duration_ms bigint, summary text)
language sql stable parallel safe rows 100
begin atomic
  select
    execution.started_at, execution.completed_at, 'execution', execution.execution_id, execution.agent_name, left(execution.user_prompt, 200), execution.state,
    execution.status = 'error', execution.duration_ms, execution.error_message
  from executions as execution where execution.correlation_id = run
  union all
  select
    decided_at, decided_at + routing_time_ms * interval '1 millisecond', 'routing decision', routing_decisions.id, null, selected_agent, 'ended',
    false, routing_time_ms, reasoning
  from routing_decisions where correlation_id = run
  union all
  select
    measured_at, measured_at + routing_duration_ms * interval '1 millisecond', 'router', router_queries.id, null, left(query_text, 200), 'ended',
    false, routing_duration_ms, case when cache_hit then 'from the cache' end
  from router_queries where correlation_id = run
  union all
  select happened_at, null, 'detection failure', detection_failures.id, null, left(user_prompt, 200), 'ended', true, null, failure_reason
  from detection_failures where correlation_id = run
  union all
  select
    transformations.started_at, completed_at, 'transformation', transformations.id, source_agent, target_agent, 'ended', not success,
    transformation_duration_ms, coalesce(error_message, transformation_reason)
  from transformations where correlation_id = run
  union all
  select
    action.started_at, action.ended_at, replace(action.action_type, '_', ' '), action.id, action.agent_name, action.action_name, action.state, action.failed,
    action.duration_ms, coalesce(file.operation_type || ' ' || file.file_path, action.error_message)
  from actions as action
    left join files_touched as file on file.action_id = action.id and file.started_at = action.started_at
  where action.correlation_id = run
  order by 1, 2 desc nulls first, 4;
end;
comment on function run_timeline(uuid) is
  'All that is known of a run in the order of time: its executions, routing, transformations, and actions, with the file that a tool call touched. kind is execution, routing decision, router, detection failure, transformation, or the type of an action. summary is the file, the reason or the error.';

create function timeseries(
  metric text, bucket interval default '1 hour', since timestamptz default now() - interval '1 day', until timestamptz default now(),
  agent text default null, tool text default null)
returns table (at timestamptz, value numeric)
language plpgsql stable
set search_path from current
as $$
declare
  -- A Monday, so that buckets of seven days are weeks.
  origin constant timestamptz := '2024-01-01 00:00:00+00';
  of_actions constant text[] := '{actions, runs, tool_calls, decisions, errors, failed_actions, mean_tool_call_ms, p95_tool_call_ms}';
  of_executions constant text[] := '{executions, failed_executions, mean_execution_ms, p95_execution_ms, mean_quality}';
  first_at timestamptz;
begin
  if metric is null or metric <> all (of_actions || of_executions) then
    raise exception 'there is no metric %', coalesce(quote_literal(metric), 'null')
      using errcode = 'invalid_parameter_value', hint = 'Ask for one of: ' || array_to_string(of_actions || of_executions, ', ');
  end if;
  if tool is not null and metric = any (of_executions) then
    raise exception 'the metric % is of executions, which call no tool', metric
      using errcode = 'invalid_parameter_value', hint = 'Leave the tool out, or ask for one of: ' || array_to_string(of_actions, ', ');
  end if;
  first_at := date_bin(bucket, since, origin);
  if (until - first_at) / 100000 > bucket then
    raise exception 'more than 100,000 buckets of % lie between % and %', bucket, since, until
      using errcode = 'invalid_parameter_value', hint = 'Make the buckets larger, or the time shorter.';
  end if;
  if metric = any (of_actions) then
    return query
      select buckets.at, case when metric like '%\_ms' then found.value else coalesce(found.value, 0) end
      from generate_series(first_at, until - interval '1 microsecond', bucket) as buckets (at)
      left join (
        select date_bin(bucket, started_at, origin) as at,
          case metric
            when 'actions' then count(*)
            when 'runs' then count(distinct correlation_id) filter (where metric = 'runs')
            when 'tool_calls' then count(*) filter (where action_type = 'tool_call')
            when 'decisions' then count(*) filter (where action_type = 'decision')
            when 'errors' then count(*) filter (where action_type = 'error')
            when 'failed_actions' then count(*) filter (where metric = 'failed_actions' and failed)
            when 'mean_tool_call_ms' then round(avg(duration_ms) filter (where action_type = 'tool_call'), 1)
            else percentile_disc(0.95) within group (order by duration_ms) filter (where metric = 'p95_tool_call_ms' and action_type = 'tool_call')
          end::numeric as value
        from actions
        where started_at >= first_at and started_at < until and (agent is null or agent_name = agent)
          and (tool is null or (action_type = 'tool_call' and action_name = tool))
        group by 1
      ) as found using (at)
      order by buckets.at;
  else
    return query
      select buckets.at, case when metric like '%executions' then coalesce(found.value, 0) else found.value end
      from generate_series(first_at, until - interval '1 microsecond', bucket) as buckets (at)
      left join (
        select date_bin(bucket, started_at, origin) as at,
          case metric
            when 'executions' then count(*)
            when 'failed_executions' then count(*) filter (where status = 'error')
            when 'mean_execution_ms' then round(avg(duration_ms), 1)
            when 'p95_execution_ms' then percentile_disc(0.95) within group (order by duration_ms)
            else round(avg(quality_score), 4)
          end::numeric as value
        from executions
        where started_at >= first_at and started_at < until and (agent is null or agent_name = agent)
        group by 1
      ) as found using (at)
      order by buckets.at;
  end if;
end
$$;
comment on function timeseries(text, interval, timestamptz, timestamptz, text, text) is
  'A figure over time, one row a bucket, without gaps: counts are 0 and means null where nothing happened. metric: actions, runs, tool_calls, decisions, errors, failed_actions, mean_tool_call_ms, p95_tool_call_ms, executions, failed_executions, mean_execution_ms, p95_execution_ms or mean_quality; of one agent and one tool where they are given. Buckets begin at midnight UTC and on Mondays where they are that long; the last may not be over.';

-- Later migrations make their tables where the earlier ones did.
select set_config('search_path', current_setting('agent_actions.search_path'), false);
