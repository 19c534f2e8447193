import type { Action } from "./action.js";
import { type ActionCallback, callbackOf } from "./action-callback.js";
import type { ActionForm } from "./action-form.js";
import type { ActionLoggerOptions } from "./action-logger-options.js";
import { activeContext } from "./active-context.js";
import { actorContext } from "./actor.js";
import { callInContext } from "./call-in-context.js";
import { callable } from "./callable.js";
import { decisionForm } from "./decision-form.js";
import type { DetectionFailure } from "./detection-failure.js";
import { runExecution, startExecution } from "./execution.js";
import type { Execution, ExecutionOptions } from "./execution-options.js";
import { type LoggedDecision, loggedDecision } from "./log-decision.js";
import { type LoggedError, loggedError } from "./log-error.js";
import { logEvent } from "./log-event.js";
import { loggedRawAction, type RawAction } from "./log-raw-action.js";
import { type LoggedSpan, logSpan } from "./log-span.js";
import { type LoggedSuccess, loggedSuccess } from "./log-success.js";
import { type LoggedToolCall, loggedToolCall } from "./log-tool-call.js";
import { LoggerActor } from "./logger-actor.js";
import type { RouterPerformance } from "./router-performance.js";
import type { RoutingDecision } from "./routing-decision.js";
import { runAction, startAction } from "./run-action.js";
import { taskForm } from "./task-form.js";
import { type ToolCallOptions, toolCallForm } from "./tool-call-form.js";
import type { Transformation } from "./transformation.js";

/**
 * Records what an agent does, as OpenTelemetry spans. Nothing here throws into the agent, whatever it is given: the scoped
 * calls (`toolCall`, `decision`, `task`, `execution`) give what their callback gives, and the `log...` calls resolve to
 * whether a pipeline has custody of the event. With no provider registered all of them do next to nothing.
 *
 * A scoped call times itself, records what its callback returns or throws, and is the parent of what is recorded inside.
 * Callbacks may be sync, async, or give generators. Without a callback it gives the {@link Action}, for `await using`.
 */
export class ActionLogger {
  readonly #actor: LoggerActor;

  constructor(options: ActionLoggerOptions);
  /** @internal */
  constructor(actor: LoggerActor);
  constructor(given: ActionLoggerOptions | LoggerActor) {
    this.#actor = LoggerActor.is(given) ? given : new LoggerActor(given);
  }

  get agentName(): string | undefined {
    return this.#actor.agentName;
  }

  /** The correlation id that an action logged here and now would have. */
  get correlationId(): string {
    return this.#actor.correlationIn(activeContext());
  }

  /** A logger for a sub-agent: the same run and project, another name. */
  child(changes: Partial<ActionLoggerOptions>): ActionLogger {
    return new ActionLogger(this.#actor.child(changes));
  }

  /** Calls `fn` so that traced tools and other loggers inside it belong to this agent and run. Records nothing itself. */
  within<T>(fn: () => T): T {
    return callInContext(actorContext(this.#actor, activeContext()), callable(fn));
  }

  /** A tool call. Its result is what was set on the action, else what the callback returns. */
  toolCall<T>(name: string, parameters: unknown, fn: ActionCallback<T>, options?: ToolCallOptions): T;
  toolCall(name: string, parameters?: unknown, options?: ToolCallOptions): Action;
  toolCall<T>(
    name: string,
    parameters: unknown,
    fnOrOptions?: ActionCallback<T> | ToolCallOptions,
    options?: ToolCallOptions,
  ): T | Action {
    const fn = callbackOf<T>(fnOrOptions);
    const given = fn === undefined ? (fnOrOptions as ToolCallOptions | undefined) : options;
    return this.#scoped(() => toolCallForm(name, parameters, given), fn);
  }

  /** A decision. Its result is what was set on the action, else what the callback returns. */
  decision<T>(name: string, context: unknown, fn: ActionCallback<T>): T;
  decision(name: string, context?: unknown): Action;
  decision<T>(name: string, context: unknown, fn?: ActionCallback<T>): T | Action {
    return this.#scoped(() => decisionForm(name, context), callbackOf(fn));
  }

  /** A task: recorded as a success when it ends well, as an error when it fails. */
  task<T>(name: string, fn: ActionCallback<T>): T;
  task<T>(name: string, details: unknown, fn: ActionCallback<T>): T;
  task(name: string, details?: unknown): Action;
  task<T>(name: string, detailsOrFn?: unknown, fn?: ActionCallback<T>): T | Action {
    const details = typeof detailsOrFn === "function" ? undefined : detailsOrFn;
    return this.#scoped(
      () => taskForm(name, details),
      callbackOf(details === undefined ? (fn ?? detailsOrFn) : fn),
    );
  }

  /** One run of the agent: its start at once, its completion when `fn` is done. */
  execution<T>(fn: (execution: Execution) => T, options?: ExecutionOptions): T {
    return runExecution(this.#actor, callable(fn), options);
  }

  /** The start of one run; the completion is recorded by `complete()`. */
  startExecution(options?: ExecutionOptions): Execution {
    return startExecution(this.#actor, options);
  }

  logToolCall(call: LoggedToolCall): Promise<boolean> {
    return this.#log(() => loggedToolCall(call));
  }

  logDecision(decision: LoggedDecision): Promise<boolean> {
    return this.#log(() => loggedDecision(decision));
  }

  logError(error: LoggedError): Promise<boolean> {
    return this.#log(() => loggedError(error));
  }

  logSuccess(success: LoggedSuccess): Promise<boolean> {
    return this.#log(() => loggedSuccess(success));
  }

  /** An action of any type, with details of any shape. */
  logRawAction(action: RawAction): Promise<boolean> {
    return this.#log(() => loggedRawAction(action));
  }

  logRoutingDecision(decision: RoutingDecision): Promise<boolean> {
    return Promise.resolve(logEvent(this.#actor, "routing_decision", decision));
  }

  logTransformation(transformation: Transformation): Promise<boolean> {
    const { sessionId } = this.#actor;
    return Promise.resolve(logEvent(this.#actor, "transformation", transformation, { sessionId }));
  }

  logRouterPerformance(performance: RouterPerformance): Promise<boolean> {
    return Promise.resolve(logEvent(this.#actor, "router_performance", performance));
  }

  logDetectionFailure(failure: DetectionFailure): Promise<boolean> {
    const { projectPath, projectName, sessionId } = this.#actor;
    const known = { projectPath, projectName, sessionId };
    return Promise.resolve(logEvent(this.#actor, "detection_failure", failure, known));
  }

  #scoped<T>(form: () => ActionForm, fn: ActionCallback<T> | undefined): T | Action {
    return fn === undefined ? startAction(this.#actor, form) : runAction(this.#actor, form, fn);
  }

  #log(describe: () => LoggedSpan): Promise<boolean> {
    return Promise.resolve(logSpan(this.#actor, describe));
  }
}
