import type { StoredEvent } from "../stored-event.js";
import { field } from "./event-columns.js";
import { type Insert, insertOnce } from "./table.js";

export const SPAN_ATTRIBUTION_INSERT: Insert<StoredEvent> = insertOnce(
  "agent_action_span_attributions",
  undefined,
  [
    field("text", "trace_id"),
    field("text", "span_id"),
    field("text", "unresolved_parent_span_id"),
    field("text", "agent_name"),
    field("text", "session_id"),
    field("uuid", "correlation_id"),
    field("text", "correlation_text"),
    field("uuid", "action_id"),
    field("timestamptz", "started_at"),
    field("timestamptz", "ended_at"),
    field("text", "producer"),
  ],
  ({ fields }) => `${fields.trace_id} ${fields.span_id}`,
);
