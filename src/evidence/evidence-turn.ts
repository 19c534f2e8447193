/**
 * One turn of keeping the evidence log: what the change feed, the queue and, at the beginning, the tables say becomes leaves, and the new
 * tree is signed. It is one transaction that holds the log's row, so that of several processes one at a time keeps the log, also behind a
 * pooler, and so that no leaf is there without its hash and its place in the feed.
 */
import type pg from "pg";
import {
  type ChangeCursor,
  ChangeCursorLost,
  latestChangeCursorOn,
  readChangesOn,
} from "../store/change-feed.js";
import { inTransaction } from "../store/on-connection.js";
import { hashOf, isRowKind, type Leaf, ROW_KINDS, type RowKind } from "./leaf.js";
import {
  type LogState,
  lockState,
  readEdges,
  readState,
  subtreesOf,
  writeCheckpoint,
  writeLeaves,
  writeState,
  writeTiles,
} from "./log-table.js";
import { rootOf } from "./merkle.js";
import { type SigningKey, signCheckpoint } from "./note.js";
import { readRows, readRowsAfter, TEXT_FORM } from "./row-form.js";
import { growTiles } from "./tiles.js";

/** Changes that one turn reads: each names up to some thousands of rows. */
const MAX_CHANGES = 20;
const MAX_QUEUED = 100;
/** Rows from before the log, in parts of 128. */
const MAX_PARTS = 8;

export interface EvidenceTurn {
  /** False: another process keeps the log. */
  readonly active: boolean;
  /** Leaves that were added. */
  readonly leaves: number;
  readonly treeSize: number;
  /** There is more to be read at once. */
  readonly more: boolean;
  /** The signed note; `undefined` where nothing was added. */
  readonly checkpoint: string | undefined;
  /** The place in the change feed was lost: all rows are read again. */
  readonly lost: boolean;
}

/** The log is signed by another key than the one that is given. */
export class ForeignEvidenceLog extends Error {
  override readonly name = "ForeignEvidenceLog";
}

/**
 * Throws what Postgres throws, and {@link ForeignEvidenceLog}.
 *
 * @param onBegun called where there was no log and this process has begun one, with the time of its beginning
 */
export async function runEvidenceTurn(
  pool: pg.Pool,
  key: SigningKey,
  onBegun?: (since: Date) => void,
): Promise<EvidenceTurn> {
  const begunAt = await beginLog(pool, key);
  if (begunAt !== undefined) onBegun?.(begunAt);
  return inTransaction(pool, async (client) => {
    const state = await lockState(client);
    if (state === undefined)
      return { active: false, leaves: 0, treeSize: 0, more: false, checkpoint: undefined, lost: false };
    if (state.verifierKey !== key.verifier.text)
      throw new ForeignEvidenceLog(
        `The evidence log of this database is signed by ${state.verifierKey.split("+")[0]}, the key file has another key: give the service the key that the log was begun with`,
      );
    // One row after the other by its key: a plan that reads a table whole would take the longer the more is stored.
    await client.query(`${TEXT_FORM}; set local enable_hashjoin = off; set local enable_mergejoin = off`);
    const gathering = new Gathering(client);
    const feed = await gathering.changes(state);
    const queued = await gathering.queued();
    const rowsBefore = feed.lost ? FROM_THE_FIRST : await gathering.before(state.rowsBefore);
    const { leaves } = gathering;
    const treeSize = state.treeSize + leaves.length;
    const isSame =
      feed.cursor.xactId === state.cursor.xactId && feed.cursor.position === state.cursor.position;
    let checkpoint: string | undefined;
    if (leaves.length > 0) {
      await writeLeaves(client, state.treeSize, leaves);
      await writeTiles(
        client,
        growTiles(state.treeSize, await readEdges(client, state.treeSize), leaves.map(hashOf)),
      );
      checkpoint = signCheckpoint(
        { size: treeSize, root: await rootOf(treeSize, subtreesOf(client, treeSize)) },
        key,
      );
      await writeCheckpoint(client, treeSize, checkpoint);
    }
    if (leaves.length > 0 || !isSame || rowsBefore !== state.rowsBefore)
      await writeState(client, { treeSize, cursor: feed.cursor, rowsBefore });
    return {
      active: true,
      leaves: leaves.length,
      treeSize,
      more: feed.more || queued === MAX_QUEUED || rowsBefore !== null,
      checkpoint,
      lost: feed.lost,
    };
  });
}

const FROM_THE_FIRST: LogState["rowsBefore"] = { kind: "action" };

/** Makes the log where there is none, and returns when. */
async function beginLog(pool: pg.Pool, key: SigningKey): Promise<Date | undefined> {
  if ((await readState(pool)) !== undefined) return undefined;
  return inTransaction(pool, async (client) => {
    const cursor = await latestChangeCursorOn(client);
    const { rows } = await client.query<{ begun_at: Date }>(
      `insert into agent_evidence_log (verifier_key, change_cursor, rows_before) values ($1, $2, $3)
       on conflict do nothing returning begun_at`,
      [key.verifier.text, JSON.stringify(cursor), JSON.stringify(FROM_THE_FIRST)],
    );
    return rows[0]?.begun_at;
  });
}

interface ReadFeed {
  readonly cursor: ChangeCursor;
  readonly more: boolean;
  readonly lost: boolean;
}

/** The leaves of one turn, in the order in which things are said. */
class Gathering {
  readonly leaves: Leaf[] = [];
  readonly #client: pg.ClientBase;
  readonly #loggedAt = new Date().toISOString();

  constructor(client: pg.ClientBase) {
    this.#client = client;
  }

  async changes({ cursor, treeSize }: LogState): Promise<ReadFeed> {
    if (treeSize === 0 && this.leaves.length === 0) this.#ofLog("begun");
    try {
      const read = await readChangesOn(this.#client, cursor, MAX_CHANGES);
      for (const { kind, ids, createdAts } of merged(read.changes))
        if (isRowKind(kind)) await this.#rows(kind, ids, createdAts);
      return { cursor: read.cursor, more: read.changes.length === MAX_CHANGES, lost: false };
    } catch (error) {
      if (!(error instanceof ChangeCursorLost)) throw error;
      this.#ofLog("place in the change feed lost, all rows are read again");
      return { cursor: await latestChangeCursorOn(this.#client), more: true, lost: true };
    }
  }

  /** Returns how many entries the queue had, at most {@link MAX_QUEUED}. */
  async queued(): Promise<number> {
    const { rows } = await this.#client.query<Queued>(TAKE_QUEUED);
    for (const { kind, ids, createdAts, details } of rows.sort((one, other) => one.number - other.number)) {
      if (kind === "audit") await this.#auditEntry(details ?? {});
      else if (kind === "log") this.#add({ kind, details: details ?? {} });
      else if (!isRowKind(kind)) throw new TypeError(`agent_evidence_queue has the unknown kind ${kind}.`);
      else if (ids === null) this.#add({ kind, details: details ?? {} });
      else await this.#rows(kind, ids, createdAts ?? []);
    }
    return rows.length;
  }

  /** Adds some rows that were there before the log. Returns where to go on; `null`: they are all there. */
  async before(from: LogState["rowsBefore"]): Promise<LogState["rowsBefore"]> {
    let place = from;
    for (let part = 0; part < MAX_PARTS && place !== null; part++) {
      const { kind, id }: { kind: RowKind; id?: string } = place;
      const rows = await readRowsAfter(this.#client, kind, id);
      for (const row of rows) this.#add({ kind, rowId: row.id, ...row });
      const last = rows.at(-1);
      const next = KINDS[KINDS.indexOf(kind) + 1];
      place = last !== undefined ? { kind, id: last.id } : next !== undefined ? { kind: next } : null;
    }
    if (from !== null && place === null) this.#ofLog("rows from before are in the log");
    return place;
  }

  async #rows(kind: RowKind, ids: readonly string[], createdAts: readonly string[]): Promise<void> {
    const rows = new Map((await readRows(this.#client, kind, ids, createdAts)).map((row) => [row.id, row]));
    ids.forEach((rowId, at) => {
      const row = rows.get(rowId);
      if (row !== undefined) this.#add({ kind, rowId, ...row });
      else this.#add({ kind, rowId, createdAt: createdAts[at] });
    });
  }

  async #auditEntry({ number }: Readonly<Record<string, unknown>>): Promise<void> {
    const { rows } = await this.#client.query<{ sha256: Buffer }>(AUDIT_ENTRY, [number]);
    // One that somebody has removed meanwhile has no hash, and is missed by whoever checks.
    this.#add({ kind: "audit", sha256: rows[0]?.sha256, details: { number } });
  }

  #ofLog(what: string): void {
    this.#add({ kind: "log", details: { what } });
  }

  #add({ kind, rowId, createdAt, sha256, kafka, details }: Omit<Leaf, "loggedAt">): void {
    this.leaves.push({ kind, rowId, createdAt, sha256, kafka, details, loggedAt: this.#loggedAt });
  }
}

const KINDS = Object.keys(ROW_KINDS) as RowKind[];

interface Named {
  readonly kind: string;
  readonly ids: readonly string[];
  readonly createdAts: readonly string[];
}

/** A row that is named several times is read once: there is one version of it to see. */
function merged(changes: readonly Named[]): Named[] {
  const kinds = new Map<string, Map<string, string>>();
  for (const { kind, ids, createdAts } of changes) {
    const rows = kinds.get(kind) ?? new Map<string, string>();
    kinds.set(kind, rows);
    ids.forEach((id, at) => void rows.set(id, createdAts[at] ?? ""));
  }
  return [...kinds].map(([kind, rows]) => ({ kind, ids: [...rows.keys()], createdAts: [...rows.values()] }));
}

interface Queued {
  readonly number: number;
  readonly kind: string;
  readonly ids: readonly string[] | null;
  readonly createdAts: readonly string[] | null;
  readonly details: Readonly<Record<string, unknown>> | null;
}

const TAKE_QUEUED = `
  delete from agent_evidence_queue where number in (select number from agent_evidence_queue order by number limit ${MAX_QUEUED})
  returning number::float8 as number, kind, ids::text[] as ids,
    array(select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
      from unnest(created_ats) with ordinality as times (at, place) order by place) as "createdAts", details`;

/** An entry of the audit log: SHA-256 of its columns as a JSON array in Postgres's own form. */
export const AUDIT_FORM =
  "sha256(convert_to(jsonb_build_array(number, at, action, subject, details, actor, database_user)::text, 'UTF8'))";
const AUDIT_ENTRY = `select ${AUDIT_FORM} as sha256 from agent_audit_log where number = $1`;
