-- Views and functions that people, dashboards and the API ask, in a schema of their own whose columns stay. Every object and column
-- has a comment, and docs/views.md is made from them.

-- Whether an action went wrong, in one place: an index below and every view that counts failures use it.
create function agent_action_failed(action_type text, status text, error_group text, action_details jsonb) returns boolean
language sql immutable parallel safe
return action_type = 'error' or coalesce(status = 'error', error_group is not null or action_details ->> 'success' = 'false', false);
comment on function agent_action_failed(text, text, text, jsonb) is
  'Whether an action failed: an error, one with the status error, or, where no status is given, one with an error message or the detail "success": false.';

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
  producer_epoch, producer_sequence, merged_at
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
comment on column actions.merged_at is 'When another event about the action last changed the row; null for a row that one transaction wrote.';

create view executions as
select
  execution_id, correlation_id, correlation_text, session_id, agent_name,
  case status when 'in_progress' then 'running' when 'abandoned' then 'abandoned' else 'ended' end as state,
  status, coalesce(started_at, created_at) as started_at, completed_at,
  coalesce(duration_ms, (extract(epoch from completed_at - coalesce(started_at, created_at)) * 1000)::bigint) as duration_ms,
  quality_score, user_prompt, error_type, error_message, error_group, project_name, project_path, service_name, service_version,
  environment, agent_version, user_id, on_behalf_of, trigger, claude_session_id, terminal_id, metadata, producer, trace_id, span_id,
  repairs, created_at, updated_at
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

create function runs_between(since timestamptz, until timestamptz default 'infinity') returns setof runs
language sql stable parallel safe rows 1000
begin atomic
  select run.*
  from (
    select correlation_id from agent_actions where created_at >= since and created_at < until
    union
    select correlation_id from agent_execution_logs where created_at >= since and created_at < until
  ) as active, lateral (select * from runs where runs.correlation_id = active.correlation_id) as run;
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

-- Later migrations make their tables where the earlier ones did.
select set_config('search_path', current_setting('agent_actions.search_path'), false);
