import type { DetectionStatus } from "../event/detection-failure-event.js";

/** No agent was found for a request. One row per correlation id: the first stays. */
export interface DetectionFailure {
  /** Stored as `user_prompt`, with its length and SHA-256. */
  readonly userRequest?: string | undefined;
  readonly failureReason?: string | undefined;
  /** @default read from `failureReason` */
  readonly detectionStatus?: DetectionStatus | undefined;
  /** Stored as `detection_metadata`. */
  readonly errorDetails?: object | undefined;
  /** What was tried. */
  readonly attemptedMethods?: readonly string[] | undefined;
  /** @default the logger's */
  readonly projectPath?: string | undefined;
  /** @default the logger's */
  readonly projectName?: string | undefined;
  /** @default the logger's */
  readonly sessionId?: string | undefined;
}
