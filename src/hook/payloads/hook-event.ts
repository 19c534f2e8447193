/** The JSON that an agent gives to its hooks. Nobody guarantees its form. */
export type Payload = Readonly<Record<string, unknown>>;

/** An event of the contract, as JSON says it. */
export type HookEvent = Readonly<Record<string, unknown>>;

/**
 * What one agent tells its hooks. Reads a payload and makes events of it; an empty list where nothing was done. No file of this folder imports
 * anything of the package: a hook is a process of its own for every event, and loading is most of what it costs.
 */
export type ReadPayload = (payload: Payload, nowMillis: number) => readonly HookEvent[];

export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

export const numberOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

export const membersOf = (value: unknown): Payload =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Payload) : {};

/** The event without the members that are not known. */
export const known = (event: Readonly<Record<string, unknown>>): HookEvent =>
  Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined));

export const iso = (millis: number): string => new Date(millis).toISOString();

/** JSON that an agent gives as a text. */
export function decoded(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

export interface HookSession {
  readonly agent: string;
  readonly session: string | undefined;
  readonly folder: string | undefined;
  readonly version?: string | undefined;
  readonly user?: string | undefined;
  /** Kind of the sub-agent that acts. */
  readonly subAgent?: string | undefined;
  readonly parentCallKey?: string | undefined;
}

/** What holds for every event of a session: the session is the run. */
export function inSession(
  { agent, session, folder, version, user, subAgent, parentCallKey }: HookSession,
  event: Readonly<Record<string, unknown>>,
): HookEvent {
  return known({
    correlation_id: session,
    session_id: session,
    agent_name: subAgent ?? agent,
    agent_version: version,
    service_name: agent,
    service_version: version,
    user_id: user,
    source: `${agent}-hook`,
    project_path: folder,
    project_name: folder?.split(/[\\/]/).findLast((part) => part !== ""),
    working_directory: folder,
    parent_call_key: parentCallKey,
    ...event,
  });
}

export interface HookCall {
  readonly name: string;
  /** The model's id of the call, which pairs what is told before and after it; absent where the agent does not tell it. */
  readonly id: string | undefined;
  readonly parameters: unknown;
}

/** A call that begins. */
export const callBegins = ({ name, id, parameters }: HookCall, nowMillis: number): HookEvent => ({
  action_type: "tool_call",
  action_name: name,
  call_key: id,
  tool_call_id: id,
  status: "running",
  timestamp: iso(nowMillis),
  started_at: iso(nowMillis),
  action_details: known({ tool_parameters: parameters }),
});

/** How a call ended. */
export interface CallOutcome {
  readonly result?: unknown;
  readonly error?: string | undefined;
  readonly errorType?: string | undefined;
  /** It has ended, and the agent does not tell its hooks whether it went well: its telemetry or transcript may. */
  readonly isUntold?: boolean;
}

/** A call that has ended. @param durationMillis as the agent measured it */
export function callEnds(
  { name, id, parameters }: HookCall,
  nowMillis: number,
  durationMillis: number | undefined,
  outcome: CallOutcome,
): HookEvent {
  const failed = outcome.error !== undefined || outcome.errorType !== undefined;
  return {
    action_type: "tool_call",
    action_name: name,
    call_key: id,
    tool_call_id: id,
    status: failed ? "error" : outcome.isUntold ? undefined : "ok",
    timestamp: iso(nowMillis),
    started_at: durationMillis === undefined ? undefined : iso(nowMillis - durationMillis),
    ended_at: iso(nowMillis),
    duration_ms: durationMillis === undefined ? undefined : Math.round(durationMillis),
    error_type: failed ? (outcome.errorType ?? "tool_error") : undefined,
    error_message: outcome.error,
    action_details: known({
      tool_parameters: parameters,
      tool_result: outcome.result,
      success: outcome.isUntold ? undefined : !failed,
      error_message: outcome.error,
    }),
  };
}

/** A call that was refused and never made. */
export const callRefused = (
  { name, id, parameters }: HookCall,
  nowMillis: number,
  reason: unknown,
  approval: { readonly by?: string; readonly method?: string },
): HookEvent => ({
  action_type: "decision",
  action_name: name,
  call_key: id,
  tool_call_id: id,
  status: "ok",
  timestamp: iso(nowMillis),
  ended_at: iso(nowMillis),
  approved_by: approval.by,
  approval_method: approval.method,
  action_details: known({
    decision_type: "approval",
    decision_context: parameters,
    decision_result: known({ approved: false, reason }),
  }),
});

export const promptGiven = (key: string | undefined, prompt: string, nowMillis: number): HookEvent => ({
  action_type: "success",
  action_name: "user_prompt",
  call_key: key === undefined ? undefined : `prompt:${key}`,
  status: "ok",
  timestamp: iso(nowMillis),
  started_at: iso(nowMillis),
  ended_at: iso(nowMillis),
  action_details: { prompt, prompt_length: prompt.length },
});
