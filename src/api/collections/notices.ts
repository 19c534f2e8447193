import { choice, flag, option, text } from "../../config/option.js";
import { parseUuid } from "../../event/index.js";
import type { Collection } from "../collection.js";
import {
  booleanColumn,
  type ColumnTable,
  integerColumn,
  jsonColumn,
  numberColumn,
  textColumn,
  textsColumn,
  timeColumn,
  uuidColumn,
} from "../query/column.js";
import { type FilterTable, oneOf } from "../query/filter.js";
import { projectFilter, runFilter } from "./action-filters.js";

export const NOTICE_COLUMNS = {
  id: uuidColumn("rows.notice_id", "Identity of the notice."),
  rule: textColumn("rows.rule", "What it was noticed by."),
  kind: textColumn("rows.kind", "Kind within the rule."),
  severity: textColumn("rows.severity", "info, warning or critical."),
  state: textColumn("rows.state", "open, acknowledged or closed."),
  title: textColumn("rows.title", "What was noticed, in one line."),
  agent_name: textColumn("rows.agent_name", "Whom it is about."),
  correlation_id: uuidColumn("rows.correlation_id", "The run that it is about."),
  session_id: textColumn("rows.session_id", "Session of that run."),
  project_name: textColumn("rows.project_name", "Project of that run."),
  calls: integerColumn("(rows.evidence ->> 'calls')::bigint", "How many calls since it began."),
  seconds: numberColumn("(rows.evidence ->> 'seconds')::numeric", "Seconds since it began."),
  tokens: integerColumn("(rows.evidence ->> 'tokens')::bigint", "Tokens of the model since it began."),
  evidence: jsonColumn("rows.evidence", "These and more figures."),
  action_ids: textsColumn("rows.action_ids", "Actions that show it."),
  query: textColumn("rows.query", "SQL that shows the rows."),
  muted: booleanColumn("rows.muted", "Nobody is told of it."),
  expected: booleanColumn(
    "rows.expected_by is not null",
    "The change was marked as expected: nobody is told of it.",
  ),
  reopened: integerColumn("rows.reopened", "How often it was over, and came back."),
  began_at: timeColumn("rows.began_at", "When the first of its actions began."),
  opened_at: timeColumn("rows.opened_at", "When it was noticed."),
  last_seen_at: timeColumn("rows.last_seen_at", "When the last of its actions ended."),
  closed_at: timeColumn("rows.closed_at", "When it was over."),
  close_reason: textColumn("rows.close_reason", "Why it is over."),
  acknowledged_at: timeColumn("rows.acknowledged_at", "When somebody acknowledged it."),
  acknowledged_by: textColumn("rows.acknowledged_by", "Who did."),
} as const satisfies ColumnTable;

/** The open ones first asked for; a notice that is open is shown whenever it was opened. */
const FILTERS = {
  project: projectFilter,
  rule: oneOf("rule", text({ description: "What it was noticed by, such as loop." })),
  kind: oneOf("kind", text({ description: "Kind within the rule, such as same_call." })),
  severity: oneOf("severity", choice({ of: ["info", "warning", "critical"], description: "How bad it is." })),
  state: oneOf(
    "state",
    choice({ of: ["open", "acknowledged", "closed"], description: "Whether it goes on." }),
  ),
  agent: oneOf("agent_name", text({ description: "Name of an agent." })),
  run: runFilter,
  muted: {
    option: flag({ description: "Only those of which nobody is told; false for the others." }),
    condition: (place) => `muted = ${place}::boolean`,
  },
  expected: {
    option: flag({ description: "Only changes that were marked as expected; false for the others." }),
    condition: (place) => `(expected_by is not null) = ${place}::boolean`,
  },
  id: {
    option: option<string>(
      { description: "Id of a notice.", placeholder: "ID" },
      { expected: "a UUID", fromText: parseUuid, fromCode: () => undefined },
    ),
    many: true,
    condition: (place) => `notice_id = any(${place}::uuid[])`,
  },
} as const satisfies FilterTable;

/** What was noticed in the rows, the latest first. */
export const NOTICES: Collection = {
  rows: (where) => `select * from agent_notices where ${where}`,
  timeColumn: "opened_at",
  columns: NOTICE_COLUMNS,
  filters: FILTERS,
  order: [
    { column: "opened_at", type: "timestamptz", descending: true },
    { column: "notice_id", type: "uuid" },
  ],
  boundedBy: ["run", "id"],
};

const { rule: _, ...LOOP_FILTERS } = FILTERS;

/** Agents that repeated themselves: the notices of one rule. */
export const LOOPS: Collection = {
  ...NOTICES,
  rows: (where) => `select * from agent_notices where rule = 'loop' and ${where}`,
  filters: LOOP_FILTERS,
};
