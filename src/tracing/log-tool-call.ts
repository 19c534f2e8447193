import { describeError } from "../internal/describe-error.js";
import type { LoggedFailure, LoggedSpan } from "./log-span.js";
import type { LogTimes } from "./log-times.js";
import { type ToolCallOptions, toolCallForm } from "./tool-call-form.js";

/** A tool call that is over. */
export interface LoggedToolCall extends LogTimes, ToolCallOptions {
  readonly toolName: string;
  readonly toolParameters?: unknown;
  readonly toolResult?: unknown;
  /** @default false where an `error` or `errorMessage` is given, else true */
  readonly success?: boolean | undefined;
  readonly errorMessage?: string | undefined;
  /** What the tool threw. */
  readonly error?: unknown;
}

export function loggedToolCall(call: LoggedToolCall): LoggedSpan {
  const form = toolCallForm(call.toolName, call.toolParameters, call);
  return {
    spanName: form.spanName,
    attributes: form.attributes,
    content: () => ({ ...form.started(), ...form.result(call.toolResult) }),
    times: call,
    failure: failureOf(call),
  };
}

function failureOf({ success, error, errorMessage }: LoggedToolCall): LoggedFailure | undefined {
  if (success === true || (success !== false && error === undefined && errorMessage === undefined))
    return undefined;
  const { type, message } = error === undefined ? { type: "Error", message: "" } : describeError(error);
  return { thrown: error, type, message: errorMessage === undefined ? message : String(errorMessage) };
}
