import type { Pool } from "pg";
import type { EventKind } from "../../event/kinds.js";
import type { ActionRow } from "../../store/queries/action-row.js";
import { failed } from "../actions/describe-action.js";
import type { Deed } from "./agent/ledger.js";

/** The rows of one run as deeds, to be compared with those that the agent counted. */
export async function storedDeeds(
  pool: Pool,
  correlationId: string,
  actions: readonly ActionRow[],
): Promise<Deed[]> {
  const { rows } = await pool.query<{ kind: EventKind; name: string }>(OTHER_KINDS, [correlationId]);
  return [
    ...actions.map(
      (action): Deed => ({
        kind: "action",
        agent: action.agent_name,
        type: action.action_type,
        name: action.action_name,
        failed: failed(action),
      }),
    ),
    ...rows.map(({ kind, name }): Deed => ({ kind, agent: null, type: null, name, failed: false })),
  ];
}

/** Every row of the other five tables, named by what the agent notes in its ledger. */
const OTHER_KINDS = `
  select 'routing_decision' as kind, selected_agent as name from agent_routing_decisions where correlation_id = $1
  union all
  select 'transformation', target_agent from agent_transformation_events where correlation_id = $1
  union all
  select 'router_performance', query_text from router_performance_metrics where correlation_id = $1
  union all
  select 'detection_failure', user_prompt from agent_detection_failures where correlation_id = $1
  union all
  select 'execution', status from agent_execution_logs where correlation_id = $1`;
