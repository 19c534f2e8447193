import type { StoredEvent } from "../stored-event.js";
import { ERROR_GROUP, field, IDENTITY, METADATA, PROVENANCE, texts } from "./event-columns.js";
import { type Insert, insertOnce } from "./table.js";

export const TRANSFORMATION_INSERT: Insert<StoredEvent> = insertOnce(
  "agent_transformation_events",
  "transformation",
  [
    ...IDENTITY,
    {
      name: "event_type",
      type: "text",
      read: (event) => event.text("event_type") ?? "transformation_complete",
    },
    field("text", "session_id"),
    field("text", "source_agent"),
    field("text", "target_agent"),
    field("text", "transformation_reason"),
    field("text", "user_request"),
    field("numeric", "routing_confidence"),
    field("text", "routing_strategy"),
    field("integer", "transformation_duration_ms"),
    field("integer", "initialization_duration_ms"),
    field("integer", "total_execution_duration_ms"),
    {
      name: "success",
      type: "boolean",
      read: ({ fields }) => String(fields.success ?? fields.event_type !== "transformation_failed"),
    },
    field("text", "error_message"),
    field("text", "error_type"),
    field("numeric", "quality_score"),
    field("jsonb", "context_snapshot"),
    texts("context_keys"),
    field("integer", "context_size_bytes"),
    field("uuid", "agent_definition_id"),
    field("uuid", "parent_event_id"),
    {
      name: "started_at",
      type: "timestamptz",
      read: (event) => event.text("started_at") ?? event.text("created_at"),
    },
    field("timestamptz", "completed_at"),
    field("text", "transformation_type"),
    field("jsonb", "input_data"),
    field("jsonb", "output_data"),
    ERROR_GROUP,
    METADATA,
    field("timestamptz", "created_at"),
    ...PROVENANCE,
  ],
  (event) => event.text("id") ?? "",
);
