import { COMMON_FIELDS, type CommonFields } from "./common-fields.js";
import { type FieldTable, MAX_INTEGER } from "./field.js";
import type { JsonObject } from "./json.js";
import { MAX_NAME_BYTES } from "./limits.js";

export const EXECUTION_STATUSES = ["in_progress", "success", "error", "cancelled", "abandoned"] as const;
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

/**
 * Start or completion of one run: topic `agent-execution-logs`, table `agent_execution_logs`. Both are events on one
 * row: completion keeps what the start said, and a start that arrives later does not undo the completion.
 */
export interface ExecutionEvent extends CommonFields {
  /** A UUID, or any text, which becomes a UUIDv8 of it. */
  execution_id: string;
  session_id?: string;
  agent_name?: string;
  user_prompt?: string;
  /** Default `in_progress`; `abandoned`: the agent is gone without an end. Producers that say `failed` mean `error`. */
  status?: ExecutionStatus;
  /** Merged over both events. */
  metadata?: JsonObject;
  started_at?: string | number;
  completed_at?: string | number;
  /** Milliseconds. */
  duration_ms?: number;
  /** 0 to 1. */
  quality_score?: number;
  error_message?: string;
  error_type?: string;
  project_path?: string;
  project_name?: string;
  claude_session_id?: string;
  terminal_id?: string;
}

export const EXECUTION_FIELDS = {
  ...COMMON_FIELDS,
  execution_id: {
    type: "text",
    content: false,
    required: true,
    description: "Identity of the run: a UUID, or any text.",
  },
  session_id: { type: "text", content: false, description: "Session that it ran in." },
  agent_name: { type: "text", content: false, maxBytes: MAX_NAME_BYTES, description: "Who ran." },
  user_prompt: { type: "text", content: true, description: "What was asked." },
  status: {
    type: "choice",
    of: EXECUTION_STATUSES,
    synonyms: { failed: "error" },
    description: "Default in_progress; failed means error; abandoned: the agent is gone without an end.",
  },
  metadata: { type: "object", content: true, description: "Merged over start and completion." },
  started_at: { type: "timestamp", description: "When the run began." },
  completed_at: { type: "timestamp", description: "When the run ended." },
  duration_ms: { type: "integer", minimum: 0, maximum: MAX_INTEGER, description: "Milliseconds." },
  quality_score: { type: "number", minimum: 0, maximum: 1, description: "0 to 1." },
  error_message: { type: "text", content: true, description: "What went wrong." },
  error_type: { type: "text", content: false, description: "error.type of what went wrong." },
  project_path: { type: "text", content: false, description: "Folder of the project." },
  project_name: { type: "text", content: false, description: "Name of the project." },
  claude_session_id: { type: "text", content: false, description: "Session id of Claude Code." },
  terminal_id: { type: "text", content: false, description: "Terminal that it ran in." },
} as const satisfies FieldTable<ExecutionEvent>;
