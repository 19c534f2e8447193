import { basename } from "node:path/posix";
import type { ReportedSession } from "../read/reports/report.js";

/** What a transcript says of its session. */
export interface TranscriptSession {
  /** The program: name of the agent and of the service. */
  readonly agent: string;
  readonly id?: string | undefined;
  /** The session that this one was forked from. Its calls come again in this transcript, with the times that they had. */
  readonly origin?: string | undefined;
  /** Of a sub-agent that has a session of its own: the session that it was begun in. */
  readonly around?: string | undefined;
  /** Milliseconds since the epoch at which the session began: what is older is the origin's. */
  readonly startMillis?: number | undefined;
  readonly version?: string | undefined;
  readonly cwd?: string | undefined;
  /** Of a sub-agent: its name or kind. */
  readonly agentName?: string | undefined;
}

/** The session of something that happened at this time. */
export function sessionAt(session: TranscriptSession, millis: number): ReportedSession {
  const { agent, id, origin, around, startMillis, version, cwd, agentName } = session;
  const isOfOrigin = origin !== undefined && startMillis !== undefined && millis < startMillis;
  return {
    id: isOfOrigin ? origin : id,
    runId: around,
    agentName: agentName ?? agent,
    agentVersion: version,
    serviceName: agent,
    serviceVersion: version,
    projectPath: cwd,
    projectName: cwd === undefined ? undefined : basename(cwd.replaceAll("\\", "/")),
    workingDirectory: cwd,
  };
}
