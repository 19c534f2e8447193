/** Runs of agents as sequences of calls, planted or recorded, with what is in them by construction or by hand. */
import { deedOf } from "../../src/analysis/event-deed.js";
import type { Deed } from "../../src/analysis/loop-tracker.js";
import type { ActionEvent } from "../../src/event/index.js";

/** One call of a run. Pauses are the time before it, beside turns of a model. */
export interface Call {
  readonly tool: string;
  readonly args: unknown;
  readonly result?: unknown;
  readonly error?: string;
  readonly pauseMillis?: number;
  readonly tookMillis?: number;
}

export interface Run {
  readonly name: string;
  readonly calls: readonly Call[];
  /** The call, from 0, with which a loop begins; `undefined`: there is none. */
  readonly loopFrom: number | undefined;
}

const START = Date.UTC(2026, 0, 5);

/** The run as events, one after another. */
export function eventsOf(run: Run): readonly ActionEvent[] {
  let at = START;
  return run.calls.map(({ tool, args, result, error, pauseMillis = 1_500, tookMillis = 200 }, index) => {
    const startedAt = at + pauseMillis;
    at = startedAt + tookMillis;
    return {
      id: `${run.name} ${index}`,
      correlation_id: run.name,
      agent_name: "agent",
      action_type: "tool_call",
      action_name: tool,
      // As they come out of JSON.
      action_details: {
        tool_parameters: args,
        ...(result === undefined ? {} : { tool_result: result }),
      } as NonNullable<ActionEvent["action_details"]>,
      started_at: startedAt,
      duration_ms: tookMillis,
      status: error === undefined ? "ok" : "error",
      ...(error === undefined ? {} : { error_message: error }),
    };
  });
}

export const deedsOf = (run: Run): readonly Deed[] =>
  eventsOf(run).flatMap((event) => {
    const deed = deedOf(event);
    return deed ? [deed] : [];
  });
