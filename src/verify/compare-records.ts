/**
 * Reads records that Kafka still has and looks for the row of each. Unlike numbers, which say what has arrived, this finds rows that were
 * stored and are not there any more, and records of producers that number nothing.
 */
import type pg from "pg";
import { headerText } from "../consumer/dead-letter-note.js";
import { decode } from "../consumer/decode.js";
import type { SourceRecord } from "../consumer/source-record.js";
import {
  EVENT_KINDS,
  type EventKind,
  kindOfTopic,
  type TopicNames,
  type ValidRecord,
} from "../event/index.js";
import { type ReadingOptions, readToEnd } from "../kafka/read-to-end.js";
import { keyedIdOf, toldCall } from "../store/call-keys.js";
import { ASK_ERASURES, ErasureLedger } from "../store/erasure/erasure-ledger.js";
import { keyPart, matchKeyOf } from "../store/matched-calls.js";
import { inTransaction } from "../store/on-connection.js";
import { runQuery } from "../store/queries/run-query.js";
import { storeFailure } from "../store/store-failure.js";
import { StoredEvent } from "../store/stored-event.js";
import { type RemovedByRetention, removedByRetention } from "./removed-by-retention.js";
import { ROW_TABLES } from "./scope.js";

/** A record that is neither a row nor a dead letter. */
export interface MissingRecord {
  readonly kind: EventKind;
  /** `topic/partition/offset`. */
  readonly place: string;
  /** Id of the row that it should have; `undefined` where the record holds no event. */
  readonly id: string | undefined;
  readonly producer_epoch: string | undefined;
  readonly producer_sequence: string | undefined;
}

/** `records = stored + dead letters + superseded + erased + removed by retention + expired + missing`. */
export interface RecordComparison {
  readonly records: number;
  /** Records whose row is there. */
  readonly stored: number;
  /** How many rows these are: the others were merged into one of them, or sent twice. */
  readonly rows: number;
  readonly dead_letters: number;
  /** Running actions that were taken back: they have no row. */
  readonly superseded: number;
  /** What they are about was erased. */
  readonly erased: number;
  /** Without a row, and so old that retention has removed it, by its own notes. */
  readonly removed_by_retention: number;
  /** Without a row, and so old that cleaning up may have removed it. */
  readonly expired: number;
  readonly missing: readonly MissingRecord[];
  /** How many are missing; more than are named where there are over {@link MAX_NAMED}. */
  readonly missing_count: number;
}

export interface CompareOptions extends Omit<ReadingOptions, "topics"> {
  readonly pool: pg.Pool;
  readonly topics: TopicNames;
  readonly existing: readonly string[];
  /** Places of records that are dead letters. */
  readonly deadLetters: ReadonlySet<string>;
  /** Whether a record is meant, by its correlation id and its producer; of a record that holds no event both may be absent. */
  readonly isMeant: (run: string | undefined, epoch: string | undefined) => boolean;
}

export const MAX_NAMED = 100;
const BATCH = 1_000;
/** Rows are kept at least so long by `cleanup_old_debug_logs()`. */
const KEPT_MILLIS = 30 * 86_400_000;

interface Expected {
  readonly record: MissingRecord;
  readonly event: StoredEvent;
  readonly createdAt: string;
  readonly run: string;
  /** Where `agent_action_keys` says which row it is: sender, session, key. */
  readonly key?: readonly [string, string, string] | undefined;
}

/** Rejects as `readToEnd` does, and with `StoreError`. */
export async function compareRecords(options: CompareOptions): Promise<RecordComparison> {
  const comparison = new Comparison(options);
  const { topics, existing, ...reading } = options;
  const named = existing.filter((topic) => isCompared(kindOfTopic(topic, topics)));
  await readToEnd({ ...reading, topics: named }, async ({ topic, partition }, message) => {
    const kind = kindOfTopic(topic, topics);
    if (!isCompared(kind)) return;
    await comparison.add(kind, {
      topic,
      partition,
      offset: message.offset,
      timestampMillis: Number(message.timestamp),
      key: message.key,
      value: message.value,
      headers: message.headers ?? {},
    });
  });
  return comparison.result();
}

// What spans say of others is kept for a week and is no row of what an agent did; heartbeats are counted nowhere.
const isCompared = (kind: string | undefined): kind is EventKind =>
  (EVENT_KINDS as readonly (string | undefined)[]).includes(kind);

class Comparison {
  readonly #options: CompareOptions;
  readonly #waiting = new Map<Lookup, Expected[]>();
  readonly #missing: MissingRecord[] = [];
  readonly #rows = new Set<string>();
  #counts = {
    records: 0,
    stored: 0,
    dead_letters: 0,
    superseded: 0,
    erased: 0,
    removed_by_retention: 0,
    expired: 0,
    missing_count: 0,
  };
  readonly #ledger = new ErasureLedger();
  #retention: Promise<RemovedByRetention> | undefined;

  constructor(options: CompareOptions) {
    this.#options = options;
  }

  async add(kind: EventKind, source: SourceRecord): Promise<void> {
    const { isMeant, deadLetters } = this.#options;
    const decoded = decode(kind, source);
    if (decoded.outcome === "skipped") return;
    const headers = source.headers;
    const epoch = headerText(headers, "producer-epoch");
    const event =
      decoded.outcome === "valid"
        ? (decoded.event.event as unknown as Readonly<Record<string, unknown>>)
        : {};
    const run = event.correlation_id as string | undefined;
    if (!isMeant(run, epoch)) return;
    const place = `${source.topic}/${source.partition}/${source.offset}`;
    const record: MissingRecord = {
      kind,
      place,
      id: (kind === "execution" ? event.execution_id : event.id) as string | undefined,
      producer_epoch: epoch,
      producer_sequence: headerText(headers, "producer-sequence"),
    };
    this.#counts.records += 1;
    if (deadLetters.has(place)) this.#counts.dead_letters += 1;
    else if (decoded.outcome !== "valid") this.#miss(record);
    else {
      const { event: valid, text } = decoded;
      const storable = { valid, text, record: source };
      const told = toldCall(storable);
      const keyed = told?.own.id ?? keyedIdOf(storable);
      const id = keyed ?? record.id;
      const identified = { ...valid, event: { ...valid.event, id } } as ValidRecord;
      const key =
        told &&
        ([keyPart(told.sender), keyPart(told.session), keyPart(told.callKey ?? matchKeyOf(told))] as const);
      const expected = {
        record: { ...record, id },
        createdAt: String(event.created_at),
        run: run ?? "",
        key,
      };
      const stored = new StoredEvent({ valid: kind === "execution" ? valid : identified, text });
      const lookup = told !== undefined ? "told_call" : keyed === undefined ? kind : "keyed_action";
      await this.#expect(lookup, { ...expected, event: stored });
    }
  }

  async result(): Promise<RecordComparison> {
    for (const lookup of this.#waiting.keys()) await this.#look(lookup);
    return { ...this.#counts, rows: this.#rows.size, missing: this.#missing };
  }

  async #expect(lookup: Lookup, expected: Expected): Promise<void> {
    const waiting = this.#waiting.get(lookup) ?? [];
    this.#waiting.set(lookup, waiting);
    waiting.push(expected);
    if (waiting.length >= BATCH) await this.#look(lookup);
  }

  async #look(lookup: Lookup): Promise<void> {
    const waiting = this.#waiting.get(lookup) ?? [];
    this.#waiting.delete(lookup);
    if (waiting.length === 0) return;
    const rows = await runQuery<{ place: number; row: string | null; superseded: boolean }>(
      this.#options.pool,
      LOOKUPS[lookup],
      [
        waiting.map(({ record }) => record.id),
        waiting.map(({ createdAt }) => createdAt),
        waiting.map(({ run }) => run),
        ...(lookup === "told_call" ? [0, 1, 2].map((part) => waiting.map(({ key }) => key?.[part])) : []),
      ],
    );
    const absent: Expected[] = [];
    const old = Date.now() - KEPT_MILLIS;
    for (const { place, row, superseded } of rows) {
      const expected = waiting[place - 1];
      if (expected === undefined) continue;
      if (row !== null) {
        this.#counts.stored += 1;
        this.#rows.add(`${expected.record.kind} ${row}`);
      } else if (superseded) this.#counts.superseded += 1;
      else absent.push(expected);
    }
    if (absent.length === 0) return;
    const erased = await this.#erasedOf(absent);
    this.#retention ??= removedByRetention(this.#options.pool);
    const retention = await this.#retention;
    for (const [place, { event, createdAt, record }] of absent.entries())
      if (erased.has(place)) this.#counts.erased += 1;
      else if (retention.includes(Date.parse(createdAt), event.fields.project_name))
        this.#counts.removed_by_retention += 1;
      else if (Date.parse(createdAt) < old) this.#counts.expired += 1;
      else this.#miss(record);
  }

  /** By their places. */
  async #erasedOf(absent: readonly Expected[]): Promise<ReadonlySet<number>> {
    if (absent.length === 0) return new Set();
    const events = () => absent.map(({ event }) => event);
    try {
      return await inTransaction(
        this.#options.pool,
        (client, asked) => this.#ledger.erased(client, events, asked),
        ASK_ERASURES,
      );
    } catch (error) {
      throw storeFailure(error);
    }
  }

  #miss(record: MissingRecord): void {
    this.#counts.missing_count += 1;
    if (this.#missing.length < MAX_NAMED) this.#missing.push(record);
  }
}

/** A keyed action's row has the time that was reported first, so it is looked for by its id alone. */
type Lookup = EventKind | "keyed_action" | "told_call";

const ASKED =
  "unnest($1::uuid[], $2::timestamptz[], $3::uuid[]) with ordinality as asked (id, created_at, run, place)";

const byId = (table: string, key: string): string => `
  select asked.place::int, stored.${key}::text as row, false as superseded
  from ${ASKED} left join ${table} stored on stored.${key} = asked.id order by asked.place`;

const LOOKUPS: Readonly<Record<Lookup, string>> = {
  keyed_action: byId(ROW_TABLES.action, "id"),
  // One without a key was written by a version that knew of none.
  told_call: `
    select asked.place::int, stored.id::text as row, false as superseded
    from unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::text[], $5::text[], $6::text[]) with ordinality
        as asked (id, created_at, run, sender, session_id, call_id, place)
      left join agent_action_keys key using (sender, session_id, call_id)
      left join agent_actions stored on stored.id = coalesce(key.id, asked.id)
    order by asked.place`,
  label: byId(ROW_TABLES.label, "id"),
  action: `
    select asked.place::int, stored.id::text as row,
      exists (
        select from agent_action_supersessions note where (note.id, note.created_at) = (asked.id, asked.created_at)
      ) as superseded
    from ${ASKED} left join agent_actions stored on (stored.id, stored.created_at) = (asked.id, asked.created_at)
    order by asked.place`,
  routing_decision: byId(ROW_TABLES.routing_decision, "id"),
  transformation: byId(ROW_TABLES.transformation, "id"),
  router_performance: byId(ROW_TABLES.router_performance, "id"),
  // One row a run: the first that arrived.
  detection_failure: `
    select asked.place::int, stored.id::text as row, false as superseded
    from ${ASKED} left join agent_detection_failures stored on stored.correlation_id = asked.run order by asked.place`,
  execution: byId(ROW_TABLES.execution, "execution_id"),
};
