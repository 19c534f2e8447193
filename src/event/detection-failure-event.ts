import { COMMON_FIELDS, type CommonFields } from "./common-fields.js";
import type { FieldTable } from "./field.js";
import type { JsonObject } from "./json.js";

export const DETECTION_STATUSES = ["no_detection", "timeout", "low_confidence", "error"] as const;
export type DetectionStatus = (typeof DETECTION_STATUSES)[number];

/** No agent was found for a request: topic `agent-detection-failures`, one row per correlation id, the first stays. */
export interface DetectionFailureEvent extends CommonFields {
  /** Stored as `user_prompt`, with `prompt_length` and its SHA-256 as `prompt_hash`. */
  user_request?: string;
  failure_reason?: string;
  /** Read from `failure_reason` when absent: see {@link detectionStatus}. */
  detection_status?: DetectionStatus;
  /** Stored as `detection_metadata`. */
  error_details?: JsonObject;
  attempted_methods?: readonly string[];
  project_path?: string;
  project_name?: string;
  session_id?: string;
  claude_session_id?: string;
}

export const DETECTION_FAILURE_FIELDS = {
  ...COMMON_FIELDS,
  user_request: {
    type: "text",
    content: true,
    description: "What was asked; stored as user_prompt with length and SHA-256.",
  },
  failure_reason: { type: "text", content: true, description: "Why no agent was found." },
  detection_status: {
    type: "choice",
    of: DETECTION_STATUSES,
    description: "Read from failure_reason when absent.",
  },
  error_details: { type: "object", content: true, description: "Stored as detection_metadata." },
  attempted_methods: { type: "texts", content: true, description: "What was tried." },
  project_path: { type: "text", content: false, description: "Folder of the project." },
  project_name: { type: "text", content: false, description: "Name of the project." },
  session_id: { type: "text", content: false, description: "Session that it happened in." },
  claude_session_id: {
    type: "text",
    content: false,
    lenient: true,
    description: "Session id of Claude Code.",
  },
} as const satisfies FieldTable<DetectionFailureEvent>;

/** What a failure's reason says about its kind, for producers that do not name it. */
export function detectionStatus(reason: string | undefined): DetectionStatus {
  const text = reason?.toLowerCase() ?? "";
  if (text.includes("no agent") || text.includes("not detected")) return "no_detection";
  if (text.includes("timeout")) return "timeout";
  return text.includes("confidence") ? "low_confidence" : "error";
}
