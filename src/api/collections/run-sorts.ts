import type { SortTable } from "../collection.js";
import { HAS_FAILED, LAST_AT } from "./action-filters.js";
import { LOOKED_THROUGH, SUMMARY_HORIZON } from "./summary-horizon.js";

/** By what is shown of a run, which is of all its actions: {@link withRunSortKeys} adds the columns. */
export const RUN_SORTS: SortTable = {
  started_at: { sql: "rows.started_at", type: "timestamptz" },
  last_activity_at: { sql: "rows.last_activity_at", type: "timestamptz" },
  duration_ms: { sql: "extract(epoch from rows.last_activity_at - rows.started_at) * 1000", type: "bigint" },
  actions: { sql: "rows.actions", type: "bigint" },
  failed_actions: { sql: "rows.failed_actions", type: "bigint" },
};

/**
 * The runs of a list with their sort keys: from the summaries that statistics keep, from parts that are not summed up yet, and from the rows of
 * runs of which neither may have all. Rows are read for a caller too who may not see every action of a run.
 */
export function withRunSortKeys(listed: string, scope: string): string {
  const isWhole = scope === "";
  return `
    with listed as materialized (${listed}),
    horizon as materialized (select ${SUMMARY_HORIZON} as at),
    unread as materialized (
      select correlation_id from listed
      where ${!isWhole} or (select at < now() - interval '${LOOKED_THROUGH}' from horizon)
      union
      select correlation_id from agent_actions
      where ${isWhole} and created_at >= (select greatest(at, now() - interval '${LOOKED_THROUGH}') from horizon)
    ),
    unsummed as materialized (
      select correlation_id from agent_statistics_marks where resolution = 'run'
      except select correlation_id from unread
    ),
    keys as (
      select correlation_id, run.first_action_at as started_at, run.last_action_at as last_activity_at, run.actions, run.failed_actions
      from agent_runs as run join listed using (correlation_id)
      where run.first_action_at is not null
        and not exists (select from unread where unread.correlation_id = run.correlation_id)
        and not exists (select from unsummed where unsummed.correlation_id = run.correlation_id)
      union all
      select correlation_id, min(started_at), max(part.last_activity_at), sum(actions), sum(failed_actions)
      from agent_run_parts as part join listed using (correlation_id) join unsummed using (correlation_id)
      group by correlation_id
      union all
      select correlation_id, min(created_at), max(${LAST_AT}), count(*), count(*) filter (where ${HAS_FAILED})
      from agent_actions
      where correlation_id in (select correlation_id from listed intersect select correlation_id from unread)${scope}
      group by correlation_id
    )
    -- The rows of a run may have gone for their age.
    select listed.*, coalesce(started_at, last_action_at) as started_at, coalesce(last_activity_at, last_action_at) as last_activity_at,
      coalesce(actions, 0) as actions, coalesce(failed_actions, 0) as failed_actions
    from listed left join keys using (correlation_id)`;
}
