import type pg from "pg";
import { EVENT_KINDS, type EventKind } from "../event/index.js";
import { runQuery } from "../store/queries/run-query.js";
import { ROW_TABLES } from "./scope.js";

/** Rows of one table that records of one producer made. */
export interface StoredRows {
  readonly kind: EventKind;
  /** `null`: rows whose records had no number, and rows that were written by hand. */
  readonly producer_epoch: string | null;
  readonly rows: number;
  /** How many numbers these rows have. */
  readonly numbers: number;
  /** Rows that have the number of another row: none, unless somebody wrote into the table. */
  readonly doubled: number;
  /** Of a run, rows that have no end: running or abandoned. */
  readonly without_end: number;
  readonly first_sequence: number | null;
  readonly last_sequence: number | null;
}

/** Throws `StoreError`. */
export const rowsOfRun = (pool: pg.Pool, run: string): Promise<StoredRows[]> =>
  countRows(pool, "correlation_id = $1", [run]);

/** Reads the tables whole: there is no index on producers, which every stored row would pay for. Throws `StoreError`. */
export const rowsOfProducers = (pool: pg.Pool, epochs: readonly string[]): Promise<StoredRows[]> =>
  countRows(pool, "producer_epoch = any ($1::text[])", [epochs]);

/** Rows from records of Kafka without a number. Throws `StoreError`. */
export const rowsWithoutNumber = (pool: pg.Pool, since: Date | undefined): Promise<StoredRows[]> =>
  countRows(
    pool,
    "producer_epoch is null and kafka_topic is not null and created_at >= coalesce($1::timestamptz, '-infinity')",
    [since?.toISOString() ?? null],
  );

async function countRows(pool: pg.Pool, where: string, values: readonly unknown[]): Promise<StoredRows[]> {
  const counted: StoredRows[] = [];
  for (const kind of EVENT_KINDS) {
    const rows = await runQuery<Omit<StoredRows, "kind">>(pool, countOf(kind, where), values);
    counted.push(...rows.map((row) => ({ ...row, kind })));
  }
  return counted;
}

const countOf = (kind: EventKind, where: string): string => `
  select producer_epoch, count(*)::float8 as rows, count(distinct producer_sequence)::float8 as numbers,
    (count(producer_sequence) - count(distinct producer_sequence))::float8 as doubled,
    count(*) filter (where ${WITHOUT_END[kind] ?? "false"})::float8 as without_end,
    min(producer_sequence)::float8 as first_sequence, max(producer_sequence)::float8 as last_sequence
  from ${ROW_TABLES[kind]} where ${where} group by producer_epoch`;

const WITHOUT_END: Readonly<Partial<Record<EventKind, string>>> = {
  action: "state in ('running', 'abandoned')",
  execution: "status in ('in_progress', 'abandoned')",
};

/** Where in Kafka the record of a number stood. */
export interface NumberPlace {
  readonly producer_epoch: string;
  readonly sequence: number;
  /** `topic/partition/offset`. */
  readonly place: string;
}

/** Places of those of the numbers whose record a row says that it is from. Throws `StoreError`. */
export async function placesOfNumbers(
  pool: pg.Pool,
  numbers: readonly { readonly epoch: string; readonly sequence: number }[],
): Promise<NumberPlace[]> {
  if (numbers.length === 0) return [];
  const tables = EVENT_KINDS.map(
    (kind) => `
      select producer_epoch, producer_sequence, kafka_topic, kafka_partition, kafka_offset from ${ROW_TABLES[kind]}
      where (producer_epoch, producer_sequence) in (select epoch, sequence from asked)`,
  );
  return runQuery<NumberPlace>(
    pool,
    `with asked as (select * from unnest($1::text[], $2::bigint[]) as asked (epoch, sequence))
     select producer_epoch, producer_sequence::float8 as sequence, concat_ws('/', kafka_topic, kafka_partition, kafka_offset) as place
     from (${tables.join(" union all ")}) as stored`,
    [numbers.map(({ epoch }) => epoch), numbers.map(({ sequence }) => sequence)],
  );
}
