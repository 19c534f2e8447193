import type pg from "pg";
import { inTransaction } from "../on-connection.js";
import { runQuery } from "../queries/run-query.js";
import { withoutContention } from "../without-contention.js";
import type { ReadState } from "./abandon-actions.js";

/** How producers stand, over all instances of the consumer. */
export interface ProducerCounts {
  readonly alive: number;
  /** They send no heartbeats: nothing says whether they live. */
  readonly unknown: number;
  readonly idle: number;
  readonly gone: number;
  readonly ended: number;
  /** Numbers that have not arrived although all that stood in Kafka has been read since. */
  readonly missing: number;
  /** Those of them that no producer accounts for. */
  readonly lost: number;
  /** Actions and runs that are abandoned, or were until their end came. */
  readonly abandoned: number;
}

/** Throws `StoreError`. */
export async function producerCounts(pool: pg.Pool): Promise<ProducerCounts> {
  const [counts] = await runQuery<ProducerCounts>(pool, COUNTS);
  if (counts === undefined) throw new TypeError("An aggregate has one row.");
  return counts;
}

/** Whether something is left to be found out about a producer, for which it has to be known what was read. Throws `StoreError`. */
export async function hasOpenProducers(pool: pg.Pool): Promise<boolean> {
  const [open] = await runQuery<{ open: boolean }>(pool, OPEN);
  return open?.open ?? false;
}

/**
 * Moves `settled_sequence` on: numbers that were known, and have had the grace since to arrive, are missing if they have not. Throws what
 * Postgres throws.
 */
export async function settleSequences(
  pool: pg.Pool,
  { readUpTo, attentiveSince, graceMillis }: ReadState,
): Promise<void> {
  await withoutContention(() =>
    inTransaction(pool, (client) => client.query(SETTLE, [readUpTo, attentiveSince, graceMillis])),
  );
}

const KNOWN = "greatest(highest_sequence, last_sequence)";

const COUNTS = `
  select count(*) filter (where status = 'alive' and heartbeat_at is not null)::int as alive,
    count(*) filter (where status = 'alive' and heartbeat_at is null)::int as unknown, count(*) filter (where status = 'idle')::int as idle,
    count(*) filter (where status = 'gone')::int as gone, count(*) filter (where status = 'ended')::int as ended,
    coalesce(sum(missing), 0)::float8 as missing, coalesce(sum(abandoned_rows), 0)::float8 as abandoned,
    (select coalesce(sum(lost), 0) from agent_producer_losses)::float8 as lost
  from agent_producers`;

const OPEN = `
  select exists (select from agent_producers where judged_at is null and heartbeat_at is not null)
    or exists (select from agent_producers where ${KNOWN} > settled_sequence) as open`;

const SETTLE = `
  update agent_producers
  set settled_sequence = settling_sequence, settling_sequence = ${KNOWN}, settling_at = clock_timestamp()
  where producer_epoch in (
    select producer_epoch from agent_producers
    where ${KNOWN} > settled_sequence
      and (settling_at is null
        or greatest(settling_at, to_timestamp($2::float8)) + $3::float8 * interval '1 millisecond' <= to_timestamp($1::float8))
    order by producer_epoch for update skip locked
  )`;
