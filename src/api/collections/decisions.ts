import { text } from "../../config/option.js";
import type { Collection } from "../collection.js";
import {
  booleanColumn,
  integerColumn,
  jsonColumn,
  numberColumn,
  textColumn,
  textsColumn,
  timeColumn,
  uuidColumn,
} from "../query/column.js";
import { oneOf } from "../query/filter.js";
import { projectFilter, runFilter } from "./action-filters.js";
import { SHORT_DETAILS_JOIN } from "./actions.js";

const projectOfRun = (column: string): string =>
  `(select ${column} from agent_actions where agent_actions.correlation_id = routing.correlation_id and ${column} is not null limit 1)`;

/** Decisions of agents, and of routers which agent is to act. */
export const DECISIONS: Collection = {
  rows: (where) => `
    select * from (
      select id, created_at, 'agent' as made_by, correlation_id, agent_name, action_name as decision, null::numeric as confidence,
        session_id, project_name, project_path, approved_by, policy, null::boolean as succeeded, null::numeric as quality, action_details
      from agent_actions where action_type = 'decision'
      union all
      select id, created_at, 'router', correlation_id, null, selected_agent, confidence_score, session_id,
        ${projectOfRun("project_name")}, ${projectOfRun("project_path")}, null, null,
        coalesce(actual_success, execution_succeeded), actual_quality_score,
        jsonb_strip_nulls(jsonb_build_object('user_request', user_request, 'alternatives', alternatives, 'reasoning', reasoning,
          'routing_strategy', routing_strategy, 'context', context_snapshot))
      from agent_routing_decisions as routing
    ) as decisions where ${where}`,
  joins: () => SHORT_DETAILS_JOIN,
  columns: {
    id: uuidColumn("rows.id", "Identity of the decision; of an agent's, the action's."),
    made_by: textColumn("rows.made_by", "agent or router."),
    correlation_id: uuidColumn("rows.correlation_id", "The run."),
    agent_name: textColumn("rows.agent_name", "Agent that decided; null for a router."),
    decision: textColumn("rows.decision", "What was decided; of a router, the agent that it selected."),
    confidence: numberColumn("rows.confidence", "0 to 1, where it is said."),
    session_id: textColumn("rows.session_id", "Conversation, session or thread."),
    project_name: textColumn("rows.project_name", "Name of the project."),
    approved_by: textColumn("rows.approved_by", "Of a decision that approves or refuses: who decided."),
    policy: textColumn("rows.policy", "Rule that asked for the approval or gave it."),
    succeeded: booleanColumn("rows.succeeded", "Of a router's: whether what came of it succeeded."),
    quality: numberColumn("rows.quality", "Of a router's: quality of what came of it, 0 to 1."),
    decided_at: timeColumn("rows.created_at", "When it was made."),
    action_details: jsonColumn(
      "details.short",
      "Context and result of an agent's decision; request, alternatives and reasoning of a router's. Cut as in the list of actions.",
    ),
    details_bytes: integerColumn("details.bytes", "Size of the details as JSON."),
    truncated: textsColumn("details.truncated", "What was cut. Null: nothing."),
  },
  filters: {
    project: projectFilter,
    run: runFilter,
    agent: oneOf("agent_name", text({ description: "Agent that decided." })),
    decision: oneOf("decision", text({ description: "What was decided, or the agent that was selected." })),
    session: oneOf("session_id", text({ description: "Conversation, session or thread." })),
  },
  order: [
    { column: "created_at", type: "timestamptz", descending: true },
    { column: "id", type: "uuid", descending: true },
  ],
  boundedBy: ["run"],
};
