import { COMMON_FIELDS, type CommonFields } from "./common-fields.js";
import { type FieldTable, MAX_INTEGER } from "./field.js";
import type { JsonObject } from "./json.js";
import { MAX_NAME_BYTES } from "./limits.js";

export const TRANSFORMATION_TYPES = [
  "transformation_start",
  "transformation_complete",
  "transformation_failed",
] as const;
export type TransformationType = (typeof TRANSFORMATION_TYPES)[number];

/** One agent becomes another: topic `agent-transformation-events`, table `agent_transformation_events`. */
export interface TransformationEvent extends CommonFields {
  /** Default `transformation_complete`. */
  event_type?: TransformationType;
  session_id?: string;
  source_agent?: string;
  target_agent?: string;
  transformation_reason?: string;
  user_request?: string;
  /** 0 to 1; older producers say `confidence_score`. 0 is a value, not an absence. */
  routing_confidence?: number;
  routing_strategy?: string;
  /** Milliseconds. */
  transformation_duration_ms?: number;
  /** Milliseconds. */
  initialization_duration_ms?: number;
  /** Milliseconds. */
  total_execution_duration_ms?: number;
  /** Default `true`; `false` by default for `transformation_failed`. */
  success?: boolean;
  error_message?: string;
  error_type?: string;
  /** 0 to 1. */
  quality_score?: number;
  context_snapshot?: JsonObject;
  context_keys?: readonly string[];
  /** Bytes. */
  context_size_bytes?: number;
  /** A UUID; another text is kept in `metadata`. */
  agent_definition_id?: string;
  /** A UUID; another text is kept in `metadata`. */
  parent_event_id?: string;
  /** Default `timestamp`. */
  started_at?: string | number;
  completed_at?: string | number;
  /** Of producers that write the form `{transformation_type, input_data, output_data}`. */
  transformation_type?: string;
  input_data?: JsonObject;
  output_data?: JsonObject;
}

const DURATION = { type: "integer", minimum: 0, maximum: MAX_INTEGER } as const;

export const TRANSFORMATION_FIELDS = {
  ...COMMON_FIELDS,
  event_type: { type: "choice", of: TRANSFORMATION_TYPES, description: "Default transformation_complete." },
  session_id: { type: "text", content: false, description: "Session that it happened in." },
  source_agent: {
    type: "text",
    content: false,
    maxBytes: MAX_NAME_BYTES,
    description: "The agent that it was.",
  },
  target_agent: {
    type: "text",
    content: false,
    maxBytes: MAX_NAME_BYTES,
    description: "The agent that it became.",
  },
  transformation_reason: { type: "text", content: true, description: "Why." },
  user_request: { type: "text", content: true, description: "What was asked." },
  routing_confidence: {
    type: "number",
    minimum: 0,
    maximum: 1,
    alias: "confidence_score",
    description: "How sure the router was, 0 to 1.",
  },
  routing_strategy: { type: "text", content: false, description: "How the router decides." },
  transformation_duration_ms: { ...DURATION, description: "Milliseconds of the change itself." },
  initialization_duration_ms: { ...DURATION, description: "Milliseconds until the new agent was ready." },
  total_execution_duration_ms: { ...DURATION, description: "Milliseconds in all." },
  success: { type: "boolean", description: "Default true, for transformation_failed false." },
  error_message: { type: "text", content: true, description: "What went wrong." },
  error_type: { type: "text", content: false, description: "error.type of what went wrong." },
  quality_score: { type: "number", minimum: 0, maximum: 1, description: "0 to 1." },
  context_snapshot: { type: "object", content: true, description: "What the new agent was given." },
  context_keys: { type: "texts", content: true, description: "Keys of what it was given." },
  context_size_bytes: { type: "integer", minimum: 0, maximum: MAX_INTEGER, description: "Bytes." },
  agent_definition_id: { type: "uuid", description: "A UUID; another text is kept in metadata." },
  parent_event_id: { type: "uuid", description: "A UUID; another text is kept in metadata." },
  started_at: { type: "timestamp", description: "Default timestamp." },
  completed_at: { type: "timestamp", description: "When it was done." },
  transformation_type: {
    type: "text",
    content: true,
    lenient: true,
    description: "Of the form {transformation_type, input_data, output_data}: what sort.",
  },
  input_data: { type: "object", content: true, lenient: true, description: "Of that form: what went in." },
  output_data: { type: "object", content: true, lenient: true, description: "Of that form: what came out." },
} as const satisfies FieldTable<TransformationEvent>;
