import type { Collection, SqlRange } from "../collection.js";
import {
  type ColumnTable,
  integerColumn,
  textColumn,
  textsColumn,
  timeColumn,
  uuidColumn,
} from "../query/column.js";
import { ACTION_FILTERS } from "./action-filters.js";
import { RUN_SORTS, withRunSortKeys } from "./run-sorts.js";
import { RUN_SUMMARY } from "./run-summary.js";
import { SUMMARY_HORIZON } from "./summary-horizon.js";

export const RUN_COLUMNS: ColumnTable = {
  correlation_id: uuidColumn("rows.correlation_id", "The run."),
  correlation_text: textColumn(
    "run.correlation_text",
    "What the producer called it, where that was no UUID.",
  ),
  title: textColumn("run.title", "The beginning of what was asked, or the name of its first action."),
  state: textColumn("run.state", "running while an action is; abandoned if one is; else ended."),
  started_at: timeColumn("run.started_at", "Start of its first action."),
  last_activity_at: timeColumn(
    "run.last_activity_at",
    "Latest end of an action, or start where no end is known.",
  ),
  duration_ms: integerColumn(
    "(extract(epoch from run.last_activity_at - run.started_at) * 1000)::bigint",
    "Milliseconds between the two.",
  ),
  actions: integerColumn("run.actions", "How many actions."),
  tool_calls: integerColumn("run.tool_calls", "Of these, tool calls."),
  decisions: integerColumn("run.decisions", "Of these, decisions."),
  errors: integerColumn("run.errors", "Of these, errors."),
  failed_actions: integerColumn("run.failed_actions", "Actions that failed, of any type."),
  running_actions: integerColumn("run.running_actions", "Actions that have not ended."),
  agents: textsColumn("run.agents", "Who took part: the first 20 in alphabetical order."),
  session_id: textColumn(
    "run.session_id",
    "Session; of several the first in alphabetical order, as in those below.",
  ),
  project_name: textColumn("run.project_name", "Name of the project."),
  project_path: textColumn("run.project_path", "Folder of the project."),
  service_name: textColumn("run.service_name", "service.name of OpenTelemetry."),
  environment: textColumn("run.environment", "deployment.environment.name of OpenTelemetry."),
  user_id: textColumn("run.user_id", "Person or account that it acts for."),
  labels: textsColumn(
    `(select array_agg(name order by created_at, id) from (
      select name, created_at, id from agent_action_labels
      where agent_action_labels.correlation_id = rows.correlation_id order by created_at, id limit 20) as said)`,
    "Names of the first 20 labels, notes and outcomes of it; null without any.",
  ),
};

/**
 * Runs that acted in a time range: from the summaries that statistics keep, from parts that are not summed up yet, and from the rows that
 * neither has. Reading all actions of a day takes a second for every million.
 */
function allRuns({ since, until }: SqlRange): string {
  const within = (start: string, end: string): string =>
    [
      "true",
      ...(since === undefined ? [] : [`${end} >= ${since}`]),
      ...(until === undefined ? [] : [`${start} < ${until}`]),
    ].join(" and ");
  return `
    select correlation_id, max(last_action_at) as last_action_at from (
      select correlation_id, last_activity_at as last_action_at from agent_runs
      where actions > 0 and ${within("started_at", "last_activity_at")}
      union all
      select correlation_id, last_activity_at from agent_run_parts
      where correlation_id in (select correlation_id from agent_statistics_marks where resolution = 'run')
        and ${within("started_at", "last_activity_at")}
      union all
      select correlation_id, created_at from agent_actions
      where created_at >= ${SUMMARY_HORIZON} and ${within("created_at", "created_at")}
    ) as acting group by correlation_id`;
}

/** Runs with an action in the range that fits the filters; what is shown of them is of all their actions. */
export const RUNS: Collection = {
  rows: (where) => `
    select correlation_id, max(created_at) as last_action_at from agent_actions where ${where} group by correlation_id`,
  allRows: allRuns,
  joins: RUN_SUMMARY,
  columns: RUN_COLUMNS,
  filters: ACTION_FILTERS,
  order: [
    { column: "last_action_at", type: "timestamptz", descending: true },
    { column: "correlation_id", type: "uuid", descending: true },
  ],
  boundedBy: ["run"],
  sorts: RUN_SORTS,
  sortedRows: withRunSortKeys,
};
