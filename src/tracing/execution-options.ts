import type { ExecutionStatus } from "../event/execution-event.js";

/** What is known when a run starts. */
export interface ExecutionOptions {
  /** A UUID, or any text. @default a random UUID */
  readonly executionId?: string | undefined;
  readonly userPrompt?: string | undefined;
  /** Merged with what is given at the completion. */
  readonly metadata?: object | undefined;
  /** @default the logger's */
  readonly sessionId?: string | undefined;
  readonly claudeSessionId?: string | undefined;
  readonly terminalId?: string | undefined;
}

/** What is known when a run ends. */
export interface ExecutionEnd {
  /** @default "error" where an `error` is given ("cancelled" for an AbortError), else "success" */
  readonly status?: Exclude<ExecutionStatus, "in_progress"> | undefined;
  readonly error?: unknown;
  /** 0 to 1. */
  readonly qualityScore?: number | undefined;
  readonly metadata?: object | undefined;
}

/**
 * One run of an agent, going on. Its start is recorded already; its completion is, once. Nothing here throws or rejects.
 *
 * As a resource (`await using`) it completes with success when its block is left, unless it has been completed before.
 */
export interface Execution extends AsyncDisposable {
  readonly executionId: string;
  /** Whether a pipeline has custody of the start event. */
  readonly started: boolean;
  /** Adds to what the completion will say. */
  update(more: Pick<ExecutionEnd, "qualityScore" | "metadata">): this;
  /** Calls `fn` with this run as the parent of what is recorded inside. */
  run<T>(fn: () => T): T;
  /** Resolves to whether a pipeline has custody of the completion; `false` too when it was completed before. */
  complete(end?: ExecutionEnd): Promise<boolean>;
}
