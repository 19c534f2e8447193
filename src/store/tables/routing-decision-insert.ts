import type { StoredEvent } from "../stored-event.js";
import { field, IDENTITY, METADATA, PROVENANCE } from "./event-columns.js";
import { type Insert, insertOnce } from "./table.js";

export const ROUTING_DECISION_INSERT: Insert<StoredEvent> = insertOnce(
  "agent_routing_decisions",
  [
    ...IDENTITY,
    field("text", "user_request"),
    field("text", "selected_agent"),
    field("double precision", "confidence_score"),
    field("jsonb", "alternatives"),
    field("text", "reasoning"),
    field("text", "routing_strategy"),
    field("jsonb", "context_snapshot", "context"),
    field("integer", "routing_time_ms"),
    METADATA,
    field("timestamptz", "created_at"),
    ...PROVENANCE,
  ],
  (event) => event.text("id") ?? "",
);
