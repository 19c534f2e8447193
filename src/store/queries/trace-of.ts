import type pg from "pg";
import { correlationId } from "../../event/index.js";
import { ACTION_COLUMNS, type ActionRow } from "./action-row.js";
import { runQuery } from "./run-query.js";

/**
 * Every action of one run in the order in which they began. `parent_span_id` says which action each one happened in.
 *
 * @param correlation a UUID, a trace id, or the text that the producer gave
 */
export function traceOf(pool: pg.Pool, correlation: string): Promise<ActionRow[]> {
  return runQuery(
    pool,
    `select ${ACTION_COLUMNS} from agent_actions
     where correlation_id = $1
     order by created_at, id`,
    [correlationId(correlation).uuid],
  );
}
