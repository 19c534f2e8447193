import type { HrTime } from "@opentelemetry/api";
import type { Failure } from "../read/dialects/common/failure.js";
import type { Approval, DecisionType } from "../read/dialects/dialect.js";
import type { ActionReport, ReportedSession } from "../read/reports/report.js";

/** A call that an agent made, as a transcript tells it. */
export interface TranscriptCall {
  readonly callId: string;
  readonly name: string;
  readonly parameters: unknown;
  /** Milliseconds since the epoch. */
  readonly startMillis: number;
  readonly session: ReportedSession;
  /** Call key of the call around it: that of a sub-agent. */
  readonly parentCallKey?: string | undefined;
  /** Becomes members of the details. */
  readonly extras?: Readonly<Record<string, unknown>> | undefined;
}

/** How it ended. */
export interface TranscriptResult {
  /** Milliseconds since the epoch. */
  readonly endMillis: number;
  readonly result?: unknown;
  readonly failure?: Failure | undefined;
  readonly extras?: Readonly<Record<string, unknown>> | undefined;
}

export function callReport(call: TranscriptCall, ended?: TranscriptResult): ActionReport {
  const { callId, name, parameters, startMillis, session, parentCallKey, extras } = call;
  return {
    is: "action",
    reading: {
      is: "tool_call",
      name,
      parameters,
      result: ended?.result,
      callId,
      failure: ended?.failure,
      extras: { ...extras, ...ended?.extras },
    },
    session,
    callKey: callId,
    parentCallKey,
    start: hrTime(startMillis),
    end: ended && hrTime(Math.max(ended.endMillis, startMillis)),
  };
}

/** A call that was refused and never made: the row of the call says so, as a decision. */
export function refusedReport(
  call: TranscriptCall,
  endMillis: number,
  reason: unknown,
  approval: Approval,
): ActionReport {
  return {
    ...callReport(call, { endMillis }),
    reading: {
      is: "decision",
      type: "approval",
      name: call.name,
      context: call.parameters,
      result: { approved: false, reason },
      callId: call.callId,
      failure: undefined,
      ...(call.extras && { extras: call.extras }),
    },
    approval,
  };
}

/** A decision that was made by a call: an answer, a plan's approval, a delegation. */
export function decisionReport(
  call: TranscriptCall,
  endMillis: number,
  decision: {
    readonly type: DecisionType;
    readonly name: string;
    readonly context: unknown;
    readonly result: unknown;
    readonly approval?: Approval | undefined;
  },
): ActionReport {
  const { type, name, context, result, approval } = decision;
  return {
    is: "action",
    reading: { is: "decision", type, name, context, result, failure: undefined, callId: call.callId },
    session: call.session,
    callKey: `${call.callId}:decision`,
    parentCallKey: call.parentCallKey,
    start: hrTime(call.startMillis),
    end: hrTime(Math.max(endMillis, call.startMillis)),
    approval,
  };
}

/** Something that happened at one time and has no call: the session was compacted, the model's API failed. */
export function momentReport(
  session: ReportedSession,
  millis: number,
  moment: { readonly key: string; readonly parentCallKey?: string | undefined } & (
    | { readonly name: string; readonly details: Readonly<Record<string, unknown>> }
    | { readonly failure: Failure; readonly context: Readonly<Record<string, unknown>> }
  ),
): ActionReport {
  const reading: ActionReport["reading"] =
    "failure" in moment
      ? { is: "run", name: undefined, failure: moment.failure, extras: moment.context }
      : { is: "run", name: moment.name, failure: undefined, extras: moment.details };
  return {
    is: "action",
    reading,
    session,
    callKey: moment.key,
    parentCallKey: moment.parentCallKey,
    start: hrTime(millis),
    end: hrTime(millis),
  };
}

export const hrTime = (millis: number): HrTime => {
  const seconds = Math.floor(millis / 1_000);
  return [seconds, Math.round((millis - seconds * 1_000) * 1e6)];
};
