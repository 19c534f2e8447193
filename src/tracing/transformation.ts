import type { TransformationType } from "../event/transformation-event.js";

/** One agent becomes another. */
export interface Transformation {
  /** @default "transformation_complete" */
  readonly eventType?: TransformationType | undefined;
  readonly sourceAgent?: string | undefined;
  readonly targetAgent?: string | undefined;
  readonly transformationReason?: string | undefined;
  readonly userRequest?: string | undefined;
  /** 0 to 1. */
  readonly routingConfidence?: number | undefined;
  readonly routingStrategy?: string | undefined;
  /** Milliseconds of the change itself. */
  readonly transformationDurationMs?: number | undefined;
  /** Milliseconds until the new agent was ready. */
  readonly initializationDurationMs?: number | undefined;
  /** Milliseconds in all. */
  readonly totalExecutionDurationMs?: number | undefined;
  /** @default true; false for `transformation_failed` */
  readonly success?: boolean | undefined;
  readonly errorMessage?: string | undefined;
  readonly errorType?: string | undefined;
  /** 0 to 1. */
  readonly qualityScore?: number | undefined;
  /** What the new agent was given. */
  readonly contextSnapshot?: object | undefined;
  readonly contextKeys?: readonly string[] | undefined;
  /** Bytes. */
  readonly contextSizeBytes?: number | undefined;
  /** A UUID; another text is kept in the row's metadata. */
  readonly agentDefinitionId?: string | undefined;
  /** A UUID; another text is kept in the row's metadata. */
  readonly parentEventId?: string | undefined;
  /** @default the time of the call */
  readonly startedAt?: Date | string | number | undefined;
  readonly completedAt?: Date | string | number | undefined;
  /** @default the logger's */
  readonly sessionId?: string | undefined;
}
