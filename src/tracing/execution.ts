/**
 * A run of an agent is two events on one row: its start and its completion. They are two spans with the same
 * `execution_id`: the run itself, which is the parent of all that happens inside and becomes the completion when it ends,
 * and inside it one of no length, which reports the start at once.
 */
import type { Context } from "@opentelemetry/api";
import {
  ATTR_DETAILS,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_KIND,
  OPERATION_INVOKE_AGENT,
} from "../event/semconv.js";
import { unrecordedContext } from "./action.js";
import { principalAttributes } from "./actor.js";
import {
  type CompletedExecution,
  type ExecutionEnd,
  type ExecutionOptions,
  ExecutionRecord,
  executionIdOf,
} from "./execution-record.js";
import { asFunction, callInContext, guarded } from "./guard.js";
import type { LoggerActor } from "./logger-actor.js";
import type { Outcome } from "./outcome.js";
import type { RecordedSpan } from "./recorded-span.js";
import type { SpanRecorder } from "./span-recorder.js";
import type { SpanOutcome, SpanTemplate } from "./span-template.js";

/**
 * One run of an agent, going on. Its start is recorded already; its completion is, once. Nothing here throws or rejects.
 *
 * As a resource (`await using`) it completes with success when its block is left, unless it has been completed before.
 */
export interface Execution extends AsyncDisposable {
  readonly executionId: string;
  /** Whether a pipeline has accepted the start event. */
  readonly started: boolean;
  /** Adds to what the completion will say. */
  update(more: Pick<ExecutionEnd, "qualityScore" | "metadata">): this;
  /** Calls `fn` with this run as the parent of what is recorded inside. */
  run<T>(fn: () => T): T;
  /** Resolves to whether a pipeline has accepted the completion; `false` too when it was completed before. */
  complete(end?: ExecutionEnd): Promise<boolean>;
}

/** Records the start of a run whose completion its caller records. */
export function startExecution(recorder: SpanRecorder<LoggerActor>, options?: ExecutionOptions): Execution {
  const span = recorder.open(() => runSpanTemplate(recorder.source, options), {});
  return span?.isRecording
    ? new RecordedExecution(recorder, span)
    : new UnrecordedExecution(options, span === undefined ? unrecordedContext(recorder) : span.context);
}

/**
 * Runs the host's function as one run of an agent: completed with success when it ends well, with error when it throws, and
 * as cancelled when what it throws is an AbortError. The caller gets what it returned or threw.
 */
export function runExecution<T>(
  recorder: SpanRecorder<LoggerActor>,
  fn: (execution: Execution) => T,
  options?: ExecutionOptions,
): T {
  const execution = startExecution(recorder, options);
  return execution instanceof RecordedExecution
    ? execution.span.observe(() => fn(execution), execution)
    : execution.run(() => fn(execution));
}

interface RunSpanTemplate extends SpanTemplate {
  readonly record: ExecutionRecord;
}

function runSpanTemplate(actor: LoggerActor, options?: ExecutionOptions): RunSpanTemplate {
  const { agentName } = actor;
  const inherited = guarded("the options of a run cannot be read", () => principalAttributes(options ?? {}));
  const record = new ExecutionRecord(actor, options);
  return {
    spanName: agentName === undefined ? OPERATION_INVOKE_AGENT : `${OPERATION_INVOKE_AGENT} ${agentName}`,
    attributes: {
      [ATTR_KIND]: "execution",
      [ATTR_GEN_AI_OPERATION_NAME]: OPERATION_INVOKE_AGENT,
      ...inherited,
    },
    ...(inherited !== undefined && { inherited }),
    record,
  };
}

class RecordedExecution implements Execution, Outcome {
  readonly started: boolean;
  readonly span: RecordedSpan<RunSpanTemplate>;

  constructor(recorder: SpanRecorder<LoggerActor>, span: RecordedSpan<RunSpanTemplate>) {
    this.span = span;
    const attributes = { [ATTR_DETAILS]: span.template.record.started() };
    const template = {
      spanName: "execution_start",
      attributes: { [ATTR_KIND]: "execution" },
      content: () => attributes,
      parent: span.context,
    };
    this.started = recorder.log(() => ({ template, times: {} }));
    span.write({ attributes });
  }

  get executionId(): string {
    return this.span.template.record.executionId;
  }

  update(more: Pick<ExecutionEnd, "qualityScore" | "metadata">): this {
    guarded("a run could not be updated", () => this.span.template.record.update(more));
    return this;
  }

  run<T>(fn: () => T): T {
    return callInContext(this.span.context, asFunction(fn));
  }

  complete(end: ExecutionEnd = {}): Promise<boolean> {
    return Promise.resolve(this.#complete(end));
  }

  succeed(): void {
    this.#complete({});
  }

  fail(error: unknown): void {
    this.#complete({ error });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#complete({});
  }

  #complete(end: ExecutionEnd): boolean {
    const completed = guarded("the completion of a run could not be written", () =>
      this.span.template.record.completed(end),
    );
    return this.span.end(completed && outcomeOf(completed, end.error));
  }
}

function outcomeOf({ text, failure }: CompletedExecution, thrown: unknown): SpanOutcome {
  const attributes = { [ATTR_DETAILS]: text };
  return failure === undefined ? { attributes } : { attributes, failure, thrown };
}

class UnrecordedExecution implements Execution {
  readonly started = false;
  readonly #options: ExecutionOptions | undefined;
  readonly #context: Context | undefined;
  #executionId: string | undefined;

  constructor(options: ExecutionOptions | undefined, context: Context | undefined) {
    this.#options = options;
    this.#context = context;
  }

  get executionId(): string {
    this.#executionId ??= executionIdOf(this.#options);
    return this.#executionId;
  }

  update(): this {
    return this;
  }

  run<T>(fn: () => T): T {
    return this.#context === undefined ? asFunction(fn)() : callInContext(this.#context, asFunction(fn));
  }

  complete(): Promise<boolean> {
    return Promise.resolve(false);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
