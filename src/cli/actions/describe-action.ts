import { basename, isAbsolute, relative } from "node:path";
import { isPlainObject } from "../../event/json.js";
import { oneLine } from "../format/one-line.js";
import type { ShownAction } from "./shown-action.js";

/** Where the interesting part of an action stands, most telling first. */
const TELLING = {
  tool_call: ["file_path", "pattern", "command", "query", "url", "path", "name"],
  decision: ["selected", "selected_agent", "choice", "chosen", "decision", "result", "answer"],
} as const;

const LONGEST_NOTE = 200;

/** Whether the action did not do what it was to do: an error, or a tool call that failed. */
export function failed({ action_type, action_details, status }: ShownAction): boolean {
  return action_type === "error" || status === "error" || action_details?.success === false;
}

/** One line about an action beside its name: what a tool was called with, what was decided, what went wrong. */
export function describeAction(action: ShownAction): string {
  return oneLine(noteOf(action).slice(0, LONGEST_NOTE));
}

function noteOf(action: ShownAction): string {
  const details = action.action_details ?? {};
  switch (action.action_type) {
    case "tool_call":
      return [telling(details.tool_parameters, TELLING.tool_call, action), failureOf(action)]
        .filter(Boolean)
        .join(" · ");
    case "decision":
      return failureOf(action) || telling(details.decision_result, TELLING.decision, action);
    case "error":
      return withoutName(failureOf(action), action.action_name);
    default:
      return telling(details, [], action);
  }
}

/** Messages often begin with the type of the error, which is the action's name already. */
function withoutName(message: string, name: string): string {
  return message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message;
}

function failureOf(action: ShownAction): string {
  if (!failed(action)) return "";
  const message = action.action_details?.error_message ?? action.error_message;
  return typeof message === "string" ? message : "failed";
}

function telling(value: unknown, keys: readonly string[], action: ShownAction): string {
  if (isScalar(value)) return String(value);
  if (!isPlainObject(value)) return "";
  for (const key of keys) {
    const found = value[key];
    if (isScalar(found)) return shorten(String(found), action);
  }
  const scalars = Object.entries(value).filter(([, item]) => isScalar(item));
  return scalars.map(([key, item]) => `${key} ${shorten(String(item), action)}`).join(", ");
}

/** Paths below the project are shown from there; others by their last part, since the long beginning says little. */
function shorten(text: string, { project_path }: ShownAction): string {
  if (!isAbsolute(text)) return text;
  const inside = project_path === null ? ".." : relative(project_path, text);
  return inside !== "" && !inside.startsWith("..") ? inside : basename(text) || text;
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
