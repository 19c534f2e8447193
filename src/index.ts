export {
  ActionLogError,
  ConfigError,
  DevStackError,
  type ErrorCode,
  EventError,
  MigrationError,
  ShutdownError,
  StoreError,
  TransportError,
} from "./errors.js";
export type { ActionEvent, ActionStatus, ActionType } from "./event/action-event.js";
export type { DetectionFailureEvent, DetectionStatus } from "./event/detection-failure-event.js";
export type { ExecutionEvent, ExecutionStatus } from "./event/execution-event.js";
export type { JsonObject, JsonValue } from "./event/json.js";
export type { EventKind } from "./event/kinds.js";
export type { LabelEvent, LabelKind } from "./event/label-event.js";
export type { RouterPerformanceEvent } from "./event/router-performance-event.js";
export type { RoutingDecisionEvent } from "./event/routing-decision-event.js";
export type { TransformationEvent, TransformationType } from "./event/transformation-event.js";
export type { Action, ActionCallback } from "./tracing/action.js";
export { ActionLogger } from "./tracing/action-logger.js";
export type { Principal } from "./tracing/actor.js";
export type { Approval, LoggedDecision } from "./tracing/decision.js";
export type { Execution } from "./tracing/execution.js";
export type { ExecutionEnd, ExecutionOptions } from "./tracing/execution-record.js";
export type { ActionLoggerOptions } from "./tracing/logger-actor.js";
export type {
  DetectionFailure,
  Outcome,
  RouterPerformance,
  RoutingAlternative,
  RoutingDecision,
  Transformation,
} from "./tracing/other-events.js";
export {
  type CorrelationOptions,
  currentCorrelationId,
  type IncomingHeaders,
  outgoingHeaders,
  withCorrelationId,
  withIncomingContext,
} from "./tracing/propagation.js";
export { logAction, type OneOffAction, type RawAction } from "./tracing/raw-action.js";
export type { LogTimes } from "./tracing/span-clock.js";
export type { LoggedError, LoggedSuccess } from "./tracing/task.js";
export type { LoggedToolCall, ToolCallOptions } from "./tracing/tool-call.js";
export { type ToolFunction, type TraceToolOptions, traceTool } from "./tracing/trace-function.js";
export { traceTools } from "./tracing/trace-tools.js";
