import { COMMON_FIELDS, type CommonFields } from "./common-fields.js";
import { type FieldTable, MAX_INTEGER } from "./field.js";
import type { JsonObject, JsonValue } from "./json.js";
import { MAX_NAME_BYTES } from "./limits.js";

/** Which agent a router chose: topic `onex.evt.omniclaude.routing-decision.v1`, table `agent_routing_decisions`. */
export interface RoutingDecisionEvent extends CommonFields {
  user_request?: string;
  selected_agent?: string;
  /** 0 to 1. */
  confidence_score?: number;
  /** The others that were weighed: `{agent, confidence, reason}` each. */
  alternatives?: readonly JsonValue[];
  reasoning?: string;
  routing_strategy?: string;
  /** Stored as `context_snapshot`. */
  context?: JsonObject;
  /** Milliseconds. */
  routing_time_ms?: number;
  /** 0 to 1, as the three that follow: what `confidence_score` is made of. */
  trigger_confidence?: number;
  context_confidence?: number;
  capability_confidence?: number;
  historical_confidence?: number;
  matched_triggers?: readonly string[];
  selection_validated?: boolean;
  /** Found out afterwards: whether the agent did well. */
  actual_success?: boolean;
  /** 0 to 1. */
  actual_quality_score?: number;
  prediction_error?: number;
  execution_succeeded?: boolean;
  cache_hit?: boolean;
  session_id?: string;
}

const CONFIDENCE = { type: "number", minimum: 0, maximum: 1, lenient: true } as const;
const FLAG = { type: "boolean", lenient: true } as const;

export const ROUTING_DECISION_FIELDS = {
  ...COMMON_FIELDS,
  user_request: { type: "text", content: true, description: "What was asked." },
  selected_agent: {
    type: "text",
    content: false,
    maxBytes: MAX_NAME_BYTES,
    description: "The agent that was chosen.",
  },
  confidence_score: {
    type: "number",
    minimum: 0,
    maximum: 1,
    description: "How sure the router was, 0 to 1.",
  },
  alternatives: {
    type: "array",
    content: true,
    description: "The others that were weighed: {agent, confidence, reason} each.",
  },
  reasoning: { type: "text", content: true, description: "Why this one." },
  routing_strategy: { type: "text", content: false, description: "How the router decides." },
  context: { type: "object", content: true, description: "What the router saw; stored as context_snapshot." },
  routing_time_ms: { type: "integer", minimum: 0, maximum: MAX_INTEGER, description: "Milliseconds." },
  trigger_confidence: { ...CONFIDENCE, description: "Confidence by triggers, 0 to 1." },
  context_confidence: { ...CONFIDENCE, description: "Confidence by context, 0 to 1." },
  capability_confidence: { ...CONFIDENCE, description: "Confidence by capabilities, 0 to 1." },
  historical_confidence: { ...CONFIDENCE, description: "Confidence by earlier results, 0 to 1." },
  matched_triggers: { type: "texts", content: true, lenient: true, description: "Triggers that matched." },
  selection_validated: { ...FLAG, description: "The selection was checked." },
  actual_success: { ...FLAG, description: "Found out afterwards: the agent did well." },
  actual_quality_score: { ...CONFIDENCE, description: "Found out afterwards: quality, 0 to 1." },
  prediction_error: { type: "number", lenient: true, description: "How far confidence and result differ." },
  execution_succeeded: { ...FLAG, description: "The agent's execution succeeded." },
  cache_hit: { ...FLAG, description: "Answered from the cache." },
  session_id: { type: "text", content: false, lenient: true, description: "Session that it happened in." },
} as const satisfies FieldTable<RoutingDecisionEvent>;
