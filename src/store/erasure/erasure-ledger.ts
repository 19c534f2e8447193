/**
 * What was erased, as a writer asks it in each transaction: an event that was erased is not stored again.
 *
 * Whoever erases takes the lock alone, and writers take it together, each before it asks. So a transaction either asks after the entry was
 * made, or its rows are there before rows are removed; nothing slips in between. While nothing was ever erased it costs no round trip of its own.
 */
import type pg from "pg";
import { arrayLiteral } from "../array-literal.js";
import type { StoredEvent } from "../stored-event.js";
import { statement } from "../tables/table.js";
import { type ErasureField, sha256, valuesOf } from "./erasure-fields.js";

/** What a writer's transaction begins with, two statements: what the second sees is what was there once the lock was had. */
export const ASK_ERASURES = `select pg_advisory_xact_lock_shared('agent_erasures'::regclass::oid::integer, 0);
  select coalesce(max(number), 0)::text as latest from agent_erasures`;

/** The same for one that expects that nothing was ever erased: the second fails where something was. */
export const LOCK_AGAINST_ERASURES = statement(
  "lock_against_agent_erasures",
  "select pg_advisory_xact_lock_shared('agent_erasures'::regclass::oid::integer, 0)",
);
export const NOTHING_ERASED = statement(
  "no_agent_erasures",
  "select 1 / (not exists (select number from agent_erasures))::integer",
);

/** Taken by whoever erases, until the end of its transaction. */
export const LOCK_ERASURES = "select pg_advisory_xact_lock('agent_erasures'::regclass::oid::integer, 0)";

const NEW_ENTRIES = `
  select number::text, field, encode(value_sha256, 'hex') as sha256, extract(epoch from began_before)::float8 * 1000 as began_before
  from agent_erasures order by number`;

const ERASED = "select id from agent_erased_rows where id = any ($1::uuid[])";

export class ErasureLedger {
  #latest = "0";
  #fields: ReadonlyMap<ErasureField, ReadonlyMap<string, number>> = new Map();

  /** Whether nothing was ever erased, as of when it was asked last. */
  get isEmpty(): boolean {
    return this.#latest === "0";
  }

  /**
   * Which of the events were erased, by their places. Has to be asked in the transaction that would store them. Throws what Postgres throws.
   *
   * @param eventsOf is called where something was ever erased
   * @param asked what {@link ASK_ERASURES} returned at the begin of this transaction
   */
  async erased(
    client: pg.PoolClient,
    eventsOf: () => readonly StoredEvent[],
    asked: readonly pg.QueryResultRow[],
  ): Promise<ReadonlySet<number>> {
    const latest: unknown = asked[0]?.latest;
    if (typeof latest !== "string") throw new Error("nothing says what was erased");
    if (latest !== this.#latest) await this.#read(client, latest);
    if (latest === "0") return NOBODY;
    const events = eventsOf();
    const erased = new Set<number>();
    for (const [place, event] of events.entries()) if (this.#names(event)) erased.add(place);
    const ids = events.flatMap((event, place) => (erased.has(place) ? [] : rowIds(event)));
    if (ids.length === 0) return erased;
    const { rows } = await client.query<{ id: string }>(ERASED, [arrayLiteral(ids, false)]);
    const gone = new Set(rows.map(({ id }) => id));
    for (const [place, event] of events.entries())
      if (rowIds(event).some((id) => gone.has(id))) erased.add(place);
    return erased;
  }

  // An entry that was removed is forgotten when the next one is made, or when the process starts anew.
  async #read(client: pg.PoolClient, latest: string): Promise<void> {
    const { rows } = await client.query<{ field: ErasureField; sha256: string; began_before: number }>(
      NEW_ENTRIES,
    );
    const fields = new Map<ErasureField, Map<string, number>>();
    for (const { field, sha256: hash, began_before: beganBefore } of rows) {
      const entries = fields.get(field) ?? new Map<string, number>();
      fields.set(field, entries);
      entries.set(hash, Math.max(beganBefore, entries.get(hash) ?? Number.NEGATIVE_INFINITY));
    }
    this.#fields = fields;
    this.#latest = latest;
  }

  #names(event: StoredEvent): boolean {
    if (event.kind === "producer_heartbeat") return false;
    for (const [field, entries] of this.#fields)
      for (const value of valuesOf(field, event.fields)) {
        const beganBefore = entries.get(sha256(value).toString("hex"));
        if (beganBefore !== undefined && beganAt(event) < beganBefore) return true;
      }
    return false;
  }
}

const NOBODY: ReadonlySet<number> = new Set();

/** The row of the event; of a label also the action that it is about. */
function rowIds(event: StoredEvent): string[] {
  const ids =
    event.kind === "execution"
      ? [event.text("execution_id")]
      : [event.text("id"), event.kind === "label" ? event.text("action_id") : undefined];
  return ids.filter((id) => id !== undefined);
}

/** Of a span attribution, which says no time of its own where it is about another span, what it is of is erased in any case. */
function beganAt(event: StoredEvent): number {
  const time = Date.parse(event.text("created_at") ?? event.text("started_at") ?? "");
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
}
