import type { Context } from "@opentelemetry/api";
import type { Members } from "../../tracing/tool-shapes/members.js";

/** What a tool runner is recorded by. Nothing of it throws. */
export interface RunnerWatcher {
  /** The same parameters, with tools whose calls are recorded. */
  withTools(params: Members): Members;
  /** The same tool, the calls of which are recorded. */
  tool(tool: unknown): unknown;
  /** The loop starts. @returns the context that it runs in, and who is told of its end */
  start(runner: Members): RunnerLoop | undefined;
}

export interface RunnerLoop {
  readonly context: Context;
  /** The model has answered: a message, or the stream of one. */
  answered(message: unknown): void;
  succeed(): void;
  fail(error: unknown): void;
}
