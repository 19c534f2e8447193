import { isPlainObject, type JsonObject, type JsonValue } from "../event/json.js";

/** An action as it was recorded: what comparing, serving back and checking a run need of its row. */
export interface RecordedAction {
  /** UUID, or the text that its producer gave. */
  readonly id: string;
  /** `id` of the action around it; null for none. */
  readonly parentId: string | null;
  readonly spanId: string | null;
  readonly parentSpanId: string | null;
  /** Correlation id of the run, or what its producer called it; empty where the record does not say. */
  readonly run: string;
  readonly agent: string;
  /** `tool_call`, `decision`, `error` or `success`. */
  readonly type: string;
  readonly name: string;
  /** Unix milliseconds, microseconds as a fraction; NaN where the record does not say. */
  readonly start: number;
  /** Unix milliseconds; NaN where it has not ended, or the record does not say. */
  readonly end: number;
  /** Milliseconds; null where it is not known. */
  readonly duration: number | null;
  /** `ok`, `error`, `running` or `abandoned`; null where the producer does not say. */
  readonly status: string | null;
  readonly failed: boolean;
  readonly errorType: string | null;
  readonly errorMessage: string | null;
  /** The model's id of the call. */
  readonly callId: string | null;
  readonly details: JsonObject;
  /** Members of the details that are not whole here: `action_details`, `action_details.tool_result`. */
  readonly truncated: readonly string[];
  /** Version of the agent, or of the service that it runs in. */
  readonly version: string | null;
  readonly environment: string | null;
  readonly projectPath: string | null;
}

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const number = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;

/**
 * An action from a row of the API, a line of `show --json` or `actions --json`, or an event of the topic `agent-actions`.
 * `undefined`: the object is none of them, as it has no name or no type.
 */
export function recordedAction(row: Readonly<Record<string, unknown>>): RecordedAction | undefined {
  const { action_type: type, action_name: name } = row;
  if (typeof type !== "string" || typeof name !== "string") return undefined;
  const details = detailsOf(row.action_details);
  const status = text(row.status);
  const start = instant(row.started_at ?? row.created_at ?? row.timestamp);
  const duration = number(row.duration_ms);
  const end = instant(row.ended_at);
  return {
    id: text(row.id) ?? "",
    parentId: text(row.parent_action_id),
    spanId: text(row.span_id),
    parentSpanId: text(row.parent_span_id),
    run: text(row.correlation_text) ?? text(row.correlation_id) ?? "",
    agent: text(row.agent_name) ?? "",
    type,
    name,
    start,
    end: Number.isNaN(end) && duration !== null ? start + duration : end,
    duration,
    status,
    failed:
      typeof row.failed === "boolean"
        ? row.failed
        : status === "error" || type === "error" || (status === null && details.success === false),
    errorType: text(row.error_type) ?? text(details.error_type),
    errorMessage: text(row.error_message) ?? text(details.error_message),
    callId: text(row.tool_call_id),
    details,
    truncated: Array.isArray(row.truncated)
      ? row.truncated.filter((item): item is string => typeof item === "string")
      : [],
    version: text(row.agent_version) ?? text(row.service_version),
    environment: text(row.environment),
    projectPath: text(row.project_path),
  };
}

// What a record has comes from JSON.
const detailsOf = (value: unknown): JsonObject => (isPlainObject(value) ? (value as JsonObject) : {});

/** Unix milliseconds, with the microseconds as a fraction: rows have them, and `Date` does not. */
function instant(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return Number.NaN;
  const micros = /\.\d{3}(\d{1,3})/.exec(value)?.[1];
  return Date.parse(value) + (micros === undefined ? 0 : Number(micros.padEnd(3, "0")) / 1_000);
}

/** Members by which runs of agents say what they were to do. */
const TASK_MEMBERS = ["task", "input", "prompt", "question", "goal", "query", "request", "user_request"];

/** The name of a task or of an agent's run, which ends as a success or an error; `undefined` for any other action. */
export function runNameOf({ type, name, details }: RecordedAction): string | undefined {
  if (type === "success") return name;
  const run =
    type === "error" && isPlainObject(details.error_context) ? details.error_context.run : undefined;
  return typeof run === "string" ? run : undefined;
}

/** What the action was given: arguments of a tool, what a decision was made from, the task of a run. `undefined` where that is not recorded. */
export function inputOf(action: RecordedAction): JsonValue | undefined {
  const { type, details } = action;
  if (type === "tool_call") return details.tool_parameters;
  if (type === "decision") return details.decision_context;
  if (runNameOf(action) === undefined) return undefined;
  const said = type === "success" ? details : (details.error_context as JsonObject);
  return said[TASK_MEMBERS.find((member) => member in said) ?? ""];
}

/** What came of it: the result of a tool, what was decided, what a run or an error says. `undefined` where that is not recorded. */
export function outcomeOf({ type, details, errorMessage }: RecordedAction): JsonValue | undefined {
  if (type === "tool_call") return details.tool_result ?? errorMessage ?? undefined;
  if (type === "decision") return details.decision_result;
  if (type === "error") return errorMessage ?? undefined;
  const { model: _model, provider: _provider, ...rest } = details;
  return TASK_MEMBERS.reduce<JsonObject>((left, member) => without(left, member), rest);
}

function without(object: JsonObject, member: string): JsonObject {
  if (!(member in object)) return object;
  const { [member]: _, ...rest } = object;
  return rest;
}

/** Members of the details that hold the input and the outcome, by type of action. */
const PARTS: Readonly<Record<string, Readonly<Record<Part, string>>>> = {
  tool_call: { input: "tool_parameters", outcome: "tool_result" },
  decision: { input: "decision_context", outcome: "decision_result" },
};

export type Part = "input" | "outcome";

/** Which of input and outcome are not whole, and why: hidden by the producer, or cut for a list. */
export function missingParts({ details, truncated, type }: RecordedAction): readonly Part[] {
  const members = PARTS[type];
  if (members === undefined) return [];
  return (["input", "outcome"] as const).filter((part) => {
    const member = members[part];
    const isCut = truncated.includes("action_details") || truncated.includes(`action_details.${member}`);
    return isCut || details[`${member}_hidden`] === true;
  });
}
