/** Tasks, and what a task becomes: a success or an error, which can also be logged by hand. */
import {
  ATTR_ACTION_NAME,
  ATTR_ACTION_TYPE,
  ATTR_DETAILS,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_WORKFLOW_NAME,
  OPERATION_INVOKE_WORKFLOW,
} from "../event/semconv.js";
import { toJson } from "../internal/safe-json.js";
import { failureOf } from "./recorded-span.js";
import type { LogTimes } from "./span-clock.js";
import type { LoggedSpan } from "./span-recorder.js";
import type { ActionSpanTemplate } from "./span-template.js";
import { detailsText, jsonObjectText, nameText } from "./text.js";

/**
 * A task. Ended well it becomes a `success` whose details are those given, with `result` if one was set; failed, an `error`
 * whose context they are. What a task returns is often the agent's whole answer, or an object of the host's: it is recorded
 * when it is set.
 */
export function taskSpanTemplate(name: unknown, given: unknown): ActionSpanTemplate {
  const taskName = nameText(name, "unknown-task");
  let details = "{}";
  return {
    spanName: `task ${taskName}`,
    attributes: {
      [ATTR_ACTION_TYPE]: "task",
      [ATTR_ACTION_NAME]: taskName,
      [ATTR_GEN_AI_OPERATION_NAME]: OPERATION_INVOKE_WORKFLOW,
      [ATTR_GEN_AI_WORKFLOW_NAME]: taskName,
    },
    content() {
      details = detailsText(given);
      return { [ATTR_DETAILS]: details };
    },
    result: (value) => ({ content: () => ({ [ATTR_DETAILS]: withResult(details, toJson(value)) }) }),
  };
}

function withResult(details: string, result: string): string {
  return details === "{}" ? jsonObjectText({ result }) : `${details.slice(0, -1)},"result":${result}}`;
}

/** Something that was done. */
export interface LoggedSuccess extends LogTimes {
  readonly successName: string;
  readonly successDetails?: unknown;
}

export function loggedSuccess(success: LoggedSuccess): LoggedSpan {
  const name = nameText(success.successName, "unknown-success");
  return {
    template: {
      spanName: `success ${name}`,
      attributes: { [ATTR_ACTION_TYPE]: "success", [ATTR_ACTION_NAME]: name },
      content: () => ({ [ATTR_DETAILS]: detailsText(success.successDetails) }),
    },
    times: success,
  };
}

/** Something that went wrong, by its type and message, or as it was thrown. */
export interface LoggedError extends LogTimes {
  /** @default the class or code of `error` */
  readonly errorType?: string | undefined;
  /** @default the message of `error` */
  readonly errorMessage?: string | undefined;
  readonly errorContext?: unknown;
  readonly error?: unknown;
}

export function loggedError(logged: LoggedError): LoggedSpan {
  const thrown = logged.error === undefined ? undefined : failureOf(logged.error).failure;
  const type = nameText(logged.errorType ?? thrown?.type, "Error");
  const message = logged.errorMessage ?? thrown?.message;
  const details = { error_type: type, error_message: message, error_context: logged.errorContext };
  return {
    template: {
      spanName: `error ${type}`,
      attributes: { [ATTR_ACTION_TYPE]: "error", [ATTR_ACTION_NAME]: type },
      content: () => ({ [ATTR_DETAILS]: toJson(details) }),
    },
    times: logged,
    outcome: {
      failure: { type, message: message === undefined ? "" : String(message) },
      thrown: logged.error,
    },
  };
}
