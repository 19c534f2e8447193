import { basename, isAbsolute, relative } from "node:path";
import { isPlainObject, type JsonObject } from "../../event/json.js";
import { formatDuration, oneLine } from "../format/values.js";
import type { Style } from "../framework/output.js";

/** The part of a row of `agent_actions` that the command line shows. The names are the columns'. */
export interface ShownAction {
  readonly id: string;
  readonly created_at: Date;
  readonly agent_name: string;
  readonly action_type: string;
  readonly action_name: string;
  readonly action_details: JsonObject | null;
  readonly duration_ms: number | null;
  readonly status: string | null;
  readonly error_message: string | null;
  readonly project_name: string | null;
  readonly project_path: string | null;
  readonly span_id: string | null;
  readonly parent_span_id: string | null;
}

const MARKS: Readonly<Record<string, string>> = { tool_call: "●", decision: "◆", success: "✔" };
const FAILED = "✖";
/** Of actions without an end. */
const OPEN_MARKS: Readonly<Record<string, string>> = { running: "◌", abandoned: "⊘" };
const UNKNOWN = "○";

/** What the marks mean, for below a tree. */
export const MARK_LEGEND = `${MARKS.tool_call} tool call   ${MARKS.decision} decision   ${MARKS.success} success   ${FAILED} error, or a tool call that failed`;

/** One sign for an action, which says the same without colours. */
export function actionMark(action: ShownAction, style: Style): string {
  if (failed(action)) return style.bad(FAILED);
  const open = OPEN_MARKS[action.status ?? ""];
  if (open !== undefined) return action.status === "running" ? style.accent(open) : style.warn(open);
  const mark = MARKS[action.action_type] ?? UNKNOWN;
  if (action.action_type === "success") return style.good(mark);
  return action.action_type === "decision" ? style.warn(mark) : style.accent(mark);
}

/** How long an action took; nothing for what was only noted, which takes no time. */
export function shownDuration({ duration_ms, action_type }: ShownAction): string {
  return duration_ms === 0 && action_type !== "tool_call" ? "" : shownMillis(duration_ms);
}

/** Whole milliseconds as rows have them. */
export function shownMillis(millis: number | null): string {
  if (millis === null) return "";
  return millis === 0 ? "<1 ms" : formatDuration(millis);
}

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

/** One line about an action beside its name: that it has no end, what a tool was called with, what was decided, what went wrong. */
export function actionNote(action: ShownAction): string {
  const note = noteOf(action).slice(0, LONGEST_NOTE);
  const open = action.status !== null && action.status in OPEN_MARKS ? action.status : "";
  return oneLine([open, note].filter(Boolean).join(" · "));
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
