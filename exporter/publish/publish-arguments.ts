import type { ActionEvent, ActionType, JsonObject } from "../../src/event/index.js";

/** What every action may say, whatever its type. */
export interface PublishedAction {
  readonly agentName: string;
  /** Ties one run together: a UUID or any text. @default the active trace, else a new one */
  readonly correlationId?: string | undefined;
  /** Milliseconds that it took; it is taken to end now. */
  readonly durationMs?: number | undefined;
  /** @default true */
  readonly debugMode?: boolean | undefined;
  readonly projectPath?: string | undefined;
  readonly projectName?: string | undefined;
  readonly workingDirectory?: string | undefined;
  readonly sessionId?: string | undefined;
  /** Identity of the event. Give one to be able to publish the same event again after a `false`. @default a new one */
  readonly id?: string | undefined;
}

export interface PublishedToolCall extends PublishedAction {
  readonly toolName: string;
  readonly toolParameters?: unknown;
  readonly toolResult?: unknown;
  /** @default false where `errorMessage` is given, else true */
  readonly success?: boolean | undefined;
  readonly errorMessage?: string | undefined;
  /** The model's id of the call. */
  readonly toolCallId?: string | undefined;
}

export interface PublishedDecision extends PublishedAction {
  readonly decisionName: string;
  readonly decisionContext?: unknown;
  readonly decisionResult?: unknown;
}

export interface PublishedError extends PublishedAction {
  readonly errorType: string;
  readonly errorMessage?: string | undefined;
  readonly errorContext?: unknown;
}

export interface PublishedSuccess extends PublishedAction {
  readonly successName: string;
  readonly successDetails?: object | undefined;
}

export function toolCallEvent(call: PublishedToolCall): ActionEvent {
  const success = call.success ?? call.errorMessage === undefined;
  const details = {
    tool_parameters: call.toolParameters,
    tool_result: call.toolResult,
    success,
    ...(call.errorMessage === undefined ? {} : { error_message: call.errorMessage }),
  };
  return actionEvent(call, "tool_call", call.toolName, details, {
    status: success ? "ok" : "error",
    error_message: call.errorMessage,
    tool_call_id: call.toolCallId,
  });
}

export function decisionEvent(decision: PublishedDecision): ActionEvent {
  const details = {
    decision_context: decision.decisionContext,
    decision_result: decision.decisionResult,
  };
  return actionEvent(decision, "decision", decision.decisionName, details, { status: "ok" });
}

export function errorEvent(error: PublishedError): ActionEvent {
  const { errorType, errorMessage, errorContext } = error;
  const details = { error_type: errorType, error_message: errorMessage, error_context: errorContext };
  return actionEvent(error, "error", errorType, details, {
    status: "error",
    error_type: errorType,
    error_message: errorMessage,
  });
}

export function successEvent(success: PublishedSuccess): ActionEvent {
  return actionEvent(success, "success", success.successName, success.successDetails ?? {}, { status: "ok" });
}

function actionEvent(
  action: PublishedAction,
  type: ActionType,
  name: string,
  details: object,
  outcome: { readonly [Name in keyof ActionEvent]?: ActionEvent[Name] | undefined },
): ActionEvent {
  const now = Date.now();
  const { durationMs } = action;
  const event = {
    id: action.id,
    correlation_id: action.correlationId,
    agent_name: action.agentName,
    action_type: type,
    action_name: name,
    // Whatever stands in it becomes JSON when it is serialised.
    action_details: details as JsonObject,
    debug_mode: action.debugMode,
    duration_ms: durationMs,
    project_path: action.projectPath,
    project_name: action.projectName,
    working_directory: action.workingDirectory,
    session_id: action.sessionId,
    started_at: new Date(now - (durationMs ?? 0)).toISOString(),
    ended_at: new Date(now).toISOString(),
    ...outcome,
  };
  return event as ActionEvent;
}
