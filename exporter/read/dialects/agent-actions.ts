/**
 * The dialect that this package's own API writes: GenAI conventions where they have a key, `agent_actions.*` where not.
 * Recognised by the instrumentation scope, or by our own attributes on a span that somebody made by hand.
 */

import { ACTION_TYPES, type ActionType, EVENT_KINDS, type EventKind } from "../../../src/event/index.js";
import { isPlainObject } from "../../../src/event/json.js";
import {
  ATTR_ACTION_NAME,
  ATTR_ACTION_TYPE,
  ATTR_DETAILS,
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_ID,
  ATTR_GEN_AI_TOOL_CALL_RESULT,
  ATTR_GEN_AI_TOOL_NAME,
  ATTR_GEN_AI_WORKFLOW_NAME,
  ATTR_KIND,
  OPERATION_EXECUTE_TOOL,
  SCOPE_NAME,
} from "../../../src/event/semconv.js";
import type { ReadableSpan } from "../sdk-types.js";
import { firstText, scopeName, textAt } from "./common/attributes.js";
import { capturedContentOnce, capturedOnce } from "./common/captured.js";
import { type Failure, readFailure } from "./common/failure.js";
import type { Dialect, Extras, Reading } from "./dialect.js";

export const agentActionsDialect: Dialect = {
  name: "agent-actions",
  evidence: { keys: ["agent_actions."], scope: /^otel-agent-actions$/ },

  read(span) {
    const { attributes } = span;
    const isOurs =
      scopeName(span) === SCOPE_NAME || ATTR_ACTION_TYPE in attributes || ATTR_KIND in attributes;
    return isOurs ? (readEvent(span) ?? readAction(span)) : undefined;
  },

  agentName: (span) =>
    scopeName(span) === SCOPE_NAME ? textAt(span.attributes, ATTR_GEN_AI_AGENT_NAME) : undefined,

  sessionId: (span) =>
    scopeName(span) === SCOPE_NAME ? textAt(span.attributes, ATTR_GEN_AI_CONVERSATION_ID) : undefined,
};

function readEvent({ attributes }: ReadableSpan): Reading | undefined {
  const kind = textAt(attributes, ATTR_KIND);
  if (kind === undefined || kind === "action") return undefined;
  if (!isOtherKind(kind)) return { is: "ignored", reason: `${ATTR_KIND} is no kind of event` };
  return { is: "event", kind, fields: detailsOf(attributes[ATTR_DETAILS]) };
}

const isOtherKind = (kind: string): kind is Exclude<EventKind, "action"> =>
  (EVENT_KINDS as readonly string[]).includes(kind) && kind !== "action";

function readAction(span: ReadableSpan): Reading {
  const { attributes } = span;
  const type = textAt(attributes, ATTR_ACTION_TYPE);
  const isTool =
    type === "tool_call" || textAt(attributes, ATTR_GEN_AI_OPERATION_NAME) === OPERATION_EXECUTE_TOOL;
  if (isTool && !(ATTR_DETAILS in attributes)) return readToolCall(span);
  const name = firstText(attributes, NAME_KEYS) ?? span.name;
  const details = detailsOf(attributes[ATTR_DETAILS]);
  const failure = readFailure(span);
  if (type === "task") return { is: "run", name, failure, extras: details };
  if (isActionType(type))
    return {
      is: "explicit",
      type,
      name,
      details,
      callId: textAt(attributes, ATTR_GEN_AI_TOOL_CALL_ID),
      failure: failure ?? failureIn(details, type, name),
    };
  if (type === undefined) return { is: "ignored", reason: "a span of our own scope that records no action" };
  return { is: "ignored", reason: `${ATTR_ACTION_TYPE} is none of ${ACTION_TYPES.join(", ")} and task` };
}

// An error is one, also on a span that somebody made by hand and gave no status.
function failureIn(details: Extras, type: ActionType, name: string): Failure | undefined {
  return type === "error" ? { type: name, message: textAt(details, "error_message") } : undefined;
}

const NAME_KEYS = [ATTR_ACTION_NAME, ATTR_GEN_AI_TOOL_NAME, ATTR_GEN_AI_WORKFLOW_NAME];

const isActionType = (type: string | undefined): type is ActionType =>
  type !== undefined && (ACTION_TYPES as readonly string[]).includes(type);

// By the conventions. A tool call that was given with its details is stored with exactly those.
function readToolCall(span: ReadableSpan): Reading {
  const { attributes } = span;
  const result = attributes[ATTR_GEN_AI_TOOL_CALL_RESULT];
  return {
    is: "tool_call",
    name: firstText(attributes, NAME_KEYS) ?? span.name,
    parameters: capturedContentOnce(attributes[ATTR_GEN_AI_TOOL_CALL_ARGUMENTS]),
    result: capturedContentOnce(result),
    callId: textAt(attributes, ATTR_GEN_AI_TOOL_CALL_ID),
    failure: readFailure(span, result !== undefined),
  };
}

function detailsOf(value: unknown): Extras {
  const details = capturedOnce(value);
  if (isPlainObject(details)) return details;
  return details === undefined ? {} : { details };
}
