import { ATTR_ACTION_NAME, ATTR_ACTION_TYPE, ATTR_DETAILS } from "../event/semconv.js";
import { toJson } from "../internal/safe-json.js";
import type { LoggedSpan } from "./log-span.js";
import type { LogTimes } from "./log-times.js";
import { nameText } from "./name-text.js";

/** A decision that has been made. */
export interface LoggedDecision extends LogTimes {
  readonly decisionName: string;
  /** What it was made on. */
  readonly decisionContext?: unknown;
  readonly decisionResult?: unknown;
  readonly reason?: string | undefined;
  /** What else was weighed. */
  readonly alternatives?: readonly unknown[] | undefined;
  /** 0 to 1. */
  readonly confidence?: number | undefined;
}

export function loggedDecision(decision: LoggedDecision): LoggedSpan {
  const name = nameText(decision.decisionName, "unknown-decision");
  const { decisionContext, decisionResult, reason, alternatives, confidence } = decision;
  const details = {
    decision_context: decisionContext,
    decision_result: decisionResult,
    reason,
    alternatives,
    confidence,
  };
  return {
    spanName: `decision ${name}`,
    attributes: { [ATTR_ACTION_TYPE]: "decision", [ATTR_ACTION_NAME]: name },
    content: () => ({ [ATTR_DETAILS]: toJson(details) }),
    times: decision,
  };
}
