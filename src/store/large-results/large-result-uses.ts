/**
 * Which files of large contents are used by which rows. A use is written in the transaction of its row. It ends when the row is gone, or does not
 * say it any more, for whatever reason: erased, masked, too old, corrected. So nobody who removes rows has to know of files.
 */
import type pg from "pg";
import { largeResultsOf } from "../../event/large-result.js";
import { arrayLiteral } from "../array-literal.js";
import { inTransaction } from "../on-connection.js";
import type { BoundStatement } from "../one-trip.js";
import { runQuery } from "../queries/run-query.js";
import { runStatement } from "../run-statement.js";
import type { StoredEvent } from "../stored-event.js";
import { statement } from "../tables/table.js";

const ADD = statement(
  "add_agent_large_results",
  `insert into agent_large_results (action_id, action_created_at, member, sha256, bytes)
   select distinct on (1, 3, 4) * from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::bigint[])
   order by 1, 3, 4
   on conflict do nothing`,
);

/** The statement that notes what the events of these rows use, for the transaction that stores them; `undefined` where none uses a file. */
export function largeResultUsesOf(
  rows: readonly { readonly event: StoredEvent }[],
): BoundStatement | undefined {
  const uses: Record<"id" | "createdAt" | "member" | "sha256" | "bytes", string>[] = [];
  for (const { event } of rows) {
    if (event.kind !== "action") continue;
    for (const [member, { sha256, bytes }] of largeResultsOf(event.fields.action_details)) {
      const row = { id: event.text("id") ?? "", createdAt: event.text("created_at") ?? "" };
      uses.push({ ...row, member, sha256, bytes: String(bytes) });
    }
  }
  if (uses.length === 0) return undefined;
  const column = (name: keyof (typeof uses)[number]) => arrayLiteral(uses.map((use) => use[name]));
  const values = [column("id"), column("createdAt"), column("member"), column("sha256"), column("bytes")];
  return { ...ADD, values };
}

/** Notes what is used, in the transaction that stores the rows. Throws what Postgres throws. */
export async function storeLargeResultUses(
  pool: pg.Pool,
  client: pg.PoolClient,
  uses: BoundStatement | undefined,
): Promise<void> {
  if (uses !== undefined) await runStatement(pool, client, ADD, [...uses.values]);
}

/** Of these files, those that some row may use. Throws `StoreError`. */
export async function usedLargeResults(
  pool: pg.Pool,
  sha256s: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await runQuery<{ sha256: string }>(
    pool,
    "select distinct sha256 from agent_large_results where sha256 = any ($1::text[])",
    [sha256s],
  );
  return new Set(rows.map(({ sha256 }) => sha256));
}

const IS_USED = `exists (
  select from agent_actions action
  where action.id = used.action_id and action.created_at = used.action_created_at
    and action.action_details -> (used.member || '_whole') ->> 'sha256' = used.sha256)`;

const ENDED = `select used.sha256, used.action_id, used.member from agent_large_results used where not ${IS_USED}`;

export interface ReleasedResults {
  /** Files that were removed. */
  readonly files: number;
  /** Files that nobody uses and that are still there: nobody said where they are. */
  readonly left: number;
}

/**
 * Removes files that no row uses any more. It can be broken off and run again: a file goes before its last use does.
 *
 * @param remove removes a file, also one that is gone already; `undefined`: the folder is not known here, and nothing is changed
 * @throws what Postgres and `remove` throw, and the signal's reason
 */
export async function releaseLargeResults(
  pool: pg.Pool,
  remove: ((sha256: string) => Promise<void>) | undefined,
  signal: AbortSignal,
): Promise<ReleasedResults> {
  const ended = await inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ sha256: string; others: boolean }>(
      `select ended.sha256, bool_or(exists (
           select from agent_large_results used where used.sha256 = ended.sha256 and ${IS_USED})) as others
       from (${ENDED}) as ended group by ended.sha256 order by ended.sha256`,
    );
    return rows;
  });
  const unused = ended.filter(({ others }) => !others);
  if (remove === undefined) return { files: 0, left: unused.length };
  for (const { sha256 } of ended) {
    signal.throwIfAborted();
    await inTransaction(pool, (client) => release(client, sha256, remove));
  }
  return { files: unused.length, left: 0 };
}

async function release(
  client: pg.PoolClient,
  sha256: string,
  remove: (sha256: string) => Promise<void>,
): Promise<void> {
  await client.query(
    `delete from agent_large_results where (sha256, action_id, member) in (select * from (${ENDED}) as ended where ended.sha256 = $1)`,
    [sha256],
  );
  // A row that came since the first look keeps the file.
  const { rows } = await client.query("select from agent_large_results where sha256 = $1 limit 1", [sha256]);
  if (rows.length === 0) await remove(sha256);
}
