import { CONTRACT, type EventKind, type EventOfKind, type JsonObject } from "../../../src/event/index.js";
import { isPlainObject } from "../../../src/event/json.js";

/** Members of `action_details` that are no content: outcomes, names, counts. */
const KEPT_DETAILS = new Set([
  "success",
  "error_type",
  "run",
  "model_call",
  "model",
  "provider",
  "input_tokens",
  "output_tokens",
  "finish_reasons",
  "decision_type",
  "interrupted",
  "tool_type",
  "mcp_session_id",
  "mcp_request_id",
]);

/**
 * The event without what was said and done in it: arguments, results, prompts, messages, reasons. Names, times, counts,
 * outcomes and types of errors stay. What is left out is said to be hidden: `tool_result_hidden: true` in the details of an
 * action, `content_hidden: true` in an event of another kind.
 */
export function hideContent(kind: EventKind, event: EventOfKind[EventKind]): EventOfKind[EventKind] {
  const kept = Object.entries(event).filter(([name]) => !isContent(kind, name));
  const rest = Object.fromEntries(kept);
  if (kind === "action") {
    const { action_details } = event as EventOfKind["action"];
    return { ...rest, action_details: hideDetails(action_details ?? {}) } as unknown as EventOfKind["action"];
  }
  if (kept.length === Object.keys(event).length) return event;
  return { ...rest, content_hidden: true } as unknown as EventOfKind[EventKind];
}

// What the contract does not know may be anything, so it is content.
function isContent(kind: EventKind, name: string): boolean {
  const spec = CONTRACT[kind][name];
  return spec === undefined || ("content" in spec && spec.content);
}

function hideDetails(details: JsonObject): JsonObject {
  const rest: Record<string, JsonObject[string]> = {};
  for (const [name, value] of Object.entries(details)) {
    if (KEPT_DETAILS.has(name) || name.endsWith("_hidden")) rest[name] = value;
    else if (name === "error_context" && isPlainObject(value)) rest[name] = hideDetails(value as JsonObject);
    else if (value !== null) rest[`${name}_hidden`] = true;
  }
  return rest;
}
