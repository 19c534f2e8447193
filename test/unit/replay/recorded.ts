import type { JsonValue } from "../../../src/event/json.js";
import { type RecordedAction, recordedAction } from "../../../src/recorded/recorded-action.js";
import { type ReplayOptions, ReplayRun } from "../../../src/replay/replay-run.js";

export interface Recorded {
  readonly tool: string;
  readonly input?: JsonValue;
  readonly result?: JsonValue;
  readonly error?: readonly [type: string, message: string];
  readonly callId?: string;
  readonly start?: number;
  readonly duration?: number;
  readonly row?: Record<string, unknown>;
}

/** Calls of tools as rows, ten milliseconds after each other. */
export function rowsOf(calls: readonly Recorded[]): Record<string, unknown>[] {
  return calls.map(({ tool, input, result, error, callId, start, duration, row }, index) => ({
    id: `${index}`,
    correlation_text: "run-1",
    agent_name: "tester",
    action_type: "tool_call",
    action_name: tool,
    started_at: 1_000 + (start ?? index * 10),
    duration_ms: duration ?? 1,
    tool_call_id: callId ?? null,
    status: error === undefined ? "ok" : "error",
    ...(error !== undefined && { error_type: error[0], error_message: error[1] }),
    action_details: {
      tool_parameters: input ?? null,
      tool_result: result ?? null,
      success: error === undefined,
    },
    ...row,
  }));
}

export const actionsOf = (calls: readonly Recorded[]): RecordedAction[] =>
  rowsOf(calls).map((row) => recordedAction(row) as RecordedAction);

export const runOf = (calls: readonly Recorded[], options?: ReplayOptions): ReplayRun =>
  new ReplayRun("run-1", actionsOf(calls), options);
