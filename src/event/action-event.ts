import { COMMON_FIELDS, type CommonFields } from "./common-fields.js";
import { type FieldTable, MAX_INTEGER } from "./field.js";
import type { JsonObject } from "./json.js";
import { MAX_NAME_BYTES } from "./limits.js";

export const ACTION_TYPES = ["tool_call", "decision", "error", "success"] as const;
export type ActionType = (typeof ACTION_TYPES)[number];

/** What a row may say of how its action stands or ended. */
export const ROW_STATUSES = ["running", "ok", "error", "abandoned"] as const;

/**
 * `running`: not ended yet; `abandoned`: its process is gone without an end; `superseded`: it was published as running, and is no action of its own:
 * its row is removed. All else, also no status at all, is an action that has ended.
 */
export const ACTION_STATUSES = [...ROW_STATUSES, "superseded"] as const;
export type ActionStatus = (typeof ACTION_STATUSES)[number];

/** What an agent did: topic `agent-actions`, table `agent_actions`. */
export interface ActionEvent extends CommonFields {
  agent_name: string;
  action_type: ActionType;
  /** The tool, what was decided, the error's type, or the task. */
  action_name: string;
  /**
   * - tool_call `{tool_parameters, tool_result, success, error_message?}`; one that failed stays a tool_call
   * - decision `{decision_context, decision_result}`
   * - error `{error_type, error_message, error_context}`
   * - success: as given
   */
  action_details?: JsonObject;
  /** Default `true`: the row belongs to `recent_debug_traces` and `cleanup_old_debug_logs()` may remove it. */
  debug_mode?: boolean;
  /** Milliseconds. */
  duration_ms?: number;
  project_path?: string;
  project_name?: string;
  working_directory?: string;
  /** When the action began; becomes `created_at`. Absent: `timestamp`. */
  started_at?: string | number;
  ended_at?: string | number;
  status?: ActionStatus;
  /** `error.type` of the OpenTelemetry conventions. */
  error_type?: string;
  error_message?: string;
  /** `gen_ai.conversation.id`, `session.id` or what a framework calls its thread. */
  session_id?: string;
  /** The model's id of the tool call. */
  tool_call_id?: string;
  parent_span_id?: string;
  /** The dialect that the span spoke; absent for an event that never was a span. */
  source?: string;
  /** `id` of the action around this one. Its own event comes when it has ended. */
  parent_action_id?: string;
  /** Other spans that recorded this same call: `{source, trace_id, span_id}` each. */
  merged_spans?: readonly MergedSpan[];
  /** `id` of another action that may be this same call, as another instrumentation recorded it; both were kept. */
  possible_duplicate_of?: string;
  /** Of an event with the status `superseded`: `id` of the action that it is part of. Absent: it is none. */
  superseded_by?: string;
  /**
   * Span id of the span around the action that its exporter had not seen. Agent, session, correlation id and parent stand in
   * until it arrives.
   */
  unresolved_parent_span_id?: string;
  /**
   * Of an action that refers to a span not seen yet: which of `agent_name`, `action_name`, `session_id` and `correlation_id` nobody said, so that
   * what is found later takes their place. What is not listed stays as it is.
   */
  inferred_fields?: readonly string[];
  /** Of a decision that approves or refuses: who decided. */
  approved_by?: string;
  /** How it was decided: by a person, a rule, a model. */
  approval_method?: string;
  /** Name of the rule that asked for the approval or gave it. */
  policy?: string;
  /** SHA-256 of the arguments that were approved, hex: what is done later can be held against it. */
  arguments_sha256?: string;
  /**
   * Names the action among all of its sender and session, whichever signal reports it: span, log record, hook or transcript. Events with the same key
   * are one row. For a tool call: a call id that no other call has.
   */
  call_key?: string;
  /** `call_key` of the action around this one. */
  parent_call_key?: string;
}

/** A span that recorded a call which another span recorded as well. */
export interface MergedSpan {
  /** The dialect that it spoke. */
  readonly source: string;
  readonly trace_id: string;
  readonly span_id: string;
}

export const ACTION_FIELDS = {
  ...COMMON_FIELDS,
  agent_name: {
    type: "text",
    content: false,
    required: true,
    maxBytes: MAX_NAME_BYTES,
    description: "Who acted.",
  },
  action_type: {
    type: "choice",
    required: true,
    of: ACTION_TYPES,
    description: "What sort of action it was.",
  },
  action_name: {
    type: "text",
    content: false,
    required: true,
    maxBytes: MAX_NAME_BYTES,
    description: "The tool, what was decided, the error's type, or the task.",
  },
  action_details: {
    type: "object",
    content: true,
    description: "Parameters and result, context and result, or what the type asks for.",
  },
  debug_mode: {
    type: "boolean",
    description: "Default true: part of the debug traces, removed after 30 days.",
  },
  duration_ms: {
    type: "integer",
    minimum: 0,
    maximum: MAX_INTEGER,
    description: "Milliseconds from start to end.",
  },
  project_path: { type: "text", content: false, ofAnySpan: true, description: "Folder of the project." },
  project_name: { type: "text", content: false, ofAnySpan: true, description: "Name of the project." },
  working_directory: {
    type: "text",
    content: false,
    ofAnySpan: true,
    description: "Folder that the agent ran in.",
  },
  started_at: {
    type: "timestamp",
    description: "When the action began; becomes created_at. Absent: timestamp.",
  },
  ended_at: { type: "timestamp", description: "When the action ended." },
  status: {
    type: "choice",
    of: ACTION_STATUSES,
    description: "How it stands or ended; superseded: its row is removed.",
  },
  error_type: { type: "text", content: false, description: "error.type of the OpenTelemetry conventions." },
  error_message: { type: "text", content: true, description: "What the error said." },
  session_id: {
    type: "text",
    content: false,
    ofAnySpan: true,
    description: "Conversation, session or thread.",
  },
  tool_call_id: {
    type: "text",
    content: false,
    ofAnySpan: true,
    description: "The model's id of the tool call.",
  },
  parent_span_id: {
    type: "text",
    content: false,
    description: "Span id of the action or span around this one.",
  },
  source: { type: "text", content: false, description: "Dialect of the span that the event was made from." },
  parent_action_id: { type: "uuid", description: "The action around this one." },
  merged_spans: {
    type: "array",
    content: true,
    alias: "layers",
    description: "Other spans that recorded this same call: source, trace_id and span_id of each.",
  },
  possible_duplicate_of: {
    type: "uuid",
    description: "Another action that may be this same call, as another instrumentation recorded it.",
  },
  superseded_by: {
    type: "uuid",
    description: "With the status superseded: the action that it is part of; absent when it is none.",
  },
  unresolved_parent_span_id: {
    type: "text",
    content: true,
    alias: "awaits_span_id",
    maxBytes: MAX_NAME_BYTES,
    description:
      "Span around the action that its exporter had not seen; agent, session and parent stand in until it arrives.",
  },
  inferred_fields: {
    type: "texts",
    content: true,
    alias: "stand_ins",
    description:
      "Fields that no span said, to be replaced by what the span of `unresolved_parent_span_id` says.",
  },
  approved_by: {
    type: "text",
    content: false,
    lenient: true,
    description: "Of a decision that approves or refuses: who decided.",
  },
  approval_method: {
    type: "text",
    content: false,
    lenient: true,
    description: "How it was decided: by a person, a rule, a model.",
  },
  policy: {
    type: "text",
    content: false,
    lenient: true,
    description: "Rule that asked for the approval or gave it.",
  },
  arguments_sha256: {
    type: "text",
    content: false,
    lenient: true,
    description: "SHA-256 of the arguments that were approved, hex.",
  },
  call_key: {
    type: "text",
    content: false,
    maxBytes: MAX_NAME_BYTES,
    description:
      "Names the action in its session, whichever signal reports it: events with one key are one row.",
  },
  parent_call_key: {
    type: "text",
    content: false,
    maxBytes: MAX_NAME_BYTES,
    description: "The `call_key` of the action around this one.",
  },
} as const satisfies FieldTable<ActionEvent>;
