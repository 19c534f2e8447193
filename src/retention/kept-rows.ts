/** Which rows of a table may go for their age, as SQL over the table as `target`. */
import { ERASABLE_TABLES, type ErasableTable, heldCondition } from "../store/erasure/erasure-fields.js";

export const ACTIONS = "agent_actions";

/** Other tables: their rows go by themselves, some thousand at a time. */
export const OTHER_TABLES = ERASABLE_TABLES.filter(({ table }) => table !== ACTIONS);

const tableOf = (name: string): ErasableTable => {
  const table = ERASABLE_TABLES.find(({ table: own }) => own === name);
  if (table === undefined) throw new TypeError(`There is no table ${name}.`);
  return table;
};

export interface KeepRules {
  /** Rows of runs in which something failed stay where they began after. */
  readonly failedSince: Date | undefined;
}

// Asked once a statement: without a hold no row is looked at for what may hold it, which costs some microseconds each.
const ANY_HOLD = "(select exists (select from agent_holds hold where hold.until > now()))";

/** The row is held by nobody, and of no run that is kept for its failure. */
export function removable(table: string, { failedSince }: KeepRules): string {
  const held = `(${ANY_HOLD} and ${heldCondition(tableOf(table))})`;
  if (failedSince === undefined) return `not ${held}`;
  return `not ${held} and not (target.created_at >= '${failedSince.toISOString()}' and ${FAILED_RUN})`;
}

// By the summary where statistics are kept; where they are not, by the rows that are left.
const FAILED_RUN = `(
  exists (select from agent_runs run where run.correlation_id = target.correlation_id and run.failed_actions + run.failed_executions > 0)
  or exists (
    select from agent_actions failing where failing.correlation_id = target.correlation_id
      and agent_action_failed(failing.action_type, failing.status, failing.error_group, failing.action_details))
  or exists (select from agent_execution_logs failing where failing.correlation_id = target.correlation_id and failing.status = 'error')
)`;
