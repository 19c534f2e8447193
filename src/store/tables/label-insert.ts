import type { StoredEvent } from "../stored-event.js";
import { field, METADATA, PROVENANCE } from "./event-columns.js";
import { type Column, type Insert, insertOnce } from "./table.js";

// Of an action's label the run is not stored: whoever says something of an action is in a run of its own.
const unlessOfAction = (column: Column<StoredEvent>): Column<StoredEvent> => ({
  ...column,
  read: (event) => (event.text("action_id") === undefined ? column.read(event) : undefined),
});

export const LABEL_INSERT: Insert<StoredEvent> = insertOnce(
  "agent_action_labels",
  "label",
  [
    field("uuid", "id"),
    unlessOfAction(field("uuid", "correlation_id")),
    field("uuid", "action_id"),
    { name: "kind", type: "text", read: (event) => event.text("kind") ?? "label" },
    field("text", "name"),
    field("text", "text"),
    field("numeric", "score"),
    field("text", "created_by"),
    METADATA,
    field("timestamptz", "created_at"),
    ...PROVENANCE.map((column) => (column.name === "correlation_text" ? unlessOfAction(column) : column)),
  ],
  (event) => event.text("id") ?? "",
);
