/**
 * Whether the rows of a table are what the log says: each row against the last leaf about it. Whoever removes rows by a command of this package
 * leaves a reason: in the ledger of erasures, among running actions that were taken back, or in the log itself, with how many rows went.
 */
import type pg from "pg";
import { ROW_KINDS, type RowKind } from "./leaf.js";
import type { LogState } from "./log-table.js";
import { type FormedRow, isoOf, readRows } from "./row-form.js";

export interface RowFinding {
  readonly kind: RowKind;
  readonly id: string;
  readonly created_at: string;
  /** `inserted`: no leaf tells of it. `came back`: it is there although the log says that it went. */
  readonly what: "changed" | "removed" | "inserted" | "came back";
  /** The last leaf about it; absent of one that was inserted. */
  readonly leaf?: number;
  /** Where in Kafka its record stood. */
  readonly kafka?: string;
}

export interface RowCheck {
  readonly kind: RowKind;
  /** Rows that are as the log says. */
  readonly intact: number;
  readonly changed: number;
  readonly removed: number;
  readonly inserted: number;
  readonly came_back: number;
  /** Rows that went for a reason that is on record. */
  readonly erased: number;
  readonly taken_back: number;
  readonly aged: number;
  /** Rows that were changed or written since the log was last brought up to date: not checked. */
  readonly on_the_way: number;
  /** Named are the first hundred. */
  readonly findings: readonly RowFinding[];
}

const BATCH = 512;
const MAX_NAMED = 100;
const TALLY = {
  changed: "changed",
  removed: "removed",
  inserted: "inserted",
  "came back": "came_back",
} as const;

interface LastLeaf {
  readonly id: string;
  readonly created_at: string;
  readonly leaf: number;
  readonly sha256: Buffer | null;
  readonly kafka: string | null;
  readonly erased: boolean;
  readonly taken_back: boolean;
  readonly aged: boolean;
  readonly on_the_way: boolean;
}

/** The client has to be in a transaction that sees one state. Throws what Postgres throws, and the signal's reason. */
export async function verifyRows(
  client: pg.ClientBase,
  kind: RowKind,
  state: LogState,
  signal: AbortSignal,
): Promise<RowCheck> {
  const checking = new Checking(client, kind);
  await client.query("drop table if exists evidence_on_the_way");
  await client.query(`create temp table evidence_on_the_way on commit drop as ${ON_THE_WAY}`, [
    kind,
    state.cursor.xactId,
    state.cursor.position,
  ]);
  await client.query("create index on evidence_on_the_way (id)");
  await client.query("drop table if exists evidence_aged");
  // Looked for once: each row asks whether it is among them.
  await client.query(`create temp table evidence_aged on commit drop as ${AGED}`, [kind]);
  await client.query("analyze evidence_on_the_way, evidence_aged");
  await client.query(`declare last_leaves no scroll cursor for ${lastLeaves(kind)}`);
  for (;;) {
    signal.throwIfAborted();
    const { rows } = await client.query<LastLeaf>(`fetch ${BATCH} from last_leaves`);
    if (rows.length === 0) break;
    await checking.compare(rows);
  }
  await client.query("close last_leaves");
  await checking.countOnTheWay();
  await checking.countRemoved();
  // Until the rows from before the log are in it, no row can be said to be inserted.
  if (state.rowsBefore === null) await checking.lookForInserted();
  return checking.result();
}

class Checking {
  readonly #client: pg.ClientBase;
  readonly #kind: RowKind;
  readonly #findings: RowFinding[] = [];
  readonly #counts = {
    intact: 0,
    changed: 0,
    removed: 0,
    inserted: 0,
    came_back: 0,
    erased: 0,
    taken_back: 0,
    aged: 0,
    on_the_way: 0,
  };
  /** The last of those that went for their age, in case that more went than that. */
  #lastAged: LastLeaf | undefined;

  constructor(client: pg.ClientBase, kind: RowKind) {
    this.#client = client;
    this.#kind = kind;
  }

  async compare(leaves: readonly LastLeaf[]): Promise<void> {
    const rows = new Map<string, FormedRow>();
    const asked = leaves.filter((leaf) => !leaf.on_the_way);
    for (const row of await readRows(
      this.#client,
      this.#kind,
      asked.map(({ id }) => id),
      asked.map((leaf) => leaf.created_at),
    ))
      rows.set(row.id, row);
    for (const leaf of asked) this.#judge(leaf, rows.get(leaf.id));
  }

  #judge(leaf: LastLeaf, row: FormedRow | undefined): void {
    if (row !== undefined) {
      if (leaf.sha256 === null) this.#find("came back", leaf);
      else if (row.sha256.equals(leaf.sha256)) this.#counts.intact += 1;
      else this.#find("changed", leaf);
    } else if (leaf.erased) this.#counts.erased += 1;
    else if (leaf.taken_back) this.#counts.taken_back += 1;
    else if (leaf.aged) {
      this.#counts.aged += 1;
      this.#lastAged = leaf;
    } else this.#find("removed", leaf);
  }

  /** Those that have no leaf yet among them. */
  async countOnTheWay(): Promise<void> {
    const { rows } = await this.#client.query<{ rows: number }>(
      "select count(*)::float8 as rows from evidence_on_the_way",
    );
    this.#counts.on_the_way = rows[0]?.rows ?? 0;
  }

  /** No more may have gone for their age than the log says; some of those that it says may never have been in the log. */
  async countRemoved(): Promise<void> {
    const { rows } = await this.#client.query<{ removed: number }>(
      `select coalesce(sum((details ->> 'removed')::numeric), 0)::float8 as removed
       from agent_evidence_leaves where kind = $1 and row_id is null`,
      [this.#kind],
    );
    const more = this.#counts.aged - (rows[0]?.removed ?? 0);
    if (more <= 0 || this.#lastAged === undefined) return;
    this.#counts.aged -= more;
    this.#find("removed", this.#lastAged);
    // Which of them, the log cannot say: one stands for all.
    this.#counts.removed += more - 1;
  }

  async lookForInserted(): Promise<void> {
    const { table, id } = ROW_KINDS[this.#kind];
    const { rows } = await this.#client.query<{ id: string; created_at: string; kafka: string; all: number }>(
      `select target.${id}::text as id, ${isoOf("target.created_at")} as created_at,
         concat_ws('/', kafka_topic, kafka_partition, kafka_offset) as kafka, (count(*) over ())::float8 as all
       from ${table} target
       where not exists (select from agent_evidence_leaves leaf where leaf.kind = $1 and leaf.row_id = target.${id})
         and not exists (select from evidence_on_the_way way where way.id = target.${id})
       limit ${MAX_NAMED}`,
      [this.#kind],
    );
    for (const { id: rowId, created_at, kafka } of rows)
      this.#name({ kind: this.#kind, id: rowId, created_at, what: "inserted", ...(kafka && { kafka }) });
    this.#counts.inserted += rows[0]?.all ?? 0;
  }

  #find(what: Exclude<RowFinding["what"], "inserted">, { id, created_at, leaf, kafka }: LastLeaf): void {
    this.#counts[TALLY[what]] += 1;
    this.#name({ kind: this.#kind, id, created_at, what, leaf, ...(kafka !== null && { kafka }) });
  }

  #name(finding: RowFinding): void {
    if (this.#findings.length < MAX_NAMED) this.#findings.push(finding);
  }

  result(): RowCheck {
    return { kind: this.#kind, ...this.#counts, findings: this.#findings };
  }
}

const ON_THE_WAY = `
  select id from agent_action_changes, unnest(ids) as id where kind = $1 and (xact_id, position) > ($2::xid8, $3::bigint)
  union select id from agent_evidence_queue, unnest(ids) as id where kind = $1`;

const AGED = `
  select (details ->> 'before')::timestamptz as before_time, coalesce((details ->> 'from')::timestamptz, '-infinity') as from_time
  from agent_evidence_leaves where kind = $1 and row_id is null`;

const lastLeaves = (kind: RowKind): string => `
  select last.row_id::text as id, ${isoOf("last.created_at")} as created_at, last.leaf_index::float8 as leaf, last.row_sha256 as sha256,
    last.kafka_place as kafka,
    exists (select from agent_erased_rows erased where erased.id = last.row_id) as erased,
    ${kind === "action" ? "exists (select from agent_action_supersessions note where note.id = last.row_id)" : "false"} as taken_back,
    exists (
      select from evidence_aged gone where last.created_at < gone.before_time and last.created_at >= gone.from_time) as aged,
    exists (select from evidence_on_the_way way where way.id = last.row_id) as on_the_way
  from (
    select distinct on (row_id) row_id, created_at, leaf_index, row_sha256, kafka_place
    from agent_evidence_leaves where kind = '${kind}' and row_id is not null order by row_id, leaf_index desc
  ) as last`;
