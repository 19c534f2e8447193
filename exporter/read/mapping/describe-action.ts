import type { LlmCalls } from "../../../src/config/reading-options.js";
import type { ActionType } from "../../../src/event/index.js";
import { isPlainObject } from "../../../src/event/json.js";
import { type Captured, HIDDEN } from "../dialects/common/captured.js";
import { type Failure, isControlFlow, isInterrupt } from "../dialects/common/failure.js";
import type {
  DecisionReading,
  ExplicitReading,
  Extras,
  ModelCallReading,
  RunReading,
  ToolCallReading,
} from "../dialects/dialect.js";

export type ActionDescription =
  | {
      readonly isAction: true;
      readonly type: ActionType;
      /** Absent: the agent's name. */
      readonly name: string | undefined;
      readonly details: Record<string, unknown>;
      readonly failure: Failure | undefined;
      readonly callId?: string | undefined;
    }
  | { readonly isAction: false; readonly reason: string };

type ActionReading = ToolCallReading | DecisionReading | RunReading | ModelCallReading | ExplicitReading;

/** Type, name and details of the action that a reading stands for. docs/dialects.md has the rules as a table. */
export function describeAction(given: ActionReading, llmCalls: LlmCalls): ActionDescription {
  const reading = isControlFlow(given.failure) ? withoutFailure(given) : given;
  switch (reading.is) {
    case "tool_call":
      return describeToolCall(reading);
    case "decision":
      return describeDecision(reading);
    case "run":
      return describeRun(reading);
    case "model_call":
      return describeModelCall(reading, llmCalls);
    case "explicit":
      return describeExplicit(reading);
  }
}

/** Whether a reading is an action, without the action's description. */
export const isAction = (reading: ActionReading, llmCalls: LlmCalls): boolean =>
  reading.is !== "model_call" || isRecordedModelCall(reading, llmCalls);

const isRecordedModelCall = (reading: ModelCallReading, llmCalls: LlmCalls): boolean =>
  (reading.failure !== undefined && !isControlFlow(reading.failure)) ||
  llmCalls === "all" ||
  (llmCalls === "requesting_tools" && reading.messages().requested.length > 0);

function withoutFailure(reading: ActionReading): ActionReading {
  const extras = { ...reading.extras, interrupted: isInterrupt(reading.failure) || undefined };
  return { ...reading, failure: undefined, extras };
}

function describeToolCall({ name, parameters, result, callId, failure, extras }: ToolCallReading) {
  const found = failure ?? softFailure(result);
  const details: Details = {};
  putCaptured(details, "tool_parameters", parameters);
  putCaptured(details, "tool_result", result);
  details.success = found === undefined;
  if (found?.message !== undefined) details.error_message = found.message;
  putDefined(details, extras);
  return { isAction: true, type: "tool_call", name, details, failure: found, callId } as const;
}

function describeDecision(reading: DecisionReading) {
  const { name, type, context, result, callId, failure, extras } = reading;
  const details: Details = { decision_type: type };
  putCaptured(details, "decision_context", context);
  putCaptured(details, "decision_result", result);
  if (failure !== undefined) putDefined(details, { success: false, error_message: failure.message });
  putDefined(details, extras);
  return { isAction: true, type: "decision", name, details, failure, callId } as const;
}

function describeRun({ name, failure, extras }: RunReading) {
  if (failure !== undefined) return describeError(failure, { run: name, ...extras });
  return { isAction: true, type: "success", name, details: putDefined({}, extras), failure } as const;
}

function describeModelCall(reading: ModelCallReading, llmCalls: LlmCalls): ActionDescription {
  const { name, failure, extras = {} } = reading;
  if (failure !== undefined) return describeError(failure, { model_call: name, ...extras });
  if (llmCalls === "none") return notAnAction(llmCalls);
  const { requested, context, result } = reading.messages();
  const isRequest = requested.length > 0;
  if (llmCalls === "requesting_tools" && !isRequest) return notAnAction(llmCalls);
  const decided = isRequest ? requested.map((call) => call.name).join(", ") : name;
  const type = isRequest ? "tool_request" : "answer";
  return describeDecision({ is: "decision", type, name: decided, context, result, failure, extras });
}

const notAnAction = (llmCalls: LlmCalls): ActionDescription => ({
  isAction: false,
  reason: `a call of a model that went well, and llmCalls is "${llmCalls}"`,
});

function describeExplicit({ type, name, details, callId, failure }: ExplicitReading) {
  return { isAction: true, type, name, details: putDefined({}, details), failure, callId } as const;
}

function describeError(failure: Failure, context: Extras) {
  const details: Details = { error_type: failure.type };
  putDefined(details, { error_message: failure.message });
  details.error_context = putDefined({}, { ...context, stacktrace: failure.stacktrace });
  return { isAction: true, type: "error", name: failure.type, details, failure } as const;
}

type Details = Record<string, unknown>;

/** A value that was hidden is said to be hidden; one that was not there is `null`. */
function putCaptured(details: Details, name: string, value: Captured): void {
  if (value === HIDDEN) details[`${name}_hidden`] = true;
  else details[name] = value ?? null;
}

// Written member by member: spreading costs several times as much, and every action has details.
function putDefined(details: Details, members: Extras = NO_MEMBERS): Details {
  for (const name of Object.keys(members)) {
    const value = members[name];
    if (value === HIDDEN) details[`${name}_hidden`] = true;
    else if (value !== undefined) details[name] = value;
  }
  return details;
}

const NO_MEMBERS: Extras = {};

/** A tool of the Model Context Protocol fails with a result that says so: the protocol's response itself is fine. */
function softFailure(result: Captured): Failure | undefined {
  if (!isPlainObject(result) || result.isError !== true) return undefined;
  return { type: "tool_error", message: contentText(result.content) };
}

function contentText(content: unknown): string | undefined {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map((item) => (isPlainObject(item) ? item.text : undefined));
  return texts.filter((text) => typeof text === "string").join("\n") || undefined;
}
