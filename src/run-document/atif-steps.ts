import { isPlainObject, type JsonObject, type JsonValue } from "../event/json.js";
import {
  inputOf,
  missingParts,
  outcomeOf,
  type RecordedAction,
  runNameOf,
} from "../recorded/recorded-action.js";
import type { AtifStep } from "./atif-types.js";

/** A step that has no number yet. */
export type AtifMoment = Omit<AtifStep, "step_id">;

/** Called for everything that cannot be said. */
export type NoteGap = (what: string, why: string) => void;

const HIDDEN = "cut or hidden when it was recorded";

/** A step for a call of a tool, a decision, or an error. */
export function stepOf(action: RecordedAction, callId: string, note: NoteGap): AtifMoment {
  if (Number.isNaN(action.end) && action.status === "running") note("steps", "had not ended");
  if (action.type === "tool_call") return toolStep(action, callId, note);
  if (action.type === "decision") return decisionStep(action, note);
  return {
    ...timed(action.start, note),
    source: "system",
    message: action.errorMessage ?? action.name,
    extra: extraOf(action),
  };
}

function toolStep(action: RecordedAction, callId: string, note: NoteGap): AtifMoment {
  const given = inputOf(action);
  const result = outcomeOf(action);
  const missing = missingParts(action);
  const isWhole = isPlainObject(given);
  if (missing.includes("input") || isTrimmed(given)) note("tool_calls.arguments", HIDDEN);
  else if (given === undefined) note("tool_calls.arguments", "not recorded");
  else if (!isWhole) note("tool_calls.arguments", "no object, so it stands in a member named value");
  if (missing.includes("outcome") || isTrimmed(result)) note("observation.results", HIDDEN);
  else if (result === undefined) note("observation.results", "not recorded");
  return {
    ...timed(action.start, note),
    source: "agent",
    message: "",
    tool_calls: [
      {
        tool_call_id: callId,
        function_name: action.name,
        // A plain object of JSON.
        arguments: isWhole ? (given as JsonObject) : given === undefined ? {} : { value: given },
      },
    ],
    ...(result !== undefined && {
      observation: { results: [{ source_call_id: callId, content: textOf(result) }] },
    }),
    extra: extraOf(action),
  };
}

const CALLS_OF_MODELS = new Set<unknown>(["tool_request", "answer"]);

function decisionStep(action: RecordedAction, note: NoteGap): AtifMoment {
  const { details } = action;
  const result = outcomeOf(action);
  const missing = missingParts(action);
  if (missing.length > 0 || isTrimmed(result)) note("message", `of a decision, ${HIDDEN}`);
  const { reasoning, model, decision_type: kind } = details;
  const context = inputOf(action);
  return {
    ...timed(action.start, note),
    source: "agent",
    ...(typeof model === "string" && { model_name: model }),
    message: result === undefined ? action.name : textOf(result),
    ...(typeof reasoning === "string" && { reasoning_content: reasoning }),
    ...tokensOf(details),
    ...(CALLS_OF_MODELS.has(kind) && { llm_call_count: 1 }),
    extra: { ...extraOf(action), ...(context !== undefined && { decision_context: context }) },
  };
}

function tokensOf({ input_tokens: input, output_tokens: output }: JsonObject): Pick<AtifMoment, "metrics"> {
  const metrics = {
    ...(isCount(input) && { prompt_tokens: input }),
    ...(isCount(output) && { completion_tokens: output }),
  };
  return Object.keys(metrics).length === 0 ? {} : { metrics };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** What an agent was asked: the first step of its run. */
export function taskStep(run: RecordedAction, note: NoteGap): AtifMoment {
  const task = inputOf(run);
  if (task === undefined) note("message", "of a task: not recorded, so its name stands there");
  else if (isTrimmed(task)) note("message", `of a task, ${HIDDEN}`);
  return {
    ...timed(run.start, note),
    source: "user",
    message: task === undefined ? (runNameOf(run) ?? run.name) : textOf(task),
    extra: { action_id: run.id },
  };
}

/** What came of the run of an agent: its last step. `undefined` while it has not ended. */
export function endStep(run: RecordedAction, note: NoteGap): AtifMoment | undefined {
  if (Number.isNaN(run.end)) {
    note("steps", "the run of an agent had not ended");
    return undefined;
  }
  const outcome = outcomeOf(run);
  const isEmpty = outcome === undefined || (isPlainObject(outcome) && Object.keys(outcome).length === 0);
  if (isEmpty) note("message", "of the end of a run: not recorded");
  return {
    ...timed(run.end, note),
    source: "agent",
    message: isEmpty ? "" : textOf(outcome),
    extra: extraOf(run),
  };
}

/** A task of another agent, which has a trajectory of its own. */
export function delegationStep(run: RecordedAction, trajectoryId: string, note: NoteGap): AtifMoment {
  return {
    ...timed(run.start, note),
    source: "agent",
    message: "",
    observation: { results: [{ subagent_trajectory_ref: [{ trajectory_id: trajectoryId }] }] },
    extra: extraOf(run),
  };
}

function extraOf(action: RecordedAction): JsonObject {
  const { id, name, type, agent, duration, status, failed, errorType, errorMessage } = action;
  return {
    action_id: id,
    action_type: type,
    action_name: runNameOf(action) ?? name,
    agent_name: agent,
    failed,
    ...(duration !== null && { duration_ms: duration }),
    ...(status !== null && { status }),
    ...(errorType !== null && { error_type: errorType }),
    ...(errorMessage !== null && { error_message: errorMessage }),
  };
}

const textOf = (value: JsonValue): string => (typeof value === "string" ? value : JSON.stringify(value));

/** What the exporter puts where it cuts a text that is too large for a record. */
const isTrimmed = (value: JsonValue | undefined): boolean =>
  value !== undefined && /…\[trimmed: \d+ bytes/.test(textOf(value));

/** The years 0001 to 9999: those that readers of ISO 8601 take. */
const FIRST_TIME = -62_135_596_800_000;
const LAST_TIME = 253_402_300_799_999;

function timed(millis: number, note: NoteGap): Pick<AtifMoment, "timestamp"> {
  if (!(millis >= FIRST_TIME && millis <= LAST_TIME)) {
    note("timestamp", "not recorded");
    return {};
  }
  const whole = Math.floor(millis);
  const micros = Math.min(Math.round((millis - whole) * 1_000), 999);
  return { timestamp: `${new Date(whole).toISOString().slice(0, -1)}${String(micros).padStart(3, "0")}Z` };
}
