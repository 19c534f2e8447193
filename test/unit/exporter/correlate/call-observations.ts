import type { CallObservation, RecordedCall } from "../../../../exporter/correlate/observation.js";
import { type ActionEvent, actionId, spanIdentity } from "../../../../src/event/index.js";

export const TRACE = "0af7651916cd43dd8448eb211c80319c";
export const OTHER_TRACE = "1bf7651916cd43dd8448eb211c80319d";

/** From and until so many milliseconds after the test's beginning of time. */
export type Times = readonly [from: number, until: number];

export interface CallObservationParts extends Partial<Omit<CallObservation, "start" | "end">> {
  readonly at?: Times;
}

const at = (millis: number): [number, number] => {
  const seconds = Math.floor(millis / 1_000);
  return [1_795_334_322 + seconds, (millis - seconds * 1_000) * 1e6];
};

/** A call of the tool `search` by the AI SDK, with arguments, in the milliseconds 0 to 100. */
export function callObservation({
  at: [from, until] = [0, 100],
  ...parts
}: CallObservationParts = {}): CallObservation {
  return {
    is: "tool_call",
    dialect: "vercel-ai",
    scope: "ai",
    kind: 0,
    name: "search",
    callId: undefined,
    requestId: undefined,
    parameters: { q: "refunds" },
    resource: "svc",
    traceId: TRACE,
    spanId: "00000000000000aa",
    start: at(from),
    end: at(until),
    ...parts,
  };
}

/** Another layer: what a user's own wrapper saw. */
export const WRAPPER = { dialect: "agent-actions", scope: "otel-agent-actions" } as const;
/** Another layer: the protocol's client. */
export const CLIENT = { dialect: "mcp", scope: "mcp-instrumentation", kind: 2 } as const;
export const SERVER = { dialect: "mcp", scope: "mcp-instrumentation", kind: 1 } as const;

export interface CallParts extends CallObservationParts {
  /** Nearest first. */
  readonly inside?: readonly RecordedCall[];
  readonly runAt?: number;
  readonly knowsAgent?: boolean;
  readonly event?: Partial<ActionEvent>;
}

let count = 0;

/** A call that ended, with its event. */
export function callOf(parts: CallParts = {}): RecordedCall {
  const { inside = [], runAt, knowsAgent = false, event, ...seen } = parts;
  const spanId = (++count).toString(16).padStart(16, "0");
  const sight = callObservation({ spanId, ...seen });
  const ancestors = inside.map((one) => `${one.traceId}:${one.spanId}`);
  const [seconds, nanos] = sight.start;
  return {
    ...sight,
    ancestors,
    runAt: runAt ?? ancestors.length,
    knowsAgent,
    event: {
      id: actionId(seconds * 1_000 + nanos / 1e6, spanIdentity(sight.traceId, sight.spanId)),
      trace_id: sight.traceId,
      span_id: sight.spanId,
      correlation_id: `${sight.traceId.slice(0, 8)}-${sight.traceId.slice(8, 12)}-${sight.traceId.slice(12, 16)}-${sight.traceId.slice(16, 20)}-${sight.traceId.slice(20)}`,
      agent_name: "svc",
      action_type: sight.is === "run" ? "success" : "tool_call",
      action_name: sight.name,
      action_details: { tool_parameters: { q: "refunds" }, tool_result: "found", success: true },
      status: "ok",
      source: sight.dialect,
      ...event,
    },
  };
}
