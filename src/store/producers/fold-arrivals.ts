import type pg from "pg";
import { inTransaction } from "../on-connection.js";
import { withoutContention } from "../without-contention.js";

/** A producer's gaps beyond these are filled, the first ones first, and counted in `gaps_truncated`. */
export const MAX_GAPS = 10_000;

const MAX_ROWS = 10_000;

/**
 * Gathers in `agent_producers` what transactions have noted of numbers that arrived, and returns the time of the database when that was
 * done, in seconds since 1970. Where another instance is at it, nothing is done. Throws what Postgres throws.
 */
export async function foldArrivals(pool: pg.Pool): Promise<number> {
  for (;;) {
    const { folded, now } = await withoutContention(() => foldSome(pool));
    if (folded < MAX_ROWS) return now;
  }
}

function foldSome(pool: pg.Pool): Promise<{ readonly folded: number; readonly now: number }> {
  return inTransaction(pool, async (client) => {
    const { rows: locks } = await client.query<{ locked: boolean }>(LOCK);
    let folded = 0;
    if (locks[0]?.locked === true) {
      const { rows } = await client.query<{ folded: number; unlimited: string[] | null }>(FOLD);
      folded = rows[0]?.folded ?? 0;
      const unlimited = rows[0]?.unlimited ?? [];
      if (unlimited.length > 0) await client.query(LIMIT, [unlimited]);
    }
    const { rows: times } = await client.query<{ now: number }>(NOW);
    return { folded, now: times[0]?.now ?? 0 };
  });
}

// Of the transaction, not of the session: a pooler may give the next transaction another one.
const LOCK = `
  select pg_try_advisory_xact_lock(hashtextextended('agent_producer_sequences ' || current_schema(), 0)) as locked`;

const NOW = "select extract(epoch from clock_timestamp())::float8 as now";

// In the order of epochs, like the upsert of heartbeats: whoever waits for another never holds what that one wants.
const FOLD = `
  with taken as (
    delete from agent_producer_sequences
    where ctid = any (array(select ctid from agent_producer_sequences limit ${MAX_ROWS}))
    returning producer_epoch, sequences, first_seen_at, last_seen_at
  ),
  arrived as (
    select producer_epoch, range_agg(part) as sequences, min(first_seen_at) as first_seen_at, max(last_seen_at) as last_seen_at
    from taken, unnest(sequences) as part
    group by producer_epoch
  ),
  folded as (
    insert into agent_producers as producer (producer_epoch, sequences, first_seen_at, last_seen_at)
    select producer_epoch, sequences, first_seen_at, last_seen_at from arrived order by producer_epoch
    on conflict (producer_epoch) do update set
      (sequences, gaps_truncated) = (
        select kept, producer.gaps_truncated + truncated
        from limit_sequences(producer.sequences + excluded.sequences, ${MAX_GAPS})
      ),
      first_seen_at = least(producer.first_seen_at, excluded.first_seen_at),
      last_seen_at = greatest(producer.last_seen_at, excluded.last_seen_at),
      updated_at = clock_timestamp(),
      judged_at = null
    returning producer_epoch, xmax = 0 as is_new, sequences
  )
  select (select count(*) from taken)::int as folded, array_agg(producer_epoch) as unlimited
  from folded where is_new and (select count(*) from unnest(sequences)) > ${MAX_GAPS}`;

// A new row has been given all that arrived: only what a row has already can be filled up.
const LIMIT = `
  update agent_producers set (sequences, gaps_truncated) = (
    select kept, gaps_truncated + truncated from limit_sequences(sequences, ${MAX_GAPS})
  )
  where producer_epoch = any ($1::text[])`;
