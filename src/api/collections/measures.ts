/** What is counted and measured of actions that belong together, whatever they are grouped by. */

import type { SortTable } from "../collection.js";
import { type ColumnTable, integerColumn, numberColumn, timeColumn } from "../query/column.js";
import { HAS_FAILED, LAST_AT } from "./action-filters.js";

/** SQL of the measures of a group of `agent_actions`; {@link MEASURE_COLUMNS} shows them. */
export const MEASURES = `
  count(*) as actions,
  count(*) filter (where ${HAS_FAILED}) as failed_actions,
  count(*) filter (where state = 'running') as running_actions,
  count(distinct correlation_id) as runs,
  round(avg(duration_ms), 1) as mean_ms,
  percentile_disc(array[0.5, 0.95, 0.99]) within group (order by duration_ms) as percentiles,
  max(duration_ms) as max_ms,
  sum(duration_ms) as total_ms,
  min(created_at) as first_started_at,
  max(created_at) as last_started_at,
  max(${LAST_AT}) as last_activity_at`;

const percentile = (place: number, share: number) =>
  integerColumn(`rows.percentiles[${place}]`, `${share} of 100 took at most so many milliseconds.`);

export const MEASURE_COLUMNS = {
  actions: integerColumn("rows.actions", "How many actions."),
  failed_actions: integerColumn("rows.failed_actions", "Of these, such that failed, of any type."),
  running_actions: integerColumn("rows.running_actions", "Of these, such that have not ended."),
  runs: integerColumn("rows.runs", "In how many runs."),
  mean_ms: numberColumn("rows.mean_ms", "Mean duration in milliseconds."),
  p50_ms: percentile(1, 50),
  p95_ms: percentile(2, 95),
  p99_ms: percentile(3, 99),
  max_ms: integerColumn("rows.max_ms", "The longest, in milliseconds."),
  total_ms: integerColumn(
    "rows.total_ms",
    "All durations together; an action inside another counts in both.",
  ),
  first_started_at: timeColumn("rows.first_started_at", "Start of the first."),
  last_started_at: timeColumn("rows.last_started_at", "Start of the last."),
  last_activity_at: timeColumn("rows.last_activity_at", "Latest end, or start where no end is known."),
} as const satisfies ColumnTable;

/** Groups can be sorted by their measures; one without any duration stands last. */
export const MEASURE_SORTS: SortTable = {
  actions: { sql: "rows.actions", type: "bigint" },
  failed_actions: { sql: "rows.failed_actions", type: "bigint" },
  runs: { sql: "rows.runs", type: "bigint" },
  p50_ms: { sql: "coalesce(rows.percentiles[1], -1)", type: "bigint" },
  p95_ms: { sql: "coalesce(rows.percentiles[2], -1)", type: "bigint" },
  max_ms: { sql: "coalesce(rows.max_ms, -1)", type: "bigint" },
  last_activity_at: { sql: "rows.last_activity_at", type: "timestamptz" },
};
