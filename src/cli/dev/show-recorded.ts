import { describeError } from "../../internal/describe-error.js";
import { createPool } from "../../store/pool.js";
import { recentActions } from "../../store/queries/recent-actions.js";
import { MARK_LEGEND } from "../actions/action-mark.js";
import { actionTree } from "../actions/action-tree.js";
import { renderTree } from "../actions/render-tree.js";
import type { Output } from "../framework/output.js";
import type { RunningStack } from "./running-stack.js";

const MOST_ACTIONS = 50;

/**
 * What a program has left in `agent_actions`, as a tree, before the stack and its rows are gone. On standard error, because standard output
 * is the program's. A Postgres that the environment names keeps its rows, and may hold those of others: it is not shown.
 */
export async function showRecorded(
  { postgres, service }: RunningStack,
  since: Date,
  out: Output,
): Promise<void> {
  if (postgres === undefined || postgres.external || service === undefined) return;
  const pool = createPool(postgres.settings);
  try {
    const actions = await recentActions(pool, { since, limit: MOST_ACTIONS });
    const { dim } = out.progressStyle;
    if (actions.length === 0) {
      out.progress(dim("The program recorded no action."));
      return;
    }
    const last = actions.length === MOST_ACTIONS ? `the last ${MOST_ACTIONS} ` : "";
    out.progress(`\nWhat the program recorded, ${last}rows of agent_actions:\n`);
    const canvas = { columns: out.columns, style: out.progressStyle };
    for (const line of renderTree(actionTree(actions), canvas)) out.progress(line);
    out.progress(`\n${dim(MARK_LEGEND)}`);
  } catch (error) {
    out.progress(`What was recorded cannot be shown: ${describeError(error).message}`);
  } finally {
    await pool.end();
  }
}
