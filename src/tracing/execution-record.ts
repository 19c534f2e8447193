import { randomUUID } from "node:crypto";
import { describeError, type ErrorDescription } from "../internal/describe-error.js";
import { toJson } from "../internal/safe-json.js";
import type { ExecutionEnd, ExecutionOptions } from "./execution-options.js";
import type { LoggerActor } from "./logger-actor.js";
import { wireFields } from "./wire-fields.js";

export interface CompletedExecution {
  /** The fields of the completion event, as JSON text. */
  readonly text: string;
  /** Absent for a run that did not fail. */
  readonly failure?: ErrorDescription;
}

/** What the two events about one run say. */
export class ExecutionRecord {
  readonly executionId: string;
  readonly #fields: Record<string, unknown>;
  readonly #startedMillis = Date.now();
  readonly #metadata: object[] = [];

  constructor(actor: LoggerActor, { executionId, metadata, ...options }: ExecutionOptions = {}) {
    this.executionId = typeof executionId === "string" && executionId !== "" ? executionId : randomUUID();
    const { agentName, sessionId, projectPath, projectName } = actor;
    this.#fields = {
      execution_id: this.executionId,
      ...wireFields({ agentName, sessionId, projectPath, projectName }),
      ...wireFields(options),
      started_at: new Date(this.#startedMillis),
    };
    this.update({ metadata });
  }

  update({ qualityScore, metadata }: Pick<ExecutionEnd, "qualityScore" | "metadata">): void {
    if (qualityScore !== undefined) this.#fields.quality_score = qualityScore;
    if (typeof metadata === "object" && metadata !== null) this.#metadata.push(metadata);
  }

  started(): string {
    return this.#text({ status: "in_progress" });
  }

  completed({ status, error, ...more }: ExecutionEnd): CompletedExecution {
    this.update(more);
    const failure = error === undefined ? undefined : describeError(error);
    const ended = status ?? statusOf(failure);
    const now = Date.now();
    const text = this.#text({
      status: ended,
      completed_at: new Date(now),
      duration_ms: Math.max(now - this.#startedMillis, 0),
      error_type: failure?.type,
      error_message: failure?.message,
    });
    return { text, ...(ended === "error" && { failure: failure ?? UNKNOWN_FAILURE }) };
  }

  #text(more: object): string {
    const metadata = this.#metadata.length === 0 ? undefined : Object.assign({}, ...this.#metadata);
    return toJson({ ...this.#fields, ...more, metadata });
  }
}

const UNKNOWN_FAILURE: ErrorDescription = { type: "Error", message: "" };

// What `AbortController.abort()` rejects with: somebody wanted the run to stop.
function statusOf(failure: ErrorDescription | undefined): NonNullable<ExecutionEnd["status"]> {
  if (failure === undefined) return "success";
  return failure.type === "AbortError" ? "cancelled" : "error";
}
