import type pg from "pg";
import type { ActionType } from "../../event/index.js";
import { runQuery } from "./run-query.js";

/** A row of the view `recent_debug_traces`: what one agent did in one run, of the last 24 hours. */
export interface DebugTraceRow {
  readonly correlation_id: string;
  readonly agent_name: string;
  readonly action_count: number;
  readonly trace_started: Date;
  readonly trace_ended: Date;
  /** Milliseconds of all actions together; an action inside another counts in both. */
  readonly total_duration_ms: number | null;
  readonly error_count: number;
  readonly success_count: number;
  readonly actions_timeline: readonly {
    readonly action_type: ActionType;
    readonly action_name: string;
    /** ISO 8601. */
    readonly created_at: string;
  }[];
}

/** The debug traces that began last, the latest first. */
export function recentDebugTraces(pool: pg.Pool, limit = 10): Promise<DebugTraceRow[]> {
  return runQuery(
    pool,
    `select correlation_id, agent_name, action_count::int as action_count, trace_started, trace_ended,
       total_duration_ms::float8 as total_duration_ms, error_count::int as error_count,
       success_count::int as success_count, actions_timeline
     from recent_debug_traces
     order by trace_started desc
     limit $1`,
    [limit],
  );
}
