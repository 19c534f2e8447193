/**
 * One turn: read what the change feed names, apply the rules, write notices and the place, in one transaction that no other process makes at
 * the same time. What was applied in memory and not written is forgotten, and made anew from the rows.
 */
import { randomUUID } from "node:crypto";
import type pg from "pg";
import { type Deed, identityOf, LoopTracker } from "../analysis/loop-tracker.js";
import { type AlertSettings, DEFAULT_ALERTS } from "../config/alert-rules.js";
import {
  type Change,
  type ChangeCursor,
  ChangeCursorLost,
  latestChangeCursorOn,
  readChangesOn,
} from "../store/change-feed.js";
import { inTransaction } from "../store/on-connection.js";
import { storeFailure } from "../store/store-failure.js";
import { type Claim, claim } from "./claim.js";
import { FeatureWatch } from "./feature-watch.js";
import { loopNotice, loopSubject } from "./loop-notice.js";
import type { Notice } from "./notice.js";
import {
  type ActionKey,
  type AgentDeed,
  readDeeds,
  readOpenLoops,
  readSequences,
  type Sequence,
} from "./read-deeds.js";
import { SequenceWatch } from "./sequence-watch.js";
import { closeQuiet, storeNotices } from "./store-notices.js";

/** A loop of which nothing was heard for so long is over. */
const QUIET_MILLIS = 600_000;
/** A sequence happened, and does not go on: its notice is open for so long. */
const SEQUENCE_MILLIS = 86_400_000;
/** The part of the memory that is for sequences. */
const SEQUENCE_SHARE = 0.125;
/** How often a process says that it is there, where nothing happens. */
const PRESENT_MILLIS = 5_000;
/** Changes of one turn, and rows of one statement. */
const MAX_CHANGES = 50;
const MAX_ROWS = 2_000;

export interface NoticeTurn {
  /** False: another process is at it. */
  readonly active: boolean;
  readonly changes: number;
  readonly actions: number;
  readonly notices: number;
  /** Sequences that were made anew from rows. */
  readonly rebuilt: number;
  /** The place in the feed was lost: what lies before now was not looked at. */
  readonly isLost: boolean;
  /** CPU time of the rules alone is measured by the caller; this is the time of the whole turn that passed in them. */
  readonly ruleMillis: number;
}

const ELSEWHERE: NoticeTurn = {
  active: false,
  changes: 0,
  actions: 0,
  notices: 0,
  rebuilt: 0,
  isLost: false,
  ruleMillis: 0,
};

export class NoticeReader {
  readonly #pool: pg.Pool;
  readonly #tracker: LoopTracker;
  readonly #findsLoops: boolean;
  readonly #sequences: SequenceWatch | undefined;
  readonly #features: FeatureWatch | undefined;
  /** Names this process in the table of the state. */
  readonly worker = randomUUID();
  /** The place that memory stands at. */
  #cursor: ChangeCursor | undefined;
  #presentAt = Number.NEGATIVE_INFINITY;

  /** Where all that is found here is switched off, the feed is passed over. */
  constructor(
    pool: pg.Pool,
    maxBytes: number,
    { rules, sequences }: Pick<AlertSettings, "rules" | "sequences"> = DEFAULT_ALERTS,
  ) {
    this.#pool = pool;
    this.#findsLoops = rules.loop.enabled;
    const watches = rules.sequence.enabled && sequences.some(({ enabled }) => enabled);
    const share = watches ? maxBytes * SEQUENCE_SHARE : 0;
    this.#sequences = watches
      ? new SequenceWatch(sequences, rules.sequence.quietMinutes * 60_000, share)
      : undefined;
    this.#features = rules.novelty.enabled ? new FeatureWatch() : undefined;
    this.#tracker = new LoopTracker(maxBytes - share);
  }

  get bytes(): number {
    return this.#tracker.bytes + (this.#sequences?.bytes ?? 0);
  }

  get sequences(): number {
    return this.#tracker.sequences;
  }

  /** Throws `StoreError`. */
  async turn(): Promise<NoticeTurn> {
    try {
      return await inTransaction(this.#pool, (client) => this.#turnOn(client));
    } catch (error) {
      // What was applied may not have been written.
      this.#forget();
      throw storeFailure(error);
    }
  }

  /** Lets another process go on at once. */
  async leave(): Promise<void> {
    await inTransaction(this.#pool, (client) =>
      client.query("update agent_notice_state set worker = null, worked_at = null where worker = $1", [
        this.worker,
      ]),
    );
  }

  #forget(): void {
    this.#cursor = undefined;
    this.#tracker.clear();
    this.#sequences?.clear();
    this.#features?.clear();
  }

  async #turnOn(client: pg.PoolClient): Promise<NoticeTurn> {
    const state = await claim(client, this.worker);
    if (state === undefined) {
      this.#forget();
      return ELSEWHERE;
    }
    const read = await this.#changes(client, state);
    const keys = this.#findsLoops || this.#sequences || this.#features ? read.changes.flatMap(keysOf) : [];
    const found: Notice[] = [];
    let actions = 0;
    let rebuilt = 0;
    let ruleMillis = 0;
    for (let from = 0; from < keys.length; from += MAX_ROWS) {
      const deeds = await readDeeds(client, keys.slice(from, from + MAX_ROWS));
      const began = performance.now();
      const missing = this.#findsLoops ? this.#apply(deeds, found) : new Map();
      ruleMillis += performance.now() - began;
      if (missing.size > 0) await this.#rebuild(client, missing, found);
      if (this.#sequences) found.push(...(await this.#sequences.look(client, deeds)));
      await this.#features?.look(client, deeds);
      actions += deeds.length;
      rebuilt += missing.size;
    }
    const now = performance.now();
    const isDue = now - this.#presentAt >= PRESENT_MILLIS;
    if (isDue && this.#sequences) found.push(...(await this.#sequences.ended(client, await clockOf(client))));
    await storeNotices(client, found);
    if (isDue) {
      await closeQuiet(client, "loop", QUIET_MILLIS);
      await closeQuiet(client, "sequence", SEQUENCE_MILLIS);
    }
    if (isDue || read.changes.length > 0 || read.isLost) {
      const { installation, xactId, position } = read.cursor;
      await client.query(ADVANCE, [installation, xactId, position, this.worker, read.isLost]);
      this.#presentAt = now;
    }
    this.#cursor = read.cursor;
    return {
      active: true,
      changes: read.changes.length,
      actions,
      notices: found.length,
      rebuilt,
      isLost: read.isLost,
      ruleMillis,
    };
  }

  async #changes(client: pg.PoolClient, { installation, xactId, position }: Claim) {
    if (installation === null)
      return { changes: [], cursor: await latestChangeCursorOn(client), isLost: false };
    const cursor = { installation, xactId, position };
    const isMine =
      this.#cursor !== undefined && this.#cursor.xactId === xactId && this.#cursor.position === position;
    if (!isMine) this.#forget();
    try {
      return { ...(await readChangesOn(client, cursor, MAX_CHANGES)), isLost: false };
    } catch (error) {
      if (!(error instanceof ChangeCursorLost)) throw error;
      this.#forget();
      return { changes: [], cursor: await latestChangeCursorOn(client), isLost: true };
    }
  }

  /** Applies deeds, and returns the sequences that have to be made anew. */
  #apply(
    deeds: readonly AgentDeed[],
    found: Notice[],
  ): ReadonlyMap<string, Sequence & { readonly from: number }> {
    const missing = new Map<string, Sequence & { readonly from: number }>();
    for (const { run, agent, deed } of deeds) {
      const key = `${run} ${agent}`;
      const before = missing.get(key);
      if (before !== undefined) {
        if (startOf(deed) < before.from) missing.set(key, { run, agent, from: startOf(deed) });
        continue;
      }
      const loops = this.#tracker.add(key, deed);
      if (loops === undefined) missing.set(key, { run, agent, from: startOf(deed) });
      else for (const loop of loops) found.push(loopNotice(run, agent, loop));
    }
    return missing;
  }

  async #rebuild(
    client: pg.PoolClient,
    missing: ReadonlyMap<string, Sequence & { readonly from: number }>,
    found: Notice[],
  ): Promise<void> {
    const sequences = [...missing.values()];
    const earliest = sequences.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY);
    const open = await readOpenLoops(client, [...new Set(sequences.map(({ run }) => run))]);
    for (const [{ run, agent }, deeds] of await readSequences(client, sequences, earliest)) {
      const known = (open.get(run) ?? [])
        .filter((loop) => loop.agent === agent)
        .map((loop) => ({
          ...loop,
          has: (signature: string) => loopSubject(run, agent, signature) === loop.subjectKey,
        }));
      for (const loop of this.#tracker.rebuild(`${run} ${agent}`, deeds, known))
        found.push(loopNotice(run, agent, loop));
    }
  }
}

async function clockOf(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ now: number }>(
    "select (extract(epoch from now()) * 1000)::float8 as now",
  );
  return rows[0]?.now ?? Date.now();
}

const startOf = (deed: Deed): number =>
  deed.type === "call"
    ? deed.step.startedAt
    : deed.type === "turn"
      ? deed.turn.startedAt
      : identityOf(deed).doneAt;

const keysOf = ({ kind, ids, createdAts }: Change): readonly ActionKey[] =>
  kind === "action" ? ids.map((id, index) => ({ id, createdAt: createdAts[index] as string })) : [];

const ADVANCE = `
  update agent_notice_state set installation = $1, xact_id = $2::xid8, position = $3, worker = $4, worked_at = clock_timestamp(),
    restarts = restarts + case when $5 then 1 else 0 end`;
