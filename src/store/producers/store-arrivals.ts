import type pg from "pg";
import { StoreError } from "../../errors.js";
import { arrayLiteral } from "../array-literal.js";
import type { BoundStatement } from "../one-trip.js";
import { runStatement } from "../run-statement.js";
import { classifyFailure } from "../sqlstate.js";
import type { KafkaRecord } from "../stored-event.js";
import { statement } from "../tables/table.js";
import { arrivedSequences } from "./arrived-sequences.js";

/**
 * Notes which numbers of their producers the records have, in the transaction of the client. Rows are appended, one a producer, so that
 * transactions never wait for each other here; fold-arrivals.ts gathers them. A set of numbers is the same however often one is added,
 * so records that are read again change nothing.
 *
 * Throws what Postgres throws, but never a failure that an event could be blamed for.
 */
export async function storeArrivals(
  pool: pg.Pool,
  client: pg.PoolClient,
  arrivals: BoundStatement | undefined,
): Promise<void> {
  if (arrivals === undefined) return;
  try {
    await runStatement(pool, client, APPEND, [...arrivals.values]);
  } catch (error) {
    throw notToBlame(error);
  }
}

/** The statement that notes them; `undefined` where none has a number. */
export function arrivalsOf(records: Iterable<KafkaRecord>): BoundStatement | undefined {
  const arrived = arrivedSequences(records);
  if (arrived.length === 0) return undefined;
  const values = [
    arrayLiteral(arrived.map(({ epoch }) => epoch)),
    arrayLiteral(arrived.map(({ sequences }) => sequences)),
    arrayLiteral(
      arrived.map(({ firstSeenAt }) => firstSeenAt),
      false,
    ),
    arrayLiteral(
      arrived.map(({ lastSeenAt }) => lastSeenAt),
      false,
    ),
  ];
  return { ...APPEND, values };
}

/** What is thrown where this statement fails: no event is to blame for it. */
export function notToBlame(error: unknown): unknown {
  if (classifyFailure(error) !== "data") return error;
  return new StoreError("Postgres does not take the numbers of producers", { cause: error, retriable: true });
}

// A record's own time may be none that PostgreSQL takes.
const APPEND = statement(
  "append_agent_producer_sequences",
  `insert into agent_producer_sequences (producer_epoch, sequences, first_seen_at, last_seen_at)
   select epoch, sequences::int8multirange, coalesce(first_seen_at, now()), coalesce(last_seen_at, now())
   from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[]) as x (epoch, sequences, first_seen_at, last_seen_at)`,
);
