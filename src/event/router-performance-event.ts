import { COMMON_FIELDS, type CommonFields } from "./common-fields.js";
import { type FieldTable, MAX_INTEGER } from "./field.js";
import type { JsonObject } from "./json.js";

/** How a router performed on one query: topic and table `router-performance-metrics` / `router_performance_metrics`. */
export interface RouterPerformanceEvent extends CommonFields {
  query_text?: string;
  /** Milliseconds. */
  routing_duration_ms?: number;
  cache_hit?: boolean;
  trigger_match_strategy?: string;
  confidence_components?: JsonObject;
  candidates_evaluated?: number;
}

export const ROUTER_PERFORMANCE_FIELDS = {
  ...COMMON_FIELDS,
  query_text: { type: "text", description: "The query that was routed." },
  routing_duration_ms: { type: "integer", minimum: 0, maximum: MAX_INTEGER, description: "Milliseconds." },
  cache_hit: { type: "boolean", description: "Answered from the cache." },
  trigger_match_strategy: { type: "text", description: "How triggers were matched." },
  confidence_components: { type: "object", description: "What the confidence is made of." },
  candidates_evaluated: {
    type: "integer",
    minimum: 0,
    maximum: MAX_INTEGER,
    description: "How many were weighed.",
  },
} as const satisfies FieldTable<RouterPerformanceEvent>;
