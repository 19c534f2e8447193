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
  /** When it was measured; serves as `timestamp` where there is none. */
  measured_at?: string | number;
  /** Microseconds. */
  total_routing_time_us?: number;
  selection_strategy?: string;
  /** Of producers that write one number an event: its name. */
  metric_name?: string;
  metric_value?: number;
}

export const ROUTER_PERFORMANCE_FIELDS = {
  ...COMMON_FIELDS,
  query_text: { type: "text", content: true, description: "The query that was routed." },
  routing_duration_ms: { type: "integer", minimum: 0, maximum: MAX_INTEGER, description: "Milliseconds." },
  cache_hit: { type: "boolean", description: "Answered from the cache." },
  trigger_match_strategy: { type: "text", content: false, description: "How triggers were matched." },
  confidence_components: { type: "object", content: true, description: "What the confidence is made of." },
  candidates_evaluated: {
    type: "integer",
    minimum: 0,
    maximum: MAX_INTEGER,
    description: "How many were weighed.",
  },
  measured_at: {
    type: "timestamp",
    lenient: true,
    description: "When it was measured; serves as timestamp where there is none.",
  },
  total_routing_time_us: {
    type: "integer",
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    lenient: true,
    description: "Microseconds of the whole routing.",
  },
  selection_strategy: {
    type: "text",
    content: true,
    lenient: true,
    description: "How the agent was selected.",
  },
  metric_name: {
    type: "text",
    content: true,
    lenient: true,
    description: "Of the form {metric_name, metric_value}: the metric.",
  },
  metric_value: { type: "number", lenient: true, description: "Of that form: its value." },
} as const satisfies FieldTable<RouterPerformanceEvent>;
