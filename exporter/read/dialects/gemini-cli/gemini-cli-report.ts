import type { LogRecord } from "../../logs/log-record.js";
import { millisBefore } from "../../logs/log-times.js";
import type { ActionReport, ReportedSession } from "../../reports/report.js";
import { firstText, textAt } from "../common/attributes.js";
import type { Approval } from "../dialect.js";

/** Qwen Code is a fork of Gemini CLI, whose records it writes under its own prefix. */
export const agentOf = ({ attributes }: LogRecord): string =>
  textAt(attributes, "event.name")?.startsWith("qwen-code.") ? "qwen-code" : "gemini-cli";

/** What all records of a session say of it. */
export const sessionOf = (record: LogRecord): ReportedSession => sessionFor(record, agentOf(record));

const sessionFor = ({ attributes, resource }: LogRecord, agentName: string): ReportedSession => ({
  id: textAt(attributes, "session.id"),
  agentName,
  agentVersion: textAt(resource, "service.version"),
  userId: firstText(attributes, ["user.email", "installation.id"]),
  serviceName: textAt(resource, "service.name"),
  serviceVersion: textAt(resource, "service.version"),
  environment: textAt(resource, "deployment.environment.name"),
});

/** A report of one record. */
export function report(
  record: LogRecord,
  event: string,
  reading: ActionReport["reading"],
  more: {
    readonly durationMillis?: number | undefined;
    readonly approval?: Approval | undefined;
    readonly isOutcomeUntold?: boolean;
  } = {},
): ActionReport {
  const { attributes, time } = record;
  // It has no ids of calls: of two events of one name and moment, what they say distinguishes them.
  const said = ["function_name", "function_args", "prompt_id", "agent_id", "error"].map(
    (key) => textAt(attributes, key) ?? "",
  );
  return {
    is: "action",
    reading,
    session: sessionOf(record),
    identity: [event, ...said].join("\u0000"),
    start: millisBefore(time, more.durationMillis),
    end: time,
    approval: more.approval,
    isOutcomeUntold: more.isOutcomeUntold,
    traceId: record.traceId,
    parentSpanId: record.spanId,
  };
}
