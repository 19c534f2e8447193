/**
 * A run of an agent is two events on one row: its start and its completion. They are two spans with the same
 * `execution_id`: the run itself, which is the parent of all that happens inside and becomes the completion when it ends,
 * and inside it one of no length, which tells the start at once.
 */
import type { Context, Span } from "@opentelemetry/api";
import {
  ATTR_DETAILS,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_KIND,
  OPERATION_INVOKE_AGENT,
} from "../event/semconv.js";
import { callInContext } from "./call-in-context.js";
import { callable } from "./callable.js";
import { Custody } from "./custody.js";
import type { Execution, ExecutionEnd, ExecutionOptions } from "./execution-options.js";
import { ExecutionRecord, executionIdOf } from "./execution-record.js";
import { logSpan } from "./log-span.js";
import type { LoggerActor } from "./logger-actor.js";
import { type Outcome, observeOutcome } from "./observe-outcome.js";
import { type OpenedSpan, openSpan, type SpanSpec } from "./open-span.js";
import { quietly } from "./quietly.js";
import { recordFailure } from "./record-failure.js";
import type { SpanClock } from "./span-clock.js";

/** Records the start of a run whose completion its caller records. */
export function startExecution(actor: LoggerActor, options?: ExecutionOptions): Execution {
  return openExecution(actor, options).execution;
}

/**
 * Runs the host's function as one run of an agent: completed with success when it ends well, with error when it throws, and
 * as cancelled when what it throws is an AbortError. The caller gets what it returned or threw.
 */
export function runExecution<T>(
  actor: LoggerActor,
  fn: (execution: Execution) => T,
  options?: ExecutionOptions,
): T {
  const { execution, context } = openExecution(actor, options);
  const call = () => execution.run(() => fn(execution));
  return execution instanceof RecordedExecution && context !== undefined
    ? observeOutcome(call, execution, context)
    : call();
}

function openExecution(
  actor: LoggerActor,
  options?: ExecutionOptions,
): { readonly execution: Execution; readonly context?: Context | undefined } {
  const custody = new Custody();
  const opened = openSpan(actor, () => runSpec(actor, options), custody);
  if (!opened.records) return { execution: new UnrecordedExecution(options, opened.context) };
  return { execution: new RecordedExecution(actor, opened, custody), context: opened.context };
}

type RunSpec = SpanSpec & { readonly record: ExecutionRecord };
type OpenedRun = Extract<OpenedSpan<RunSpec>, { records: true }>;

function runSpec(actor: LoggerActor, options?: ExecutionOptions): RunSpec {
  return {
    spanName:
      actor.agentName === undefined ? OPERATION_INVOKE_AGENT : `${OPERATION_INVOKE_AGENT} ${actor.agentName}`,
    attributes: { [ATTR_KIND]: "execution", [ATTR_GEN_AI_OPERATION_NAME]: OPERATION_INVOKE_AGENT },
    record: new ExecutionRecord(actor, options),
  };
}

class RecordedExecution implements Execution, Outcome {
  readonly started: boolean;
  readonly #span: Span;
  readonly #record: ExecutionRecord;
  readonly #context: Context;
  readonly #custody: Custody;
  readonly #clock: SpanClock;
  #completed = false;

  constructor(actor: LoggerActor, { span, spec, context, clock }: OpenedRun, custody: Custody) {
    const { record } = spec;
    this.#span = span;
    this.#record = record;
    this.#context = context;
    this.#custody = custody;
    this.#clock = clock;
    const details = { [ATTR_DETAILS]: record.started() };
    const start = { spanName: "execution_start", attributes: { [ATTR_KIND]: "execution" }, times: {} };
    this.started = logSpan(actor, () => ({ ...start, content: () => details }), context);
    quietly("a span could not be written", () => span.setAttributes(details));
  }

  get executionId(): string {
    return this.#record.executionId;
  }

  update(more: Pick<ExecutionEnd, "qualityScore" | "metadata">): this {
    quietly("a run could not be updated", () => this.#record.update(more));
    return this;
  }

  run<T>(fn: () => T): T {
    return callInContext(this.#context, callable(fn));
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
    if (this.#completed) return false;
    this.#completed = true;
    quietly("the completion of a run could not be written", () => {
      const { text, failure } = this.#record.completed(end);
      this.#span.setAttribute(ATTR_DETAILS, text);
      if (failure !== undefined) recordFailure(this.#span, end.error, failure);
    });
    return (
      quietly("a run could not be ended", () => this.#custody.end(this.#span, this.#clock.endTime())) ?? false
    );
  }
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
    return this.#context === undefined ? callable(fn)() : callInContext(this.#context, callable(fn));
  }

  complete(): Promise<boolean> {
    return Promise.resolve(false);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
