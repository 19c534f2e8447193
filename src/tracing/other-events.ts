/** Events of the kinds that are no action: their fields stand as JSON text on a span of no length. */
import type { DetectionStatus } from "../event/detection-failure-event.js";
import { isRecord } from "../event/json.js";
import type { EventKind } from "../event/kinds.js";
import type { LabelKind } from "../event/label-event.js";
import { ATTR_CORRELATION_ID, ATTR_DETAILS, ATTR_KIND } from "../event/semconv.js";
import type { TransformationType } from "../event/transformation-event.js";
import { toJson } from "../internal/safe-json.js";
import type { LoggedSpan } from "./span-recorder.js";
import { isText, textAttribute, wireFields } from "./text.js";

/** @param defaults fields that the logger knows, for those that the event does not give */
export function loggedEvent(
  kind: Exclude<EventKind, "action">,
  given: object | undefined,
  defaults: object = {},
): LoggedSpan {
  const fields = { ...wireFields(defaults), ...wireFields(given) };
  return {
    template: {
      spanName: kind,
      attributes: { [ATTR_KIND]: kind },
      content: () => ({ [ATTR_DETAILS]: toJson(fields) }),
    },
    times: {},
  };
}

/**
 * What is said of a run or an action. The span stands where it is said, in whatever trace that is; the run that it is about is its
 * correlation id.
 */
export function loggedOutcome(given: Outcome | undefined, createdBy: string | undefined): LoggedSpan {
  const { correlationId, ...outcome } = isRecord(given) ? given : ({} as Partial<Outcome>);
  // It would be taken for one of the run that it is said in.
  for (const [name, id] of Object.entries({ correlationId, actionId: outcome.actionId }))
    if (id !== undefined && !isText(id)) throw new TypeError(`${name} has to be a non-empty string`);
  const { template, times } = loggedEvent("label", outcome, { kind: "outcome", createdBy });
  const attributes = { ...template.attributes, ...textAttribute(ATTR_CORRELATION_ID, correlationId) };
  return { template: { ...template, attributes }, times };
}

/** How a run or an action turned out, as somebody or something found: at once, or later and elsewhere. */
export interface Outcome {
  /** The verdict: `resolved`, `accepted`, `wrong`. */
  readonly name: string;
  /** In a number. */
  readonly score?: number | undefined;
  /** In words, or a link. */
  readonly text?: string | undefined;
  /** Who says it: a person or a program. @default the logger's agent */
  readonly createdBy?: string | undefined;
  /** The run that it is about: a UUID, a trace id, or the text that its producer calls it. @default the run it is said in */
  readonly correlationId?: string | undefined;
  /** `id` of the one action that it is about, a UUID, instead of the whole run. */
  readonly actionId?: string | undefined;
  /** @default "outcome" */
  readonly kind?: LabelKind | undefined;
  /** A UUID, or any text: said again with the same one, it is the same outcome. @default one of its own for each call */
  readonly id?: string | undefined;
}

/** Which agent a router chose. */
export interface RoutingDecision {
  readonly userRequest?: string | undefined;
  readonly selectedAgent?: string | undefined;
  /** 0 to 1. */
  readonly confidenceScore?: number | undefined;
  /** The others that were weighed. */
  readonly alternatives?: readonly RoutingAlternative[] | undefined;
  readonly reasoning?: string | undefined;
  readonly routingStrategy?: string | undefined;
  /** What the router saw; stored as `context_snapshot`. */
  readonly context?: object | undefined;
  /** Milliseconds. */
  readonly routingTimeMs?: number | undefined;
  /** 0 to 1, as the three that follow: what the confidence is made of. */
  readonly triggerConfidence?: number | undefined;
  readonly contextConfidence?: number | undefined;
  readonly capabilityConfidence?: number | undefined;
  readonly historicalConfidence?: number | undefined;
  readonly matchedTriggers?: readonly string[] | undefined;
  readonly selectionValidated?: boolean | undefined;
  /** Found out afterwards: whether the agent did well. */
  readonly actualSuccess?: boolean | undefined;
  /** 0 to 1. */
  readonly actualQualityScore?: number | undefined;
  readonly predictionError?: number | undefined;
  readonly executionSucceeded?: boolean | undefined;
  /** Answered from the cache. */
  readonly cacheHit?: boolean | undefined;
  readonly sessionId?: string | undefined;
}

export interface RoutingAlternative {
  readonly agent: string;
  /** 0 to 1. */
  readonly confidence?: number | undefined;
  readonly reason?: string | undefined;
  readonly [more: string]: unknown;
}

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
  /** With `inputData` and `outputData`: a transformation of data, and what sort. */
  readonly transformationType?: string | undefined;
  readonly inputData?: object | undefined;
  readonly outputData?: object | undefined;
}

/** How a router performed on one query. */
export interface RouterPerformance {
  readonly queryText?: string | undefined;
  /** Milliseconds. */
  readonly routingDurationMs?: number | undefined;
  /** Answered from the cache. */
  readonly cacheHit?: boolean | undefined;
  /** How triggers were matched. */
  readonly triggerMatchStrategy?: string | undefined;
  /** What the confidence is made of. */
  readonly confidenceComponents?: object | undefined;
  /** How many were weighed. */
  readonly candidatesEvaluated?: number | undefined;
  /** When it was measured. @default the time of the call */
  readonly measuredAt?: Date | string | number | undefined;
  /** Microseconds. */
  readonly totalRoutingTimeUs?: number | undefined;
  readonly selectionStrategy?: string | undefined;
  /** For events of one number each: its name. */
  readonly metricName?: string | undefined;
  readonly metricValue?: number | undefined;
}

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
  /** Session id of Claude Code. */
  readonly claudeSessionId?: string | undefined;
}
