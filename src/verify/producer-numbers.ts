import type pg from "pg";
import { runQuery } from "../store/queries/run-query.js";

/** How the numbers of one producer stand: `numbered = arrived + on_the_way + dropped + waiting + lost`. */
export interface ProducerNumbers {
  readonly producer_epoch: string;
  /** alive, idle, gone or ended. */
  readonly status: string;
  readonly service_name: string | null;
  readonly host_name: string | null;
  readonly process_pid: number | null;
  readonly last_seen_at: Date;
  /** It says with heartbeats how far it is. */
  readonly has_heartbeats: boolean;
  /** The highest number that is known of. */
  readonly numbered: number;
  readonly arrived: number;
  /** Not arrived, and not due yet. */
  readonly on_the_way: number;
  /** Given up by the producer, by its own count. */
  readonly dropped: number;
  /** Not acknowledged by Kafka at its last heartbeat, while it lives. */
  readonly waiting: number;
  /** Nobody says why these have not arrived. */
  readonly lost: number;
  readonly abandoned_rows: number;
  /** Events that it dropped by reason, those that never got a number among them. */
  readonly drop_reasons: Readonly<Record<string, number>>;
}

export interface NumberGap {
  readonly producer_epoch: string;
  readonly first_sequence: number;
  readonly last_sequence: number;
}

/** Throws `StoreError`. */
export const producersOf = (pool: pg.Pool, epochs: readonly string[]): Promise<ProducerNumbers[]> =>
  runQuery(pool, producersWhere("producer.producer_epoch = any ($1::text[])"), [epochs]);

/** Producers of which something was seen since a time. Throws `StoreError`. */
export const producersSeen = (
  pool: pg.Pool,
  since: Date | undefined,
  named: string | undefined,
): Promise<ProducerNumbers[]> =>
  runQuery(
    pool,
    producersWhere(
      `last_seen_at >= coalesce($1::timestamptz, '-infinity')
       and ($2::text is null or producer.producer_epoch = $2 or producer.service_name = $2)`,
    ),
    [since?.toISOString() ?? null, named ?? null],
  );

/** The gaps of the producers that are no longer merely late, the first of each. Throws `StoreError`. */
export const gapsOf = (pool: pg.Pool, epochs: readonly string[]): Promise<NumberGap[]> =>
  runQuery(
    pool,
    `select producer_epoch, first_sequence::float8, last_sequence::float8 from agent_producer_gaps
     where producer_epoch = any ($1::text[]) order by producer_epoch, first_sequence limit ${MAX_GAPS}`,
    [epochs],
  );

const MAX_GAPS = 10_000;

// What transactions have noted and nobody has gathered yet has arrived too.
const producersWhere = (condition: string): string => `
  select producer.producer_epoch, status, service_name, host_name, process_pid::float8, last_seen_at,
    heartbeat_at is not null as has_heartbeats, numbered::float8, arrived::float8,
    greatest(numbered - arrived - missing, 0)::float8 as on_the_way,
    least(given_up, missing)::float8 as dropped,
    greatest(missing - least(given_up, missing) - lost, 0)::float8 as waiting,
    lost::float8, abandoned_rows::float8, drop_reasons
  from (
    select producer.producer_epoch, producer.status, producer.service_name, producer.host_name, producer.process_pid,
      producer.last_seen_at, heartbeat_at, abandoned_rows, missing,
      greatest(highest_sequence, last_sequence, 0, (
        select max(upper(later.sequences) - 1) from agent_producer_sequences later
        where later.producer_epoch = producer.producer_epoch)) as numbered,
      count_sequences(sequences + coalesce((
        select range_agg(part) from agent_producer_sequences later, unnest(later.sequences) as part
        where later.producer_epoch = producer.producer_epoch), '{}')) - gaps_truncated as arrived,
      coalesce(producer.given_up, 0) as given_up,
      coalesce((select losses.lost from agent_producer_losses losses where losses.producer_epoch = producer.producer_epoch), 0) as lost,
      coalesce((
        select jsonb_object_agg(key, value) from jsonb_each(
          case when jsonb_typeof(counters -> 'dropped') = 'object' then counters -> 'dropped' else '{}' end)
        where jsonb_typeof(value) = 'number'), '{}') as drop_reasons
    from agent_producers producer
    where ${condition}
  ) as producer
  order by last_seen_at desc, producer_epoch`;
