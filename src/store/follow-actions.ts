import type pg from "pg";
import { arrayLiteral } from "./array-literal.js";
import type { PendingRow } from "./prepare-inserts.js";
import { runStatement } from "./run-statement.js";
import { type StatementValue, statement } from "./tables/table.js";

/** What the transaction has written so far. */
interface Followed {
  /** Ids of rows that were changed, or that several events made. */
  readonly touched: readonly string[];
  /** No row was there before. */
  readonly isAllNew: boolean;
}

/**
 * What a file operation has of its action: an earlier event may have said it, and contents may have been removed. A new row that one event made says
 * what its new file operation says, which is of the same event. Of all others the two are compared, also of an action that said nothing new: its file
 * operation has been filled in from it once more.
 */
export async function followActions(
  pool: pg.Pool,
  client: pg.PoolClient,
  pendingOf: () => readonly PendingRow[],
  { touched, isAllNew }: Followed,
): Promise<void> {
  if (isAllNew && touched.length === 0) return;
  const keys = keysOf(pendingOf(), new Set(touched));
  const { rows } = await runStatement<{ place: number }>(pool, client, FILES_BEHIND, arraysOf(keys));
  const behind = rows.map(({ place }) => keys[place - 1]).filter((key) => key !== undefined);
  if (behind.length > 0) await runStatement(pool, client, FILES_FOLLOW, arraysOf(behind));
}

type Key = readonly [id: string, createdAt: string];

/** Of each action that a file operation came with, or that an event was merged into: with its time, only its week is looked at. */
function keysOf(pending: readonly PendingRow[], touched: ReadonlySet<string>): readonly Key[] {
  const keys = new Map<string, Key>();
  for (const { event, file } of pending) {
    const [id, createdAt] =
      file === undefined ? [event.text("id"), event.text("created_at")] : [file.action_id, file.created_at];
    if (id === undefined || createdAt === undefined || (file === undefined && !touched.has(id))) continue;
    keys.set(`${id} ${createdAt}`, [id, createdAt]);
  }
  return [...keys.values()];
}

const arraysOf = (keys: readonly Key[]): StatementValue[] => [
  arrayLiteral(
    keys.map(([id]) => id),
    false,
  ),
  arrayLiteral(
    keys.map(([, createdAt]) => createdAt),
    false,
  ),
];

/**
 * Looked up one by one, by the keys of both tables. A plan that is made while the tables are empty is kept until they are analysed, and that of a
 * join would read them whole for every batch until then.
 */
const FILES_BEHIND = statement(
  "files_behind_agent_actions",
  `select place::int as place from unnest($1::uuid[], $2::timestamptz[]) with ordinality as named (id, created_at, place)
     cross join lateral (
       select agent_name, correlation_id from agent_file_operations
       where action_id = named.id and created_at = named.created_at offset 0) as file
     cross join lateral (
       select agent_name, correlation_id, action_details from agent_actions
       where id = named.id and created_at = named.created_at offset 0) as action
   where (file.agent_name, file.correlation_id) is distinct from (action.agent_name, action.correlation_id)
     or action.action_details ? 'contents_removed'`,
);

const FILES_FOLLOW = statement(
  "files_follow_agent_actions",
  `update agent_file_operations file set agent_name = action.agent_name, correlation_id = action.correlation_id,
     operation_params = case when action.action_details ? 'contents_removed' then null else file.operation_params end,
     error_message = case when action.action_details ? 'contents_removed' then null else file.error_message end
   from unnest($1::uuid[], $2::timestamptz[]) as written (id, created_at)
     join agent_actions action on action.id = written.id and action.created_at = written.created_at
   where file.action_id = written.id and file.created_at = written.created_at
     and ((file.agent_name, file.correlation_id) is distinct from (action.agent_name, action.correlation_id)
       or action.action_details ? 'contents_removed')`,
);
