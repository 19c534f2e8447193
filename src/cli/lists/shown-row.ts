import { isPlainObject, type JsonObject } from "../../event/json.js";
import type { ShownAction } from "../actions/shown-action.js";

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** An action of the API, as the command line shows actions. */
export function shownAction(row: JsonObject): ShownAction {
  const { action_details: details, duration_ms: duration } = row;
  return {
    id: text(row.id) ?? "",
    created_at: new Date(text(row.started_at) ?? Number.NaN),
    agent_name: text(row.agent_name) ?? "",
    action_type: text(row.action_type) ?? "",
    action_name: text(row.action_name) ?? "",
    // Parsed from JSON.
    action_details: isPlainObject(details) ? (details as JsonObject) : null,
    duration_ms: typeof duration === "number" ? duration : null,
    status: text(row.status),
    error_message: text(row.error_message),
    project_name: text(row.project_name),
    project_path: text(row.project_path),
    span_id: text(row.span_id),
    parent_span_id: text(row.parent_span_id),
  };
}

/** A row of the API from its text. */
export function parsedRow(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (!isPlainObject(value)) throw new Error("A row of the API is no object.");
  // Parsed from JSON.
  return value as JsonObject;
}
