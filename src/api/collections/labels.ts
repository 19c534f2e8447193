import { choice, text } from "../../config/option.js";
import { LABEL_KINDS } from "../../event/index.js";
import type { Collection } from "../collection.js";
import { type ColumnTable, numberColumn, textColumn, timeColumn, uuidColumn } from "../query/column.js";
import { oneOf } from "../query/filter.js";
import { projectFilter } from "./action-filters.js";

export const LABEL_COLUMNS = {
  id: uuidColumn("rows.id", "Identity of the label."),
  correlation_id: uuidColumn(
    "rows.correlation_id",
    "Run that it is about; null where it is about one action.",
  ),
  action_id: uuidColumn("rows.action_id", "Action that it is about; null where it is about a run."),
  kind: textColumn("rows.kind", "label, note or outcome."),
  name: textColumn("rows.name", "What is said."),
  text: textColumn("rows.text", "In words, or a link."),
  score: numberColumn("rows.score", "In a number."),
  created_by: textColumn("rows.created_by", "Who says it, as it calls itself."),
  token_name: textColumn("rows.token_name", "Name of the token that allowed it."),
  created_at: timeColumn("rows.created_at", "When it was said."),
} as const satisfies ColumnTable;

/** Labels, notes and outcomes of runs and actions. */
export const LABELS: Collection = {
  rows: (where) => `select * from agent_action_labels where ${where}`,
  columns: LABEL_COLUMNS,
  filters: {
    project: {
      ...projectFilter,
      condition: (place) => `exists (
        select from agent_actions
        where (agent_actions.correlation_id = agent_action_labels.correlation_id or agent_actions.id = agent_action_labels.action_id)
          and ${projectFilter.condition(place)})`,
    },
    kind: oneOf("kind", choice({ of: LABEL_KINDS, description: "label, note or outcome." })),
    name: oneOf("name", text({ description: "What is said." })),
    created_by: oneOf("created_by", text({ description: "Who says it." })),
  },
  order: [
    { column: "created_at", type: "timestamptz", descending: true },
    { column: "id", type: "uuid", descending: true },
  ],
};
