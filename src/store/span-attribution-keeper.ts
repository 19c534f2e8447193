import type pg from "pg";
import { classifyFailure } from "./sqlstate.js";

/** Removes facts about spans when nobody can need them any more. */
export interface SpanAttributionKeeper {
  /** Costs nothing more often than once an hour. Throws what Postgres throws, but for a right that was not granted. */
  forgetOld(): Promise<void>;
}

const EVERY_MILLIS = 3_600_000;
/** In one go: a longer delete would hold up a write. What is left goes the next time, which then comes at once. */
const MAX_ROWS = 10_000;

/** A span's fact comes minutes after the actions inside it, days at the most where a consumer was down: a week is plenty. */
export function createSpanAttributionKeeper(pool: pg.Pool): SpanAttributionKeeper {
  let dueAt = Date.now() + EVERY_MILLIS;
  return {
    async forgetOld() {
      if (Date.now() < dueAt) return;
      try {
        const { rowCount } = await pool.query(FORGET);
        dueAt = Date.now() + ((rowCount ?? 0) < MAX_ROWS ? EVERY_MILLIS : 0);
      } catch (error) {
        dueAt = Date.now() + EVERY_MILLIS;
        if (!["setup", "contention"].includes(classifyFailure(error))) throw error;
      }
    },
  };
}

const FORGET = `
  delete from agent_action_span_attributions where (trace_id, span_id) in (
    select trace_id, span_id from agent_action_span_attributions
    where received_at < now() - interval '7 days'
    order by received_at limit ${MAX_ROWS}
    for update skip locked
  )`;
