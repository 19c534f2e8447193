import { HAS_FAILED, LAST_AT } from "./action-filters.js";
import { LOOKED_THROUGH, SUMMARY_HORIZON } from "./summary-horizon.js";

/**
 * The earliest start of a run's actions. Of the column itself, Postgres would look for it in the order of time, through the actions of all
 * runs, wherever nothing else of the run is asked for.
 */
const FIRST_AT = "min(greatest(created_at))";

/** Fewer actions than this are summed up faster than it is known whether the parts have all of them. */
const MANY_ACTIONS = 1_000;

const promptOf = (scope: string): string => `
  (select nullif(left(user_prompt, 200), '') from agent_execution_logs
   where correlation_id = rows.correlation_id${scope} order by created_at limit 1)`;

const OF_ACTIONS = (scope: string): string => `
  select
    max(correlation_text) as correlation_text,
    coalesce(${promptOf(scope)}, (array_agg(left(action_name, 200) order by created_at, id))[1]) as title,
    case when bool_or(state = 'running') then 'running' when bool_or(state = 'abandoned') then 'abandoned'
      else 'ended' end as state,
    ${FIRST_AT} as started_at,
    max(${LAST_AT}) as last_activity_at,
    count(*) as actions,
    count(*) filter (where action_type = 'tool_call') as tool_calls,
    count(*) filter (where action_type = 'decision') as decisions,
    count(*) filter (where action_type = 'error') as errors,
    count(*) filter (where ${HAS_FAILED}) as failed_actions,
    count(*) filter (where state = 'running') as running_actions,
    (array_agg(distinct agent_name))[1:20] as agents,
    min(session_id) as session_id,
    min(project_name) as project_name,
    min(project_path) as project_path,
    min(service_name) as service_name,
    min(environment) as environment,
    min(user_id) as user_id
  from agent_actions where correlation_id = rows.correlation_id${scope}`;

/** The same of the parts that statistics keep of a run, by the minute and the hour. */
const OF_PARTS = `
  select
    max(correlation_text) as correlation_text,
    coalesce(${promptOf("")}, (
      select left(action_name, 200) from agent_actions
      where correlation_id = rows.correlation_id and created_at = min(part.started_at) order by id limit 1
    )) as title,
    case when sum(running) > 0 then 'running' when sum(abandoned) > 0 then 'abandoned' else 'ended' end as state,
    min(started_at) as started_at,
    max(last_activity_at) as last_activity_at,
    sum(actions) as actions,
    sum(tool_calls) as tool_calls,
    sum(decisions) as decisions,
    sum(errors) as errors,
    sum(failed_actions) as failed_actions,
    sum(running) as running_actions,
    array(
      select distinct agent from agent_run_parts, unnest(agents) as agent
      where correlation_id = rows.correlation_id order by agent limit 20
    ) as agents,
    min(session_id) as session_id,
    min(project_name) as project_name,
    min(project_path) as project_path,
    min(service_name) as service_name,
    min(environment) as environment,
    min(user_id) as user_id
  from agent_run_parts as part where correlation_id = rows.correlation_id`;

/** Whether the run is large, and no action of it is newer than its parts. */
const IS_IN_PARTS = `
  coalesce((select sum(actions) from agent_run_parts where correlation_id = rows.correlation_id) > ${MANY_ACTIONS}, false)
  and (select ${SUMMARY_HORIZON} >= now() - interval '${LOOKED_THROUGH}')
  and rows.correlation_id not in (
    select correlation_id from agent_actions
    where created_at >= (select greatest(${SUMMARY_HORIZON}, now() - interval '${LOOKED_THROUGH}'))
  )`;

/** Sums up the runs of a page from their actions; a large one from its parts, where the caller may see all of it. */
export const RUN_SUMMARY = (scope: string): string =>
  scope === ""
    ? `
  cross join lateral (select ${IS_IN_PARTS} as is_in_parts offset 0) as source
  cross join lateral (
    select * from (${OF_PARTS}) as kept where source.is_in_parts
    union all
    select * from (${OF_ACTIONS("")}) as counted where not source.is_in_parts
  ) as run`
    : `
  cross join lateral (${OF_ACTIONS(scope)}) as run`;
