import { randomUUID } from "node:crypto";
import type { ExecutionStatus } from "../event/execution-event.js";
import { isRecord } from "../event/json.js";
import { describeError, type ErrorDescription } from "../internal/describe-error.js";
import { toJson } from "../internal/safe-json.js";
import type { Principal } from "./actor.js";
import { guarded } from "./guard.js";
import type { LoggerActor } from "./logger-actor.js";
import { wireFields } from "./text.js";

/**
 * What is known when a run starts. `userId`, `onBehalfOf` and `trigger` hold for everything that is recorded inside, before what its
 * loggers say.
 */
export interface ExecutionOptions extends Principal {
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

  constructor(actor: LoggerActor, given?: ExecutionOptions) {
    this.executionId = executionIdOf(given);
    const { executionId, metadata, userId, onBehalfOf, trigger, ...options }: ExecutionOptions = isRecord(
      given,
    )
      ? given
      : {};
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
    return toJson({ ...this.#fields, ...more, metadata: merged(this.#metadata) });
  }
}

function merged(parts: readonly object[]): object | undefined {
  if (parts.length === 0) return undefined;
  const whole: Record<string, unknown> = {};
  for (const part of parts) {
    try {
      Object.assign(whole, part);
    } catch {
      // What its getters threw will be written in its place.
      whole.unreadable = part;
    }
  }
  return whole;
}

/** The id that was given, else a random one. Never throws. */
export function executionIdOf(options: ExecutionOptions | undefined): string {
  const given = guarded("the options of a run cannot be read", () => options?.executionId);
  return typeof given === "string" && given !== "" ? given : randomUUID();
}

const UNKNOWN_FAILURE: ErrorDescription = { type: "Error", message: "" };

// What `AbortController.abort()` rejects with: somebody wanted the run to stop.
function statusOf(failure: ErrorDescription | undefined): NonNullable<ExecutionEnd["status"]> {
  if (failure === undefined) return "success";
  return failure.type === "AbortError" ? "cancelled" : "error";
}
