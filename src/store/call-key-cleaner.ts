import type pg from "pg";
import { inTransaction } from "./on-connection.js";

/** A key may be there before its row is: only what is old is looked at. */
const OLD = "30 days";

/** Keys in the order in which their actions began, behind those that were looked at before: a range of the index on `created_at`. */
const LOOK = `
  with looked as (
    select ctid, id, created_at from agent_action_keys
    where created_at < now() - interval '${OLD}'
      and created_at >= $1::timestamptz and (created_at, id) > ($1::timestamptz, $2::uuid)
    order by created_at, id limit $3
  ),
  unused as (
    select key.ctid from agent_action_keys key join looked on key.ctid = looked.ctid
    where not exists (select from agent_actions action where action.id = looked.id and action.created_at = looked.created_at)
    for update of key skip locked
  ),
  forgotten as (delete from agent_action_keys where ctid = any (array(select ctid from unused)) returning 1)
  select (select count(*)::int from looked) as looked, (select count(*)::int from forgotten) as forgotten,
    last.id, last.created_at::text as created_at
  from (select 1) as one left join lateral (select id, created_at from looked order by created_at desc, id desc limit 1) as last on true`;

interface Place {
  readonly createdAt: string;
  readonly id: string;
}

const BEGINNING: Place = { createdAt: "-infinity", id: "00000000-0000-0000-0000-000000000000" };

interface Looked {
  readonly looked: number;
  readonly forgotten: number;
  readonly id: string | null;
  readonly created_at: string | null;
}

/**
 * Forgets call keys whose action has no row any more, so many keys at a time: each call goes on where the last one ended, and begins anew behind
 * the last key. So what one call costs does not grow with the table. A process that starts begins with the oldest, which retention removes first.
 */
export class CallKeyCleaner {
  readonly #most: number;
  #place = BEGINNING;

  /** @param most keys that one call looks at */
  constructor(most: number) {
    this.#most = most;
  }

  /** Returns how many keys were looked at, and how many of them forgotten. Throws what Postgres throws. */
  async clean(pool: pg.Pool): Promise<{ readonly looked: number; readonly forgotten: number }> {
    const { createdAt, id: after } = this.#place;
    const { rows } = await inTransaction(pool, (client) =>
      client.query<Looked>(LOOK, [createdAt, after, this.#most]),
    );
    const [{ looked, forgotten, id, created_at } = NOTHING] = rows;
    const isEnd = looked < this.#most || id === null || created_at === null;
    this.#place = isEnd ? BEGINNING : { createdAt: created_at, id };
    return { looked, forgotten };
  }
}

const NOTHING: Looked = { looked: 0, forgotten: 0, id: null, created_at: null };
