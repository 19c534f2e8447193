import type { StoredEvent } from "../stored-event.js";
import { field, IDENTITY, PROVENANCE, texts } from "./event-columns.js";
import { type Insert, insertOnce } from "./table.js";

export const ACTION_INSERT: Insert<StoredEvent> = insertOnce(
  "agent_actions",
  [
    ...IDENTITY,
    field("text", "agent_name"),
    field("text", "action_type"),
    field("text", "action_name"),
    {
      name: "action_details",
      type: "jsonb",
      read: (event) => event.jsonWithUnknown("action_details") ?? "{}",
    },
    { name: "debug_mode", type: "boolean", read: ({ fields }) => String(fields.debug_mode ?? true) },
    field("integer", "duration_ms"),
    field("text", "project_path"),
    field("text", "project_name"),
    field("text", "working_directory"),
    field("timestamptz", "created_at"),
    field("text", "parent_span_id"),
    field("timestamptz", "ended_at"),
    field("text", "status"),
    field("text", "error_type"),
    field("text", "status_message", "error_message"),
    field("text", "session_id"),
    field("text", "tool_call_id"),
    field("text", "source"),
    field("uuid", "parent_action_id"),
    field("jsonb", "merged_spans"),
    field("uuid", "possible_duplicate_of"),
    field("text", "unresolved_parent_span_id"),
    texts("inferred_fields"),
    ...PROVENANCE,
  ],
  (event) => event.text("id") ?? "",
);
