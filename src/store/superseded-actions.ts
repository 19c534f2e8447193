/**
 * Actions that were published as running and are no rows of their own: part of another action, or none at all. Their rows are removed.
 *
 * Order and repetition are indifferent, also with several instances, as they are for completed actions (complete-actions.ts): it is noted in the
 * transaction of the batch, and after it whoever wrote the running row, or the note, looks whether the other is there. Whoever looks
 * last sees both.
 */
import type pg from "pg";
import { arrayLiteral } from "./array-literal.js";
import { inTransaction } from "./on-connection.js";
import { runStatement } from "./run-statement.js";
import type { StoredEvent } from "./stored-event.js";
import { field } from "./tables/event-columns.js";
import { type Insert, insertOnce, statement } from "./tables/table.js";
import { withoutContention } from "./without-contention.js";

export const isSuperseded = ({ kind, fields }: StoredEvent): boolean =>
  kind === "action" && (fields as { readonly status?: string }).status === "superseded";

export const SUPERSESSION_INSERT: Insert<StoredEvent> = insertOnce(
  "agent_action_supersessions",
  undefined,
  [field("uuid", "id"), field("timestamptz", "created_at"), field("uuid", "superseded_by")],
  (event) => `${event.text("id")} ${event.text("created_at")}`,
);

/** The row of an action that another one may take back, or that took one back; `undefined` for any other. */
export function concernedRowOf(event: StoredEvent): readonly [id: string, createdAt: string] | undefined {
  const [id, createdAt] =
    isSuperseded(event) || isUnended(event) ? [event.text("id"), event.text("created_at")] : [];
  return id === undefined || createdAt === undefined ? undefined : [id, createdAt];
}

/** Removes rows that must not be there. Throws what Postgres throws. Costs nothing where nothing is running. */
export async function takeBackSuperseded(
  pool: pg.Pool,
  concerned: readonly (readonly [id: string, createdAt: string])[],
): Promise<void> {
  if (concerned.length === 0) return;
  const values = [
    arrayLiteral(
      concerned.map(([id]) => id),
      false,
    ),
    arrayLiteral(
      concerned.map(([, createdAt]) => createdAt),
      false,
    ),
  ];
  await withoutContention(() =>
    inTransaction(pool, (client) => runStatement(pool, client, TAKE_BACK, values)),
  );
}

const isUnended = ({ kind, fields }: StoredEvent): boolean =>
  kind === "action" && (fields.status === "running" || fields.status === "abandoned");

const TAKE_BACK = statement(
  "take_back_superseded_actions",
  "select take_back_superseded_actions($1::uuid[], $2::timestamptz[])",
);
