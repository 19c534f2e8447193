import { createHash } from "node:crypto";
import { detectionStatus } from "../../event/index.js";
import type { StoredEvent } from "../stored-event.js";
import { field, IDENTITY, METADATA, PROVENANCE, texts } from "./event-columns.js";
import { type Insert, insertOnce } from "./table.js";

/** One row a correlation id: its unique key lets the first stay. */
export const DETECTION_FAILURE_INSERT: Insert<StoredEvent> = insertOnce(
  "agent_detection_failures",
  "detection_failure",
  [
    ...IDENTITY,
    field("text", "user_prompt", "user_request"),
    { name: "prompt_length", type: "integer", read: (event) => lengthOf(event.text("user_request")) },
    { name: "prompt_hash", type: "text", read: (event) => hashOf(event.text("user_request")) },
    {
      name: "detection_status",
      type: "text",
      read: (event) => event.text("detection_status") ?? detectionStatus(event.text("failure_reason")),
    },
    field("text", "failure_reason"),
    field("jsonb", "detection_metadata", "error_details"),
    texts("attempted_methods"),
    field("text", "project_path"),
    field("text", "project_name"),
    field("text", "session_id"),
    field("text", "claude_session_id"),
    METADATA,
    field("timestamptz", "created_at"),
    ...PROVENANCE,
  ],
  (event) => event.text("correlation_id") ?? "",
);

// Characters as PostgreSQL's length() counts them, not UTF-16 units.
function lengthOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  let length = 0;
  for (const _ of text) length++;
  return String(length);
}

const hashOf = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : createHash("sha256").update(text, "utf8").digest("hex");
