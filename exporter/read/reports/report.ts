import type { HrTime } from "@opentelemetry/api";
import type { Approval, IgnoredReading, Reading } from "../dialects/dialect.js";

/** What a signal reports that has no span of its own: a log record, a hook of an agent, a line of a transcript. */
export type Report = ActionReport | IgnoredReading;

/** Something that an agent did, or began to do. */
export interface ActionReport {
  readonly is: "action";
  /** As a dialect reads it in a span. What is `undefined` in a tool call, the signal does not tell: another one may. */
  readonly reading: Exclude<Reading, IgnoredReading>;
  readonly session: ReportedSession;
  /** Names it among all of its session, whichever signal reports it: see `ActionEvent.call_key`. */
  readonly callKey?: string | undefined;
  /** The call key of the action around it, in the session that its run is named after. */
  readonly parentCallKey?: string | undefined;
  /**
   * Where it has no call key: what distinguishes it from all else that began in its session in the same millisecond, and is the same when the
   * signal is sent again.
   */
  readonly identity?: string | undefined;
  readonly start: HrTime;
  /** Absent: it has begun, and another report will say how it ended; the row is running until then. */
  readonly end?: HrTime | undefined;
  /** It has ended, and the signal does not tell whether it went well: another report may. */
  readonly isOutcomeUntold?: boolean | undefined;
  readonly approval?: Approval | undefined;
  /** Of the span that was active, 32 and 16 hex digits. */
  readonly traceId?: string | undefined;
  readonly parentSpanId?: string | undefined;
}

/** What holds for all that a signal reports of one session. */
export interface ReportedSession {
  /** Becomes the correlation id, too: a session is one run, however many traces it has. */
  readonly id: string | undefined;
  /** Of a sub-agent that has a session of its own: the session whose run it belongs to. */
  readonly runId?: string | undefined;
  readonly agentName: string;
  readonly agentVersion?: string | undefined;
  readonly userId?: string | undefined;
  readonly projectPath?: string | undefined;
  readonly projectName?: string | undefined;
  readonly workingDirectory?: string | undefined;
  readonly serviceName?: string | undefined;
  readonly serviceVersion?: string | undefined;
  readonly environment?: string | undefined;
}
