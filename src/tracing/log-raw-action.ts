import type { Attributes } from "@opentelemetry/api";
import { ACTION_TYPES, type ActionType } from "../event/action-event.js";
import {
  ATTR_ACTION_NAME,
  ATTR_ACTION_TYPE,
  ATTR_DETAILS,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_TOOL_NAME,
  ATTR_GEN_AI_TOOL_TYPE,
  OPERATION_EXECUTE_TOOL,
} from "../event/semconv.js";
import { describeError } from "../internal/describe-error.js";
import { detailsText } from "./details-text.js";
import type { LoggedFailure, LoggedSpan } from "./log-span.js";
import type { LogTimes } from "./log-times.js";
import { nameText } from "./name-text.js";
import { reportProblem } from "./problems.js";

/** An action whose details are stored exactly as they are given. */
export interface RawAction extends LogTimes {
  readonly actionType: ActionType;
  readonly actionName: string;
  readonly actionDetails?: unknown;
  /** What was thrown. The action counts as failed, too, where its details say `success: false`. */
  readonly error?: unknown;
}

export function loggedRawAction(action: RawAction): LoggedSpan {
  const name = nameText(action.actionName, "unknown-action");
  const type = typeText(action.actionType);
  const isToolCall = type === "tool_call";
  return {
    spanName: isToolCall ? `${OPERATION_EXECUTE_TOOL} ${name}` : `${type} ${name}`,
    attributes: {
      [ATTR_ACTION_TYPE]: type,
      [ATTR_ACTION_NAME]: name,
      ...(isToolCall && toolAttributes(name)),
    },
    content: () => ({ [ATTR_DETAILS]: detailsText(action.actionDetails) }),
    times: action,
    failure: failureOf(action, type, name),
  };
}

function typeText(type: unknown): string {
  if (!ACTION_TYPES.some((known) => known === type))
    reportProblem(
      `an action's type has to be one of ${ACTION_TYPES.join(", ")}; others are refused when stored`,
    );
  return nameText(type, "unknown-type");
}

function toolAttributes(name: string): Attributes {
  return {
    [ATTR_GEN_AI_OPERATION_NAME]: OPERATION_EXECUTE_TOOL,
    [ATTR_GEN_AI_TOOL_NAME]: name,
    [ATTR_GEN_AI_TOOL_TYPE]: "function",
  };
}

function failureOf(
  { error, actionDetails }: RawAction,
  type: string,
  name: string,
): LoggedFailure | undefined {
  if (error !== undefined) return { ...describeError(error), thrown: error };
  const details = actionDetails as
    | { readonly success?: unknown; readonly error_message?: unknown }
    | undefined;
  const message = typeof details?.error_message === "string" ? details.error_message : "";
  if (type === "error") return { type: name, message };
  return details?.success === false ? { type: "Error", message } : undefined;
}
