import { type Action, type ActionCallback, callbackOf, runAction, startAction } from "./action.js";
import { type Approval, decisionSpanTemplate, type LoggedDecision, loggedDecision } from "./decision.js";
import { type Execution, runExecution, startExecution } from "./execution.js";
import type { ExecutionOptions } from "./execution-record.js";
import { activeContext, asFunction, callInContext } from "./guard.js";
import { type ActionLoggerOptions, LoggerActor } from "./logger-actor.js";
import {
  type DetectionFailure,
  loggedEvent,
  loggedOutcome,
  type Outcome,
  type RouterPerformance,
  type RoutingDecision,
  type Transformation,
} from "./other-events.js";
import { loggedRawAction, type RawAction } from "./raw-action.js";
import { type LoggedSpan, SpanRecorder } from "./span-recorder.js";
import type { ActionSpanTemplate } from "./span-template.js";
import {
  type LoggedError,
  type LoggedSuccess,
  loggedError,
  loggedSuccess,
  taskSpanTemplate,
} from "./task.js";
import {
  type LoggedToolCall,
  loggedToolCall,
  type ToolCallOptions,
  toolCallSpanTemplate,
} from "./tool-call.js";

/**
 * Records what an agent does, as OpenTelemetry spans. Nothing here throws into the agent, whatever it is given: the scoped
 * calls (`toolCall`, `decision`, `task`, `execution`) give what their callback gives, and the `log...` calls resolve to
 * whether a pipeline has accepted the event. With no provider registered all of them do next to nothing.
 *
 * A scoped call times itself, records what its callback returns or throws, and is the parent of what is recorded inside.
 * Callbacks may be sync, async, or give generators. Without a callback it gives the {@link Action}, for `await using`.
 */
export class ActionLogger {
  readonly #actor: LoggerActor;
  readonly #recorder: SpanRecorder<LoggerActor>;

  constructor(options: ActionLoggerOptions);
  /** @internal */
  constructor(actor: LoggerActor);
  constructor(given: ActionLoggerOptions | LoggerActor) {
    this.#actor = LoggerActor.is(given) ? given : new LoggerActor(given);
    this.#recorder = new SpanRecorder(this.#actor);
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
    return callInContext(this.#actor.contextInside(activeContext()), asFunction(fn));
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
    return this.#scoped(() => {
      const { toolCallId: callId, sessionId: conversationId } = given ?? {};
      return toolCallSpanTemplate({ name, arguments: parameters, callId, conversationId });
    }, fn);
  }

  /** A decision. Its result is what was set on the action, else what the callback returns. */
  decision<T>(name: string, context: unknown, fn: ActionCallback<T>, approval?: Approval): T;
  decision(name: string, context?: unknown, approval?: Approval): Action;
  decision<T>(
    name: string,
    context: unknown,
    fnOrApproval?: ActionCallback<T> | Approval,
    approval?: Approval,
  ): T | Action {
    const fn = callbackOf<T>(fnOrApproval);
    const given = fn === undefined ? (fnOrApproval as Approval | undefined) : approval;
    return this.#scoped(() => decisionSpanTemplate(name, context, given), fn);
  }

  /** A task: recorded as a success when it ends well, as an error when it fails. */
  task<T>(name: string, fn: ActionCallback<T>): T;
  task<T>(name: string, details: unknown, fn: ActionCallback<T>): T;
  task(name: string, details?: unknown): Action;
  task<T>(name: string, detailsOrFn?: unknown, fn?: ActionCallback<T>): T | Action {
    const details = typeof detailsOrFn === "function" ? undefined : detailsOrFn;
    return this.#scoped(
      () => taskSpanTemplate(name, details),
      callbackOf(details === undefined ? (fn ?? detailsOrFn) : fn),
    );
  }

  /** One run of the agent: its start at once, its completion when `fn` is done. */
  execution<T>(fn: (execution: Execution) => T, options?: ExecutionOptions): T {
    return runExecution(this.#recorder, asFunction(fn), options);
  }

  /** The start of one run; the completion is recorded by `complete()`. */
  startExecution(options?: ExecutionOptions): Execution {
    return startExecution(this.#recorder, options);
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
    return this.#log(() => loggedEvent("routing_decision", decision));
  }

  logTransformation(transformation: Transformation): Promise<boolean> {
    const { sessionId } = this.#actor;
    return this.#log(() => loggedEvent("transformation", transformation, { sessionId }));
  }

  logRouterPerformance(performance: RouterPerformance): Promise<boolean> {
    return this.#log(() => loggedEvent("router_performance", performance));
  }

  logDetectionFailure(failure: DetectionFailure): Promise<boolean> {
    const { projectPath, projectName, sessionId } = this.#actor;
    const known = { projectPath, projectName, sessionId };
    return this.#log(() => loggedEvent("detection_failure", failure, known));
  }

  /**
   * How a run or an action turned out, for `agent_action_labels`: this run, or any other one by its correlation id or an action's id, also from
   * another process and long after it.
   */
  logOutcome(outcome: Outcome): Promise<boolean> {
    return this.#log(() => loggedOutcome(outcome, this.#actor.agentName));
  }

  #scoped<T>(template: () => ActionSpanTemplate, fn: ActionCallback<T> | undefined): T | Action {
    return fn === undefined ? startAction(this.#recorder, template) : runAction(this.#recorder, template, fn);
  }

  #log(describe: () => LoggedSpan): Promise<boolean> {
    return Promise.resolve(this.#recorder.log(describe));
  }
}
