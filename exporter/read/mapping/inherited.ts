import {
  ATTR_CORRELATION_ID,
  ATTR_DEBUG_MODE,
  ATTR_GEN_AI_AGENT_VERSION,
  ATTR_ON_BEHALF_OF,
  ATTR_PROJECT_NAME,
  ATTR_PROJECT_PATH,
  ATTR_TRIGGER,
  ATTR_USER_ID,
  ATTR_WORKING_DIRECTORY,
} from "../../../src/event/semconv.js";
import { booleanAt, textAt, textsAt } from "../dialects/common/attributes.js";
import type { DialectChain } from "../dialects/dialect-chain.js";
import type { ReadableSpan } from "../sdk-types.js";

/** What a span says that holds for all spans inside it too, unless they say it themselves. */
export interface InheritedValues {
  /** In any dialect, as is the session. */
  readonly agentName: string | undefined;
  /** Of the agent that the same span names. */
  readonly agentVersion: string | undefined;
  /** The conversation, session or thread. */
  readonly sessionId: string | undefined;
  /** Our own attribute as it was given, or what a dialect says of the run: not yet a UUID. */
  readonly correlationText: string | undefined;
  readonly projectPath: string | undefined;
  readonly projectName: string | undefined;
  readonly workingDirectory: string | undefined;
  readonly debugMode: boolean | undefined;
  readonly userId: string | undefined;
  readonly onBehalfOf: readonly string[] | undefined;
  readonly trigger: string | undefined;
}

export const NOTHING_INHERITED: InheritedValues = Object.freeze({
  agentName: undefined,
  agentVersion: undefined,
  sessionId: undefined,
  correlationText: undefined,
  projectPath: undefined,
  projectName: undefined,
  workingDirectory: undefined,
  debugMode: undefined,
  userId: undefined,
  onBehalfOf: undefined,
  trigger: undefined,
});

/** What the span itself says. */
export function ownValues(
  span: ReadableSpan,
  dialects: DialectChain,
  candidates: number,
  ancestors: readonly ReadableSpan[],
): InheritedValues {
  const { attributes } = span;
  const own: InheritedValues = {
    agentName: dialects.agentName(span, candidates, ancestors),
    agentVersion: textAt(attributes, ATTR_GEN_AI_AGENT_VERSION),
    sessionId: dialects.sessionId(span, candidates),
    correlationText: textAt(attributes, ATTR_CORRELATION_ID) ?? dialects.correlationText(span, candidates),
    projectPath: textAt(attributes, ATTR_PROJECT_PATH),
    projectName: textAt(attributes, ATTR_PROJECT_NAME),
    workingDirectory: textAt(attributes, ATTR_WORKING_DIRECTORY),
    debugMode: booleanAt(attributes, ATTR_DEBUG_MODE),
    userId: textAt(attributes, ATTR_USER_ID),
    onBehalfOf: textsAt(attributes, ATTR_ON_BEHALF_OF),
    trigger: textAt(attributes, ATTR_TRIGGER),
  };
  for (const name in own) if (own[name as keyof InheritedValues] !== undefined) return own;
  return NOTHING_INHERITED;
}

/** Each value of the span itself, else of what is around it. */
export function nearestValues(own: InheritedValues, around: InheritedValues): InheritedValues {
  if (own === NOTHING_INHERITED || around === NOTHING_INHERITED)
    return own === NOTHING_INHERITED ? around : own;
  return {
    agentName: own.agentName ?? around.agentName,
    // The version of the agent around is not that of an agent that is named without one.
    agentVersion: own.agentName === undefined ? (own.agentVersion ?? around.agentVersion) : own.agentVersion,
    sessionId: own.sessionId ?? around.sessionId,
    correlationText: own.correlationText ?? around.correlationText,
    projectPath: own.projectPath ?? around.projectPath,
    projectName: own.projectName ?? around.projectName,
    workingDirectory: own.workingDirectory ?? around.workingDirectory,
    debugMode: own.debugMode ?? around.debugMode,
    userId: own.userId ?? around.userId,
    onBehalfOf: own.onBehalfOf ?? around.onBehalfOf,
    trigger: own.trigger ?? around.trigger,
  };
}
