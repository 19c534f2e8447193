/** However fast statistics are, rows that are as new as this are asked of the table. */
const NEWEST = "20 seconds";

/**
 * From when on summaries may lack actions: the earliest that is marked and not computed, or changed and not marked. While an existing
 * table is summed up, and where nobody keeps statistics, that is all of it.
 */
export const SUMMARY_HORIZON = `(
  select case when state.installation is null then '-infinity' else least(
    now() - interval '${NEWEST}',
    (select min(bucket_start) from agent_statistics_marks
     where resolution = 'minute' or (resolution = 'hour' and bucket_start < state.minutes_since)),
    (select min(at) from agent_action_changes as change, unnest(created_ats) as at
     where kind = 'action' and (change.xact_id, change.position) > (state.xact_id, state.position))
  ) end
  from agent_statistics_state as state)`;

/** What summaries may lack is looked for in the rows of so long; where they are further behind, all rows of a run are read. */
export const LOOKED_THROUGH = "2 hours";
