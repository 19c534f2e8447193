import type pg from "pg";
import { SqlValues } from "../query/sql-values.js";
import { type BuiltTree, NO_STATUS, TreeBuilder, type TreeRow } from "./tree-builder.js";

/** What a tree shows of every action of a run. */
export interface RunTree extends BuiltTree {
  /** Changes whenever an action of the run does. */
  readonly version: string;
  /** There are more actions than these. */
  readonly isCut: boolean;
}

/** Read in portions, so that the process does other things in between. */
const PORTION = 2_000;

/**
 * Reads a run. `undefined`: it has no actions that fit the scope.
 *
 * @param version what `readRunVersion` has returned in the same transaction
 * @param scope further conditions, with their values
 */
export async function readRunTree(
  client: pg.PoolClient,
  run: string,
  version: string,
  scope: (sql: SqlValues) => string,
  maxActions: number,
): Promise<RunTree | undefined> {
  const sql = new SqlValues();
  const statement = `declare tree no scroll cursor for ${ROWS(sql.add(run), scope(sql), sql.add(maxActions + 1))}`;
  // All of it will be read, not the first tenth that Postgres plans for.
  await client.query("set local cursor_tuple_fraction = 1; set local work_mem = '16MB'");
  await client.query(statement, sql.list);
  const builder = new TreeBuilder();
  const fetch = () => client.query<TreeRow>(`fetch ${PORTION} from tree`);
  let isCut = false;
  // Postgres makes a portion while the one before is taken.
  for (let coming = fetch(); ; ) {
    const { rows } = await coming;
    const isLast = rows.length < PORTION || builder.count + rows.length > maxActions;
    if (!isLast) {
      coming = fetch();
      // Where taking fails, nobody waits for this one any more.
      coming.catch(() => undefined);
    }
    const taken = rows.slice(0, maxActions - builder.count);
    isCut = taken.length < rows.length;
    for (const row of taken) builder.add(row);
    if (isLast) break;
  }
  return builder.count === 0 ? undefined : { ...(await builder.finish()), version, isCut };
}

/** Whole milliseconds, rounded down. In floating point, exact to the microsecond: with `extract`, which is numeric, the statement took half as long again. */
const MILLIS = (time: string): string => `floor(round(date_part('epoch', ${time}) * 1000000) / 1000)`;

const ROWS = (run: string, scope: string, limit: string): string => `
  select id, parent_action_id as parent, span_id as span, parent_span_id as parent_span,
    left(action_name, 200) as name, left(agent_name, 200) as agent,
    concat_ws(' ', action_type, state, coalesce(status, '${NO_STATUS}'),
      case when action_type = 'decision' and num_nonnulls(approved_by, approval_method, policy) > 0 then 'approval' end) as kind,
    ${MILLIS("created_at")} as start,
    coalesce(duration_ms, ${MILLIS("coalesce(ended_at, case when state = 'abandoned' then last_seen_at end) - created_at")}, -1)::float8 as duration
  from agent_actions where correlation_id = ${run}${scope}
  order by created_at, id
  limit ${limit}`;
