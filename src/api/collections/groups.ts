/** Lists of what actions have in common: tools, agents, sessions, errors. Figures are of the actions that fit the filters. */
import type { Collection } from "../collection.js";
import { type ColumnTable, integerColumn, textColumn, textsColumn, uuidColumn } from "../query/column.js";
import { ACTION_FILTERS, HAS_FAILED } from "./action-filters.js";
import { MEASURE_COLUMNS, MEASURE_SORTS, MEASURES } from "./measures.js";

const byCount = (column: string): Collection["order"] => [
  { column: "actions", type: "bigint", descending: true },
  { column, type: "text" },
];

/** The first 20 in alphabetical order. */
const someOf = (expression: string, name: string): string =>
  `(array_agg(distinct ${expression}) filter (where ${expression} is not null))[1:20] as ${name}`;

export const TOOLS: Collection = {
  rows: (where) => `
    select action_name as tool_name, count(distinct agent_name) as agents, ${MEASURES}
    from agent_actions where action_type = 'tool_call' and ${where} group by action_name`,
  columns: {
    tool_name: textColumn("rows.tool_name", "The tool."),
    agents: integerColumn("rows.agents", "How many agents called it."),
    ...MEASURE_COLUMNS,
  },
  statistics: {
    keys: { tool_name: "action_name" },
    needs: ["tool"],
    only: "action_type = 'tool_call'",
    ofEach: {
      name: "agents",
      values: "coalesce(agent_hashes, array[agent_name_hash(agent_name)])",
      column: "agent_hashes_count(given[1:256])",
    },
  },
  filters: ACTION_FILTERS,
  sorts: MEASURE_SORTS,
  order: byCount("tool_name"),
};

export const AGENTS: Collection = {
  rows: (where) => `
    select agent_name, count(*) filter (where action_type = 'tool_call') as tool_calls,
      count(*) filter (where action_type = 'decision') as decisions, ${someOf("agent_version", "versions")}, ${MEASURES}
    from agent_actions where ${where} group by agent_name`,
  columns: {
    agent_name: textColumn("rows.agent_name", "The agent."),
    tool_calls: integerColumn("rows.tool_calls", "Of its actions, tool calls."),
    decisions: integerColumn("rows.decisions", "Of its actions, decisions."),
    versions: textsColumn("rows.versions", "Its versions: the first 20 in alphabetical order."),
    ...MEASURE_COLUMNS,
  },
  statistics: {
    keys: { agent_name: "agent_name" },
    needs: ["agent"],
    sums: `coalesce(sum(actions) filter (where action_type = 'tool_call'), 0)::bigint as tool_calls,
      coalesce(sum(actions) filter (where action_type = 'decision'), 0)::bigint as decisions`,
    ofEach: {
      name: "versions",
      values:
        "case when grouped_by = 'combination' and agent_version is not null then array[agent_version] else agent_versions end",
      column: "given[1:20]",
    },
  },
  filters: ACTION_FILTERS,
  sorts: MEASURE_SORTS,
  order: byCount("agent_name"),
};

export const SESSIONS: Collection = {
  rows: (where) => `
    select session_id, ${someOf("agent_name", "agents")}, ${someOf("project_name", "projects")}, min(user_id) as user_id, ${MEASURES}
    from agent_actions where session_id is not null and ${where} group by session_id`,
  columns: {
    session_id: textColumn("rows.session_id", "Conversation, session or thread."),
    agents: textsColumn("rows.agents", "Who took part: the first 20 in alphabetical order."),
    projects: textsColumn("rows.projects", "Names of its projects, likewise."),
    user_id: textColumn("rows.user_id", "Person or account that it acts for."),
    ...MEASURE_COLUMNS,
  },
  filters: ACTION_FILTERS,
  sorts: MEASURE_SORTS,
  order: [
    { column: "last_started_at", type: "timestamptz", descending: true },
    { column: "session_id", type: "text" },
  ],
  boundedBy: ["session"],
};

/** An error without a message has no group of its own: the empty one. */
export const ERRORS: Collection = {
  rows: (where) => `
    select coalesce(error_group, '') as group_key,
      (array_agg(left(coalesce(status_message, action_details ->> 'error_message'), 1000) order by created_at desc))[1] as message,
      (array_agg(id order by created_at desc))[1] as last_action_id,
      ${someOf("error_type", "error_types")}, ${someOf("agent_name", "agents")}, ${someOf("action_name", "action_names")},
      ${someOf("agent_version", "versions")}, ${MEASURES}
    from agent_actions where ${HAS_FAILED} and ${where} group by 1`,
  columns: {
    error_group: textColumn(
      "nullif(rows.group_key, '')",
      "Hash of the messages without what varies; null without a message.",
    ),
    message: textColumn("rows.message", "The latest message: its first 1,000 characters."),
    last_action_id: uuidColumn("rows.last_action_id", "The latest action with this error."),
    error_types: textsColumn(
      "rows.error_types",
      "Their error.type: the first 20 in alphabetical order, as in those below.",
    ),
    agents: textsColumn("rows.agents", "Agents that had it."),
    action_names: textsColumn("rows.action_names", "Tools and other actions that had it."),
    versions: textsColumn("rows.versions", "Versions of these agents."),
    ...MEASURE_COLUMNS,
  } satisfies ColumnTable,
  filters: ACTION_FILTERS,
  sorts: MEASURE_SORTS,
  order: byCount("group_key"),
};
