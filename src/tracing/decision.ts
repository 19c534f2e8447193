import type { Attributes } from "@opentelemetry/api";
import {
  ATTR_ACTION_NAME,
  ATTR_ACTION_TYPE,
  ATTR_APPROVAL_METHOD,
  ATTR_APPROVED_BY,
  ATTR_ARGUMENTS_SHA256,
  ATTR_DETAILS,
  ATTR_POLICY,
} from "../event/semconv.js";
import { toJson } from "../internal/safe-json.js";
import { addText } from "./actor.js";
import { guarded, reportProblem } from "./guard.js";
import { failureOf } from "./recorded-span.js";
import type { LogTimes } from "./span-clock.js";
import type { LoggedSpan } from "./span-recorder.js";
import type { ActionSpanTemplate, SpanOutcome } from "./span-template.js";
import { jsonObjectText, nameText } from "./text.js";

/** Who or what allowed the call that a decision is about. A value of the wrong type is reported, and left out. */
export interface Approval {
  /** A person, or a service: an id, or an address. */
  readonly approvedBy?: string | undefined;
  /** How: `prompt`, `ticket`, `policy`. */
  readonly approvalMethod?: string | undefined;
  /** The rule by which it was allowed, with its version. */
  readonly policy?: string | undefined;
  /** SHA-256 of the call's arguments as they were approved, as 64 hexadecimal digits, so that it shows whether these were then used. */
  readonly argumentsSha256?: string | undefined;
}

export function addApproval(attributes: Attributes, given: Approval): Attributes {
  guarded("an approval could not be read", () => {
    const { approvedBy, approvalMethod, policy, argumentsSha256 } = given;
    addText(attributes, ATTR_APPROVED_BY, "approvedBy", approvedBy);
    addText(attributes, ATTR_APPROVAL_METHOD, "approvalMethod", approvalMethod);
    addText(attributes, ATTR_POLICY, "policy", policy);
    if (typeof argumentsSha256 === "string" && /^[0-9a-f]{64}$/i.test(argumentsSha256))
      attributes[ATTR_ARGUMENTS_SHA256] = argumentsSha256.toLowerCase();
    else if (argumentsSha256 !== undefined)
      reportProblem("argumentsSha256 has to be a string of 64 hexadecimal digits; it is left out");
  });
  return attributes;
}

function attributesOf(name: string, approval: Approval | undefined): Attributes {
  const attributes = { [ATTR_ACTION_TYPE]: "decision", [ATTR_ACTION_NAME]: name };
  return approval ? addApproval(attributes, approval) : attributes;
}

/** A decision; its details are `{decision_context, decision_result}`, with `success: false` and the message if it failed. */
export function decisionSpanTemplate(
  name: unknown,
  context: unknown,
  approval?: Approval,
): ActionSpanTemplate {
  const decisionName = nameText(name, "unknown-decision");
  const members: Record<string, string | undefined> = {};
  const details = (): Attributes => ({ [ATTR_DETAILS]: jsonObjectText(members) });
  const result = (value: unknown): SpanOutcome => ({
    content() {
      members.decision_result = memberText(value);
      return details();
    },
  });
  return {
    spanName: `decision ${decisionName}`,
    attributes: attributesOf(decisionName, approval),
    content() {
      members.decision_context = memberText(context);
      return details();
    },
    result,
    returned: result,
    threw(error) {
      const failed = failureOf(error);
      members.success = "false";
      members.error_message = toJson(failed.failure.message);
      return { ...failed, content: details };
    },
  };
}

const memberText = (value: unknown): string | undefined => (value === undefined ? undefined : toJson(value));

/** A decision that has been made. */
export interface LoggedDecision extends LogTimes, Approval {
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
    template: {
      spanName: `decision ${name}`,
      attributes: attributesOf(name, decision),
      content: () => ({ [ATTR_DETAILS]: toJson(details) }),
    },
    times: decision,
  };
}
