/**
 * Leaves that go for their age, by the minimum index of https://c2sp.org/tlog-tiles#pruning. First a leaf says before which index they go, and is
 * signed with the tree; the next round removes them. So the log itself tells what is gone on purpose, and everything else that is missing was
 * removed by somebody. Hashes stay, a fifth of the bytes: so checkpoints of any age are checked, and verifiers that compute whole subtrees from
 * the lowest tiles, as aics-tlog 0.2 does, go on.
 */
import type pg from "pg";
import { inTransaction } from "../store/on-connection.js";
import { ROW_KINDS } from "./leaf.js";
import { readState } from "./log-table.js";
import { TILE_HASHES } from "./tiles.js";

export interface Pruned {
  /** The minimum index: leaves before it went for their age. A multiple of 256; 0 where none went. */
  readonly before: number;
  /** The last entry of `agent_audit_log` among them; 0 where there is none. */
  readonly audit: number;
}

/** What the log says to have gone. Throws what Postgres throws. */
export async function readPruned(client: pg.ClientBase | pg.Pool): Promise<Pruned> {
  const { rows } = await client.query<Pruned>(
    `select (details ->> 'before')::float8 as before, coalesce((details ->> 'audit')::float8, 0) as audit
     from agent_evidence_leaves
     where kind = 'log' and details ->> 'what' = 'pruned' and (details ->> 'before')::bigint <= leaf_index
     order by 1 desc limit 1`,
  );
  return rows[0] ?? { before: 0, audit: 0 };
}

const PART_LEAVES = 20_000;

/**
 * Removes what the log says to have gone, then has it say of what was added before the time, as far as no row is left that one of these leaves is
 * about. Returns how many leaves were removed. Needs the rights of the tables' owner. Throws what Postgres throws, and the signal's reason.
 */
export async function pruneEvidence(pool: pg.Pool, addedBefore: Date, signal: AbortSignal): Promise<number> {
  const state = await readState(pool);
  if (state === undefined || state.rowsBefore !== null) return 0;
  const { before } = await readPruned(pool);
  let leaves = 0;
  if (before > 0) {
    for (let removed = PART_LEAVES; removed === PART_LEAVES; leaves += removed) {
      signal.throwIfAborted();
      const result = await pool.query(
        `delete from agent_evidence_leaves where leaf_index < $1 and leaf_index < (
           select min(leaf_index) + ${PART_LEAVES} from agent_evidence_leaves)`,
        [before],
      );
      removed = result.rowCount ?? 0;
    }
  }
  const next = await firstNeeded(pool, addedBefore);
  if (next > before)
    await inTransaction(pool, (client) =>
      client.query(
        `select queue_agent_evidence('log', null, null, jsonb_strip_nulls(jsonb_build_object('what', 'pruned', 'before', $1::bigint, 'audit', (
           select max((details ->> 'number')::bigint) from agent_evidence_leaves where kind = 'audit' and leaf_index < $1))))
         where not exists (select from agent_evidence_queue where kind = 'log')`,
        [next],
      ),
    );
  return leaves;
}

/** The first leaf that is younger, or that a row of the tables has; the beginning of its tile. */
async function firstNeeded(pool: pg.Pool, addedBefore: Date): Promise<number> {
  const { rows } = await pool.query<{ first: number }>(
    `select coalesce((select leaf_index from agent_evidence_leaves where logged_at >= $1 order by leaf_index limit 1), tree_size)::float8 as first
     from agent_evidence_log`,
    [addedBefore.toISOString()],
  );
  let first = rows[0]?.first ?? 0;
  for (const [kind, { table, id }] of Object.entries(ROW_KINDS)) {
    const { rows: needed } = await pool.query<{ first: number }>(
      `select leaf_index::float8 as first from agent_evidence_leaves leaf
       where leaf_index < $1 and kind = $2 and exists (
         select from ${table} target where target.${id} = leaf.row_id and target.created_at = leaf.created_at)
       order by leaf_index limit 1`,
      [first, kind],
    );
    first = needed[0]?.first ?? first;
  }
  return first - (first % TILE_HASHES);
}
