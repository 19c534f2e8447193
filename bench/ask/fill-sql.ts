/** What `fill.ts` runs, in this order. */

const AGENTS =
  "array['planner', 'coder', 'reviewer', 'tester', 'researcher', 'writer', 'router', 'deployer', 'triager', 'analyst', 'translator', 'librarian']";
const TOOLS =
  "array['Read', 'Bash', 'Edit', 'Grep', 'web_search', 'Write', 'query_database', 'Glob', 'fetch_page', 'run_tests', 'send_message', 'create_ticket', 'read_mail', 'list_files', 'git_commit', 'git_diff', 'summarize', 'translate', 'calculate', 'lookup_customer', 'refund_order', 'screenshot', 'click', 'open_pull_request', 'deploy', 'rollback', 'read_metrics', 'embed', 'rerank', 'Delete']";
const PROJECTS =
  "array['shop', 'search', 'billing', 'mobile', 'data-platform', 'website', 'support', 'infrastructure', 'research', 'archive']";

/** Helpers that live in this session only. `fill_pick` prefers what stands first: about half of all draws are one of the first three. */
export const CREATE_HELPERS = `
  create or replace function pg_temp.fill_pick(texts text[], chance float8) returns text language sql immutable
    return texts[1 + floor(array_length(texts, 1) * chance ^ 2.5)::int];
  create or replace function pg_temp.fill_id(at timestamptz, name text) returns uuid language sql immutable
    return (lpad(to_hex(floor(extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(name), 1, 3) || '8' || substr(md5(name), 4, 15))::uuid;
  create temporary table if not exists fill_runs (
    run_name text, correlation_id uuid, session_id text, agent text, helper text, project text, environment text, version text,
    began timestamptz, step_ms float8, size int, failed boolean)`;

export const DROP_HELPERS = "drop table fill_runs";

/**
 * $1 days ago, $2 actions of that day. Lengths are log-normal: half of all runs have fewer than 15 actions, one in a hundred more than
 * 200, and one run of the whole day has as much as the day allows, up to 50,000.
 */
export const FILL_RUNS = `
  insert into fill_runs
  select 'run ' || $1::int || '/' || n, md5('run ' || $1::int || '/' || n)::uuid, 'session ' || $1::int || '/' || n / 3,
    pg_temp.fill_pick(${AGENTS}, random()), pg_temp.fill_pick(${AGENTS}, random()), pg_temp.fill_pick(${PROJECTS}, random()),
    case when random() < 0.8 then 'production' else 'staging' end, '1.' || (90 - $1::int) / 7 || '.0',
    began, step_ms,
    -- No run of a finished day is open, and none begins after now.
    least(size, greatest(1, floor(extract(epoch from now() - began) * 1000 / step_ms))::int), random() < 0.07
  from (
    select n, now() - ($1::int + 1) * interval '1 day' + (n + random()) / runs * interval '1 day' as began,
      exp(5 + 2.5 * random()) as step_ms,
      case when n = runs / 2 then least(50000, greatest(1, $2::int / 10))
        else least(5000, 1 + floor(exp(2.65 + 1.15 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()))))::int end as size
    from (select greatest(1, $2::int / 30) as runs) counted, generate_series(0, runs - 1) n
  ) as drawn`;

/** One statement for actions and their file operations. The first of every eight calls is around the seven after it. */
export const FILL_ACTIONS = `
  with drawn as (
    select run.*, k, began + k * step_ms * interval '1 millisecond' as at,
      began + k / 8 * 8 * step_ms * interval '1 millisecond' as parent_at,
      random() as kind, pg_temp.fill_pick(${TOOLS}, random()) as tool, random() as outcome, exp(2 + 4 * random())::int as took
    from fill_runs run, generate_series(0, size - 1) k
  ),
  named as (
    select *, case
        when k = size - 1 then case when failed then 'error' else 'success' end
        when kind < 0.06 then 'decision' when kind < 0.07 then 'error' else 'tool_call' end as type,
      case when outcome < 0.04 then (array['timed out after ', 'HTTP 503 from host ', 'no such file: /srv/data/', 'exit status ', 'rate limit reached, retry in ',
        'permission denied for /etc/', 'cannot parse line ', 'connection reset by 10.0.0.', 'unknown customer ', 'out of memory at '])[1 + floor(10 * (outcome * 25) ^ 2)::int] || took end as problem
    from drawn
  ),
  inserted as (
    insert into agent_actions (id, correlation_id, agent_name, action_type, action_name, action_details, debug_mode, duration_ms, project_path,
      project_name, created_at, trace_id, span_id, parent_action_id, ended_at, status, error_type, status_message, session_id, source, service_name,
      service_version, environment, agent_version, producer, error_group, state)
    select pg_temp.fill_id(at, run_name || k), correlation_id, case when k % 16 < 12 then agent else helper end, type,
      case type when 'tool_call' then tool when 'decision' then pg_temp.fill_pick(array['select_agent', 'choose_plan', 'approve', 'hand_over'], kind * 16)
        when 'error' then 'TimeoutError' else 'task' end,
      case type
        when 'tool_call' then jsonb_build_object(
          'tool_parameters', case when tool in ('Read', 'Write', 'Edit', 'Delete') then jsonb_build_object('file_path', '/srv/' || project || '/src/module_' || took || '.ts')
            else jsonb_build_object('query', 'find ' || substr(md5(run_name || k), 1, 12), 'limit', took) end,
          'tool_result', jsonb_build_object('text', repeat(substr(md5(at::text), 1, 8) || ' ', 5 + took % 40)),
          'success', problem is null) || case when problem is null then '{}' else jsonb_build_object('error_message', problem) end
        when 'decision' then jsonb_build_object('decision_context', jsonb_build_object('candidates', jsonb_build_array(agent, helper), 'reason', 'fits best'),
          'decision_result', jsonb_build_object('selected', helper, 'confidence', round(kind::numeric * 16, 2)))
        when 'error' then jsonb_build_object('error_type', 'TimeoutError', 'error_message', 'the model did not answer within ' || took || ' s')
        else jsonb_build_object('task', 'task of ' || run_name, 'model', 'model-' || took % 3, 'input_tokens', took * 7, 'output_tokens', took) end,
      true, took, '/srv/' || project, project, at, md5(run_name), substr(md5(run_name || k), 1, 16),
      case when k % 8 > 0 then pg_temp.fill_id(parent_at, run_name || k / 8 * 8) end, at + took * interval '1 millisecond',
      case when type = 'error' or (type = 'tool_call' and problem is not null) then 'error' else 'ok' end,
      case when type = 'error' then 'TimeoutError' when type = 'tool_call' and problem is not null then 'ToolError' end,
      case when type = 'error' then 'the model did not answer within ' || took || ' s' when type = 'tool_call' then problem end,
      session_id, 'gen-ai', 'agents-' || environment, version, environment, version, 'bench',
      case when type = 'error' then substr(md5('model'), 1, 16)
        when type = 'tool_call' and problem is not null then substr(md5(regexp_replace(problem, '\\d+$', '')), 1, 16) end,
      'ended'
    from named
    returning id, created_at, correlation_id, agent_name, action_type, action_name, action_details, duration_ms, status
  ),
  files as (
    insert into agent_file_operations (action_id, correlation_id, agent_name, operation_type, file_path, file_path_hash, file_name, file_extension,
      content_hash_before, content_hash_after, content_changed, tool_name, success, duration_ms, created_at)
    select id, correlation_id, agent_name, lower(action_name), path, encode(sha256(convert_to(path, 'UTF8')), 'hex'), split_part(path, '/', 5), 'ts',
      md5(path), md5(id::text), action_name <> 'Read', action_name, status = 'ok', duration_ms, created_at
    from inserted, lateral (select action_details -> 'tool_parameters' ->> 'file_path' as path) as named_path
    where action_type = 'tool_call' and action_name in ('Read', 'Write', 'Edit', 'Delete')
  )
  select count(*)::int as actions from inserted`;

/** One execution and one routing decision a run; a transformation, a router's figures and a failed detection for some. */
export const FILL_SISTERS = [
  `insert into agent_execution_logs (execution_id, correlation_id, session_id, agent_name, user_prompt, status, started_at, completed_at, duration_ms,
     quality_score, error_message, error_type, project_path, project_name, created_at, error_group)
   select md5(run_name || 'execution')::uuid, correlation_id, session_id, agent, 'task of ' || run_name, status, began,
     case when status <> 'in_progress' then began + size * step_ms * interval '1 millisecond' end,
     case when status <> 'in_progress' then least(2e9, size * step_ms)::int end,
     case when status = 'success' then round((0.5 + random() / 2)::numeric, 3) end,
     case when status = 'error' then 'the task was not done in ' || size || ' steps' end, case when status = 'error' then 'TaskError' end,
     '/srv/' || project, project, began, case when status = 'error' then substr(md5('task'), 1, 16) end
   from (select *, case when random() < 0.004 then 'in_progress' when random() < 0.002 then 'abandoned' when failed then 'error' else 'success' end as status
     from fill_runs) as runs`,
  `insert into agent_routing_decisions (id, correlation_id, user_request, selected_agent, confidence_score, alternatives, reasoning, routing_strategy,
     routing_time_ms, created_at, actual_success, cache_hit, session_id)
   select md5(run_name || 'routing')::uuid, correlation_id, 'task of ' || run_name, agent, round(sqrt(random())::numeric, 3),
     jsonb_build_array(jsonb_build_object('agent', helper, 'confidence', 0.3, 'reason', 'second best')), 'fits best', 'fuzzy',
     (5 + 40 * random())::int, began, case when random() < 0.7 then not failed end, random() < 0.3, session_id
   from fill_runs where random() < 0.8`,
  `insert into agent_transformation_events (id, correlation_id, session_id, source_agent, target_agent, transformation_reason, routing_confidence,
     transformation_duration_ms, success, created_at)
   select md5(run_name || 'transformation')::uuid, correlation_id, session_id, agent, case when random() < 0.1 then agent else helper end,
     (array['a better match', 'asked by the user', 'fallback'])[1 + floor(3 * random())::int], round(random()::numeric, 3), (20 + 200 * random())::int,
     random() > 0.03, began from fill_runs where random() < 0.2`,
  `insert into router_performance_metrics (id, correlation_id, query_text, routing_duration_ms, cache_hit, trigger_match_strategy, candidates_evaluated,
     measured_at, created_at)
   select md5(run_name || 'router')::uuid, correlation_id, 'task of ' || run_name, (2 + 30 * random())::int, random() < 0.3, 'fuzzy', (3 + 9 * random())::int,
     began, began from fill_runs where random() < 0.8`,
  `insert into agent_detection_failures (id, correlation_id, user_prompt, detection_status, failure_reason, attempted_methods, project_name, session_id, created_at)
   select md5(run_name || 'detection')::uuid, correlation_id, 'task of ' || run_name, (array['no_detection', 'timeout', 'low_confidence', 'error'])[1 + floor(4 * random())::int],
     'no agent matched', array['trigger', 'fuzzy'], project, session_id, began from fill_runs where random() < 0.02`,
];
