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
}

export const ROUTING_DECISION_FIELDS = {
  ...COMMON_FIELDS,
  user_request: { type: "text", description: "What was asked." },
  selected_agent: { type: "text", maxBytes: MAX_NAME_BYTES, description: "The agent that was chosen." },
  confidence_score: {
    type: "number",
    minimum: 0,
    maximum: 1,
    description: "How sure the router was, 0 to 1.",
  },
  alternatives: {
    type: "array",
    description: "The others that were weighed: {agent, confidence, reason} each.",
  },
  reasoning: { type: "text", description: "Why this one." },
  routing_strategy: { type: "text", description: "How the router decides." },
  context: { type: "object", description: "What the router saw; stored as context_snapshot." },
  routing_time_ms: { type: "integer", minimum: 0, maximum: MAX_INTEGER, description: "Milliseconds." },
} as const satisfies FieldTable<RoutingDecisionEvent>;
