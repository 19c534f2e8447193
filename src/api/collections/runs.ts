import type { Collection } from "../collection.js";
import {
  type ColumnTable,
  integerColumn,
  textColumn,
  textsColumn,
  timeColumn,
  uuidColumn,
} from "../query/column.js";
import { ACTION_FILTERS, HAS_FAILED } from "./action-filters.js";

export const RUN_COLUMNS: ColumnTable = {
  id: uuidColumn("rows.correlation_id", "Correlation id of the run."),
  name: textColumn("run.name", "What the producer called it, where that was no UUID."),
  title: textColumn("run.title", "What it was asked to do, or its first action."),
  state: textColumn("run.state", "running while an action is; abandoned where one never ended; else ended."),
  started_at: timeColumn("run.started_at", "Start of its first action."),
  last_at: timeColumn("run.last_at", "Latest start or end of an action."),
  duration_ms: integerColumn(
    "(extract(epoch from run.last_at - run.started_at) * 1000)::bigint",
    "Milliseconds between the two.",
  ),
  actions: integerColumn("run.actions", "How many actions."),
  tool_calls: integerColumn("run.tool_calls", "Of these, tool calls."),
  decisions: integerColumn("run.decisions", "Of these, decisions."),
  errors: integerColumn("run.errors", "Actions that failed, of any type."),
  running: integerColumn("run.running", "Actions that have not ended."),
  agents: textsColumn("run.agents", "Names of its agents, the first 20."),
  project: textColumn("run.project", "Name of the project, or its folder."),
  session: textColumn("run.session", "Conversation, session or thread."),
  service: textColumn("run.service", "service.name of OpenTelemetry."),
  environment: textColumn("run.environment", "deployment.environment.name of OpenTelemetry."),
  user: textColumn("run.user_id", "Person or account that it acts for."),
};

/** Sums up the runs of a page from their actions. */
export const RUN_SUMMARY = (scope: string): string => `
  cross join lateral (
    select
      min(correlation_text) as name,
      coalesce(
        (select nullif(left(user_prompt, 200), '') from agent_execution_logs
         where correlation_id = rows.correlation_id order by created_at limit 1),
        (array_agg(left(action_name, 200) order by created_at, id))[1]
      ) as title,
      case when bool_or(state = 'running') then 'running' when bool_or(state = 'abandoned') then 'abandoned'
        else 'ended' end as state,
      min(created_at) as started_at,
      max(greatest(created_at, ended_at)) as last_at,
      count(*) as actions,
      count(*) filter (where action_type = 'tool_call') as tool_calls,
      count(*) filter (where action_type = 'decision') as decisions,
      count(*) filter (where ${HAS_FAILED}) as errors,
      count(*) filter (where state = 'running') as running,
      (array_agg(distinct agent_name))[1:20] as agents,
      min(coalesce(project_name, project_path)) as project,
      min(session_id) as session,
      min(service_name) as service,
      min(environment) as environment,
      min(user_id) as user_id
    from agent_actions where correlation_id = rows.correlation_id${scope}
  ) as run`;

/** Runs with an action in the range that fits the filters; what is shown of them is of all their actions. */
export const RUNS: Collection = {
  rows: (where) => `
    select correlation_id, max(created_at) as last_action_at from agent_actions where ${where} group by correlation_id`,
  joins: RUN_SUMMARY,
  columns: RUN_COLUMNS,
  filters: ACTION_FILTERS,
  order: [
    { column: "last_action_at", type: "timestamptz", descending: true },
    { column: "correlation_id", type: "uuid", descending: true },
  ],
  boundedBy: ["run"],
};
