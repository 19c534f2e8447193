import { ATTR_ACTION_NAME, ATTR_ACTION_TYPE, ATTR_DETAILS } from "../event/semconv.js";
import { describeError } from "../internal/describe-error.js";
import { toJson } from "../internal/safe-json.js";
import type { LoggedSpan } from "./log-span.js";
import type { LogTimes } from "./log-times.js";
import { nameText } from "./name-text.js";

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
  const thrown = logged.error === undefined ? undefined : describeError(logged.error);
  const type = nameText(logged.errorType ?? thrown?.type, "Error");
  const message = logged.errorMessage ?? thrown?.message;
  const details = { error_type: type, error_message: message, error_context: logged.errorContext };
  return {
    spanName: `error ${type}`,
    attributes: { [ATTR_ACTION_TYPE]: "error", [ATTR_ACTION_NAME]: type },
    content: () => ({ [ATTR_DETAILS]: toJson(details) }),
    times: logged,
    failure: { type, message: message === undefined ? "" : String(message), thrown: logged.error },
  };
}
