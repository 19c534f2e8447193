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
import { guarded, reportProblem } from "./guard.js";
import { type ActionLoggerOptions, LoggerActor } from "./logger-actor.js";
import { failureOf } from "./recorded-span.js";
import type { LogTimes } from "./span-clock.js";
import { type LoggedSpan, SpanRecorder } from "./span-recorder.js";
import type { SpanOutcome } from "./span-template.js";
import { detailsText, nameText } from "./text.js";
import { currentTracer } from "./tracer.js";

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
    template: {
      spanName: isToolCall ? `${OPERATION_EXECUTE_TOOL} ${name}` : `${type} ${name}`,
      attributes: {
        [ATTR_ACTION_TYPE]: type,
        [ATTR_ACTION_NAME]: name,
        ...(isToolCall && {
          [ATTR_GEN_AI_OPERATION_NAME]: OPERATION_EXECUTE_TOOL,
          [ATTR_GEN_AI_TOOL_NAME]: name,
          [ATTR_GEN_AI_TOOL_TYPE]: "function",
        }),
      },
      content: () => ({ [ATTR_DETAILS]: detailsText(action.actionDetails) }),
    },
    times: action,
    outcome: outcomeOf(action, type, name),
  };
}

function typeText(type: unknown): string {
  if (!ACTION_TYPES.some((known) => known === type))
    reportProblem(
      `an action's type has to be one of ${ACTION_TYPES.join(", ")}; others are refused when stored`,
    );
  return nameText(type, "unknown-type");
}

function outcomeOf({ error, actionDetails }: RawAction, type: string, name: string): SpanOutcome | undefined {
  if (error !== undefined) return failureOf(error);
  const details = actionDetails as
    | { readonly success?: unknown; readonly error_message?: unknown }
    | undefined;
  const message = typeof details?.error_message === "string" ? details.error_message : "";
  if (type === "error") return { failure: { type: name, message }, thrown: undefined };
  return details?.success === false ? { failure: { type: "Error", message }, thrown: undefined } : undefined;
}

/** One action without a logger: who acted, and what it was. */
export type OneOffAction = RawAction & ActionLoggerOptions;

/**
 * Logs one action without making a logger. Resolves to `true` when a pipeline has accepted the event, to `false` when
 * not; never rejects.
 */
export function logAction(action: OneOffAction): Promise<boolean> {
  const isTaken = guarded("an action could not be logged", () => {
    // Before anything is made of the options: where nobody listens, a call costs next to nothing.
    if (currentTracer(action.tracerProvider) === undefined) return false;
    return new SpanRecorder(new LoggerActor(action)).log(() => loggedRawAction(action));
  });
  return Promise.resolve(isTaken ?? false);
}
