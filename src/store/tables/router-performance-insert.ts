import type { StoredEvent } from "../stored-event.js";
import { field, IDENTITY, METADATA, PROVENANCE } from "./event-columns.js";
import { type Insert, insertOnce } from "./table.js";

export const ROUTER_PERFORMANCE_INSERT: Insert<StoredEvent> = insertOnce(
  "router_performance_metrics",
  [
    ...IDENTITY,
    field("text", "query_text"),
    field("integer", "routing_duration_ms"),
    field("boolean", "cache_hit"),
    field("text", "trigger_match_strategy"),
    field("jsonb", "confidence_components"),
    field("integer", "candidates_evaluated"),
    METADATA,
    field("timestamptz", "created_at"),
    ...PROVENANCE,
  ],
  (event) => event.text("id") ?? "",
);
