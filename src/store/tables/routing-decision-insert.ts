import type { StoredEvent } from "../stored-event.js";
import { field, IDENTITY, METADATA, PROVENANCE, texts } from "./event-columns.js";
import { type Insert, insertOnce } from "./table.js";

export const ROUTING_DECISION_INSERT: Insert<StoredEvent> = insertOnce(
  "agent_routing_decisions",
  "routing_decision",
  [
    ...IDENTITY,
    field("text", "user_request"),
    field("text", "selected_agent"),
    field("numeric", "confidence_score"),
    field("jsonb", "alternatives"),
    field("text", "reasoning"),
    field("text", "routing_strategy"),
    field("jsonb", "context_snapshot", "context"),
    field("integer", "routing_time_ms"),
    field("numeric", "trigger_confidence"),
    field("numeric", "context_confidence"),
    field("numeric", "capability_confidence"),
    field("numeric", "historical_confidence"),
    texts("matched_triggers"),
    field("boolean", "selection_validated"),
    field("boolean", "actual_success"),
    field("numeric", "actual_quality_score"),
    field("numeric", "prediction_error"),
    field("boolean", "execution_succeeded"),
    field("boolean", "cache_hit"),
    field("text", "session_id"),
    METADATA,
    field("timestamptz", "created_at"),
    ...PROVENANCE,
  ],
  (event) => event.text("id") ?? "",
);
