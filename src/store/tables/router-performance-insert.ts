import type { StoredEvent } from "../stored-event.js";
import { field, IDENTITY, METADATA, PROVENANCE } from "./event-columns.js";
import { type Insert, insertOnce } from "./table.js";

export const ROUTER_PERFORMANCE_INSERT: Insert<StoredEvent> = insertOnce(
  "router_performance_metrics",
  "router_performance",
  [
    ...IDENTITY,
    field("text", "query_text"),
    field("integer", "routing_duration_ms"),
    field("boolean", "cache_hit"),
    field("text", "trigger_match_strategy"),
    field("jsonb", "confidence_components"),
    field("integer", "candidates_evaluated"),
    field("timestamptz", "measured_at"),
    field("bigint", "total_routing_time_us"),
    field("text", "selection_strategy"),
    field("text", "metric_name"),
    field("numeric", "metric_value"),
    METADATA,
    field("timestamptz", "created_at"),
    ...PROVENANCE,
  ],
  (event) => event.text("id") ?? "",
);
