/**
 * Reads the change feed: which rows each transaction wrote, changed or completed, in the order of transactions.
 *
 * Transactions commit in another order than they began in. So only what is below the oldest transaction that still runs is read:
 * nothing can be added there any more, and a place in the feed is passed once and for all. A transaction that stays open holds up
 * every reader; {@link changeFeedDelay} says for how long.
 *
 * A change names rows and does not hold them. Who reads the rows afterwards has their newest state; when that changes, they
 * are named again. Needs no session of its own: it works behind a pooler, and it asks again rather than to listen.
 */
import type pg from "pg";
import type { EventKind } from "../event/index.js";
import { inTransaction } from "./on-connection.js";
import { runQuery } from "./queries/run-query.js";
import { storeFailure } from "./store-failure.js";

/** A place in the feed, to be kept by a reader and given back. Valid JSON; its members are the feed's own business. */
export interface ChangeCursor {
  /** `agent_actions_installation.id`. */
  readonly installation: string;
  /** Decimal digits of an xid8. */
  readonly xactId: string;
  /** Decimal digits. */
  readonly position: string;
}

/** Rows of one kind that one statement of a transaction wrote or changed. */
export interface Change {
  readonly kind: EventKind;
  /** `id` of each row; of executions `execution_id`. */
  readonly ids: readonly string[];
  /** `created_at` of each row as ISO 8601 with microseconds, in the same order. */
  readonly createdAts: readonly string[];
}

export interface Changes {
  readonly changes: readonly Change[];
  /** Where to go on; the one that was given when nothing was there. */
  readonly cursor: ChangeCursor;
}

/** The cursor is of another database, or what comes after it has been forgotten: read the tables, and begin anew. */
export class ChangeCursorLost extends Error {
  override readonly name = "ChangeCursorLost";
}

/**
 * The place from which on a reader that reads the tables afterwards misses nothing. Some rows that it has read already may be
 * named again. Throws `StoreError`.
 */
export async function latestChangeCursor(pool: pg.Pool): Promise<ChangeCursor> {
  try {
    return await inTransaction(pool, latestChangeCursorOn);
  } catch (error) {
    throw storeFailure(error);
  }
}

/** The same within a transaction of level read committed. Throws as Postgres's client does. */
export async function latestChangeCursorOn(client: pg.ClientBase): Promise<ChangeCursor> {
  const { rows } = await client.query<{ installation: string; xactId: string }>(LATEST);
  const [cursor] = rows;
  if (cursor === undefined) throw new TypeError("agent_actions_installation has one row.");
  return { ...cursor, position: "0" };
}

/**
 * @param limit of changes; each names the rows of one statement, some thousands at most
 * @param until a place that a reader has been at: nothing behind it is read, and where there is nothing more before it, it is where to go on
 * Throws {@link ChangeCursorLost}, and `StoreError`.
 */
export async function readChanges(
  pool: pg.Pool,
  cursor: ChangeCursor,
  limit = 100,
  until?: ChangeCursor,
): Promise<Changes> {
  return inTransaction(pool, (client) => readChangesOn(client, cursor, limit, until)).catch(
    (error: unknown) => {
      throw error instanceof ChangeCursorLost ? error : storeFailure(error);
    },
  );
}

/** The same within a transaction of level read committed. Throws {@link ChangeCursorLost}, and as Postgres's client does. */
export async function readChangesOn(
  client: pg.ClientBase,
  cursor: ChangeCursor,
  limit: number,
  until?: ChangeCursor,
): Promise<Changes> {
  const { installation, xactId, position } = cursor;
  // In this order: whatever is forgotten in between is forgotten after it was read, or makes the cursor a lost one.
  const { rows } = await client.query<ChangeRow>(READ, [
    xactId,
    position,
    limit,
    until?.xactId ?? null,
    until?.position ?? null,
  ]);
  const places = await client.query<{ valid: boolean }>(IS_VALID, [installation, xactId, position]);
  const [place] = places.rows;
  if (place?.valid !== true)
    throw new ChangeCursorLost(
      "The cursor is not of this database, or older than the change feed reaches back: read the tables anew.",
    );
  const last = rows.at(-1);
  return {
    changes: rows.map(({ kind, ids, createdAts }) => ({ kind, ids, createdAts })),
    cursor:
      until !== undefined && rows.length < limit
        ? until
        : last === undefined
          ? cursor
          : { installation, xactId: last.xactId, position: last.position },
  };
}

/**
 * For how many milliseconds the oldest change that is committed has been kept from readers, because a transaction of the server that is
 * older is open; 0 when nothing waits. Throws `StoreError`.
 */
export async function changeFeedDelay(pool: pg.Pool): Promise<number> {
  const [row] = await runQuery<{ millis: number }>(pool, DELAY);
  return row?.millis ?? 0;
}

interface ChangeRow extends Change {
  readonly xactId: string;
  readonly position: string;
}

const LATEST = `
  select id as installation, pg_snapshot_xmin(pg_current_snapshot())::text as "xactId" from agent_actions_installation`;

const READ = `
  select xact_id::text as "xactId", position::text as position, kind, ids::text[] as ids,
    array(
      select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
      from unnest(created_ats) with ordinality as times (at, place) order by place
    ) as "createdAts"
  from agent_action_changes
  where (xact_id, position) > ($1::xid8, $2::bigint) and xact_id < pg_snapshot_xmin(pg_current_snapshot())
    and ($4::xid8 is null or (xact_id, position) <= ($4::xid8, $5::bigint))
  order by agent_action_changes.xact_id, agent_action_changes.position
  limit $3`;

// A cursor from after the present is of a database that was restored from an older copy.
const IS_VALID = `
  select id = $1::uuid and (forgotten_xact_id, forgotten_position) <= ($2::xid8, $3::bigint)
    and $2::xid8 <= pg_snapshot_xmax(pg_current_snapshot()) as valid
  from agent_actions_installation`;

// Whatever holds the readers up, also in another database of the server: transaction ids are the server's.
const DELAY = `
  select coalesce(extract(epoch from clock_timestamp() - min(changed_at)) * 1000, 0)::float8 as millis
  from agent_action_changes where xact_id >= pg_snapshot_xmin(pg_current_snapshot())`;
