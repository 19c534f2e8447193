/** What tables of lists show of a row. Everything else has `--fields`, `--json` and `--csv`. */
import { isPlainObject, type JsonObject } from "../../event/json.js";
import { actionMark, actionNote, shownDuration, shownMillis } from "../actions/shown-action.js";
import { formatNumber } from "../format/values.js";
import type { Style } from "../framework/output.js";
import type { ListName } from "./lists.js";
import { shownAction } from "./shown-row.js";
import { shownTime } from "./shown-time.js";

export interface ShownColumn {
  readonly head: string;
  readonly of: (row: JsonObject, style: Style) => string;
  readonly align?: "right";
  /** What is wider is cut. */
  readonly maxWidth?: number;
  /** It is made here, with colours, and of nothing that an agent says. */
  readonly isMark?: boolean;
  /** Gets the width that the others leave, and is cut to that. One column of a table. */
  readonly takesRest?: boolean;
}

/** A text, a list with commas, or nothing. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value) && value.every((item) => typeof item !== "object")) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const column = (head: string, name: string, more: Partial<ShownColumn> = {}): ShownColumn => ({
  head,
  of: (row) => textOf(row[name]),
  ...more,
});

const time = (head: string, name: string): ShownColumn =>
  column(head, name, { of: (row) => shownTime(row[name]) });

const count = (head: string, name: string): ShownColumn => ({
  head,
  align: "right",
  of: (row) => (typeof row[name] === "number" ? formatNumber(row[name]) : ""),
});

const failures: ShownColumn = {
  head: "FAILED",
  align: "right",
  isMark: true,
  of: ({ failed_actions: failed }, style) =>
    typeof failed === "number" && failed > 0 ? style.bad(formatNumber(failed)) : "",
};

const millis = (head: string, name: string): ShownColumn => ({
  head,
  align: "right",
  of: (row) => (typeof row[name] === "number" ? shownMillis(row[name]) : ""),
});

const rest = { takesRest: true } as const;

const RUN_MARKS: Readonly<Record<string, (style: Style) => string>> = {
  running: ({ accent }) => accent("◌"),
  abandoned: ({ warn }) => warn("⊘"),
};

function runMark({ state, failed_actions: failed }: JsonObject, style: Style): string {
  const open = RUN_MARKS[String(state)];
  if (open !== undefined) return open(style);
  return failed === 0 ? style.good("✔") : style.bad("✖");
}

export const LIST_COLUMNS: Readonly<Record<ListName, readonly ShownColumn[]>> = {
  runs: [
    { head: "", of: runMark, isMark: true },
    time("STARTED", "started_at"),
    column("RUN", "correlation_id", {
      of: ({ correlation_text: text, correlation_id: id }) => textOf(text ?? id),
    }),
    column("TITLE", "title", rest),
    count("ACTIONS", "actions"),
    millis("TOOK", "duration_ms"),
  ],
  actions: [
    time("STARTED", "started_at"),
    column("AGENT", "agent_name", { maxWidth: 16 }),
    { head: "", of: (row, style) => actionMark(shownAction(row), style), isMark: true },
    column("ACTION", "action_name", { maxWidth: 24 }),
    { head: "", of: (row) => actionNote(shownAction(row)), ...rest },
    { head: "TOOK", align: "right", of: (row) => shownDuration(shownAction(row)) },
  ],
  stats: [
    count("ACTIONS", "actions"),
    failures,
    count("RUNS", "runs"),
    millis("MEAN", "mean_ms"),
    millis("P50", "p50_ms"),
    millis("P95", "p95_ms"),
    millis("MAX", "max_ms"),
  ],
  decisions: [
    time("DECIDED", "decided_at"),
    column("BY", "agent_name", {
      of: ({ agent_name: agent, made_by: by }) => textOf(agent ?? by),
      maxWidth: 16,
    }),
    column("DECISION", "decision", { maxWidth: 24 }),
    column("CONFIDENCE", "confidence", { align: "right" }),
    { head: "WHY", of: decisionNote, ...rest },
  ],
  sessions: [
    time("LAST", "last_activity_at"),
    column("SESSION", "session_id", { maxWidth: 36 }),
    column("AGENTS", "agents", rest),
    count("RUNS", "runs"),
    count("ACTIONS", "actions"),
    failures,
  ],
  errors: [
    time("LAST", "last_started_at"),
    count("COUNT", "actions"),
    count("RUNS", "runs"),
    column("OF", "action_names", { maxWidth: 20 }),
    column("MESSAGE", "message", rest),
  ],
  files: [
    time("STARTED", "started_at"),
    column("AGENT", "agent_name", { maxWidth: 16 }),
    column("DID", "operation_type"),
    {
      head: "",
      isMark: true,
      of: ({ success }, style) => (success === false ? style.bad("failed") : ""),
    },
    column("PATH", "file_path", rest),
    { head: "CONTENT", of: contentOf },
  ],
  notices: [
    { head: "", of: noticeMark, isMark: true },
    time("NOTICED", "opened_at"),
    column("ID", "id", { of: ({ id }) => textOf(id).slice(0, 8) }),
    column("RULE", "rule"),
    column("NOTICE", "title", rest),
    column("STATE", "state"),
  ],
  loops: [
    { head: "", of: noticeMark, isMark: true },
    time("NOTICED", "opened_at"),
    column("ID", "id", { of: ({ id }) => textOf(id).slice(0, 8) }),
    count("CALLS", "calls"),
    {
      head: "TOOK",
      align: "right",
      of: ({ seconds }) => (typeof seconds === "number" ? shownMillis(Math.round(seconds * 1_000)) : ""),
    },
    { head: "TOKENS", align: "right", of: ({ tokens }) => (tokens === 0 ? "" : textOf(tokens)) },
    column("LOOP", "title", rest),
    column("STATE", "state"),
  ],
};

/** Open notices stand out; what is over, or of which nobody is told, does not. */
function noticeMark({ state, severity, muted }: JsonObject, style: Style): string {
  if (state === "closed" || muted === true) return style.dim("·");
  return severity === "critical" ? style.bad("●") : style.warn("●");
}

/** Of a router its reason, else what was decided. */
function decisionNote(row: JsonObject): string {
  const { action_details: details } = row;
  const reasoning = isPlainObject(details) ? details.reasoning : undefined;
  return textOf(reasoning) || actionNote({ ...shownAction(row), action_type: "decision" });
}

/** The hashes before and after by their beginnings, as far as they are known. */
function contentOf({ content_hash_before: before, content_hash_after: after }: JsonObject): string {
  const short = (hash: unknown): string => (typeof hash === "string" ? hash.slice(0, 8) : "");
  if (after === null || after === undefined || after === before) return short(before);
  return `${short(before)}→${short(after)}`;
}
