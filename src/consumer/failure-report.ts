import { StoreError } from "../errors.js";
import { describeError } from "../internal/describe-error.js";

/** What went wrong, in words that may be logged and shown: no payload, no credentials. */
export interface FailureReport {
  /** ISO 8601. */
  readonly at: string;
  readonly component: "postgres" | "kafka" | "spool" | "dead_letter_topic";
  readonly type: string;
  readonly message: string;
  readonly sqlstate?: string;
}

/** Longer messages are stacks or payloads in disguise. */
const MAX_MESSAGE = 500;

export function failureReport(component: FailureReport["component"], error: unknown): FailureReport {
  const { type, message } = describeError(error);
  const sqlstate = error instanceof StoreError ? error.sqlstate : undefined;
  return {
    at: new Date().toISOString(),
    component,
    type,
    // A defect of ours may quote what it failed on.
    message: isDefect(component, error)
      ? "unexpected error, please report it"
      : message.slice(0, MAX_MESSAGE),
    ...(sqlstate === undefined ? {} : { sqlstate }),
  };
}

/** Thrown by JavaScript and not by Postgres: trying again cannot help, and no outage passes. */
export function isDefect(component: FailureReport["component"], error: unknown): boolean {
  if (component !== "postgres") return error instanceof TypeError || error instanceof RangeError;
  return !(error instanceof StoreError && error.retriable);
}
