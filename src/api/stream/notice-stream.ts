/**
 * Notices as they are made and change state, for any number of readers. While somebody listens, one statement asks how far notices
 * have come; only who stands before that reads, and those who want the same from the same place read once together.
 */
import { NOTICES } from "../collections/notices.js";
import type { Database } from "../database.js";
import { SqlValues } from "../query/sql-values.js";
import { isBefore, type NoticePlace, noticePlaceText } from "./notice-place.js";
import { ReaderLoop, type StreamOptions, type StreamReader } from "./reader-loop.js";
import { type StreamEvent, streamEvent } from "./subscriber.js";

/** What a reader wants of the notices. */
export interface NoticeFilter {
  /** The same for readers that want the same. */
  readonly key: string;
  /** SQL on a row of agent_notices. */
  condition(sql: SqlValues): string;
}

interface Reader extends StreamReader {
  readonly filter: NoticeFilter;
  /** `undefined` until it has been served. */
  place: NoticePlace | undefined;
  /** The place is one that its request named, and is not known to be of this database yet. */
  isNamed: boolean;
  lastBeat: number;
}

interface Standing {
  readonly installation: string;
  readonly xmin: string;
  readonly xmax: string;
  /** Of the last notice that is told; null where there is none. */
  readonly xactId: string | null;
  readonly noticeId: string | null;
}

interface Portion {
  readonly events: readonly StreamEvent[];
  readonly place: NoticePlace;
}

const NIL_UUID = "00000000-0000-0000-0000-000000000000";
/** Notices of one reading. */
const MAX_NOTICES = 50;
const BUSY_MILLIS = 20;
const IDLE_MILLIS = 500;
const BEAT_MILLIS = 15_000;

export class NoticeStream {
  readonly #database: Database;
  readonly #loop: ReaderLoop<Reader>;

  constructor(database: Database, options: StreamOptions) {
    this.#database = database;
    this.#loop = new ReaderLoop(options, {
      serve: () => this.#turn(),
      busyMillis: BUSY_MILLIS,
      idleMillis: IDLE_MILLIS,
    });
  }

  /** See {@link ReaderLoop.subscribe}. @param place where to go on; `undefined`: from now on */
  subscribe(
    filter: NoticeFilter,
    place: NoticePlace | undefined,
    isStillAllowed: () => Promise<boolean>,
  ): ReadableStream<Uint8Array> | undefined {
    return this.#loop.subscribe(isStillAllowed, (reader) => ({
      ...reader,
      filter,
      place,
      isNamed: place !== undefined,
      lastBeat: Number.NEGATIVE_INFINITY,
    }));
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Returns whether some reader has more to get than it was given. */
  async #turn(): Promise<boolean> {
    const [standing] = await this.#database.read<Standing>(STANDING);
    if (standing === undefined) throw new TypeError("agent_actions_installation has one row.");
    const portions = new Map<string, Promise<Portion>>();
    let hasMore = false;
    for (const reader of [...this.#loop.readers])
      hasMore = (await this.#serve(reader, standing, portions)) || hasMore;
    return hasMore;
  }

  async #serve(
    reader: Reader,
    standing: Standing,
    portions: Map<string, Promise<Portion>>,
  ): Promise<boolean> {
    const { subscriber, filter } = reader;
    const { installation, xmin, xmax, xactId, noticeId } = standing;
    const now = performance.now();
    if (reader.place === undefined) {
      reader.place = { installation, xactId: xmin, noticeId: NIL_UUID };
      reader.lastBeat = now;
      subscriber.ready(noticePlaceText(reader.place));
    } else if (reader.isNamed && !isOf(reader.place, installation, xmax)) {
      reader.place = { installation, xactId: xmin, noticeId: NIL_UUID };
      subscriber.reload(noticePlaceText(reader.place));
    }
    reader.isNamed = false;
    const { place } = reader;
    const until = xactId === null || noticeId === null ? undefined : { installation, xactId, noticeId };
    let hasMore = false;
    if (until !== undefined && isBefore(place, until)) {
      if (subscriber.hasEnough(now)) return true;
      const key = `${noticePlaceText(place)} ${filter.key}`;
      const reading = portions.get(key) ?? this.#read(filter, place, until);
      portions.set(key, reading);
      const portion = await reading;
      for (const event of portion.events) subscriber.push(event);
      reader.place = portion.place;
      hasMore = isBefore(portion.place, until);
    }
    if (now - reader.lastBeat >= BEAT_MILLIS) {
      reader.lastBeat = now;
      subscriber.beat(noticePlaceText(reader.place));
    }
    return hasMore;
  }

  async #read(filter: NoticeFilter, after: NoticePlace, until: NoticePlace): Promise<Portion> {
    const sql = new SqlValues();
    const placeOf = ({ xactId, noticeId }: NoticePlace) =>
      `(${sql.add(xactId)}::xid8, ${sql.add(noticeId)}::uuid)`;
    const bounds = `(state_xact_id, notice_id) > ${placeOf(after)} and (state_xact_id, notice_id) <= ${placeOf(until)}`;
    const columns = Object.entries(NOTICES.columns).map(
      ([name, column]) => `${column.sql} as ${JSON.stringify(name)}`,
    );
    const rows = await this.#database.read<{ xactId: string; noticeId: string; json: string }>(
      `select rows.state_xact_id::text as "xactId", rows.notice_id::text as "noticeId", row_to_json(shown)::text as json
       from (${NOTICES.rows(`${filter.condition(sql)} and ${bounds} order by state_xact_id, notice_id limit ${MAX_NOTICES}`)}) as rows,
       lateral (select ${columns.join(", ")}) as shown
       order by rows.state_xact_id, rows.notice_id`,
      sql.list,
    );
    const { installation } = after;
    const events = rows.map(({ xactId, noticeId, json }) => {
      const id = noticePlaceText({ installation, xactId, noticeId });
      return streamEvent(id, `id: ${id}\nevent: notice\ndata: ${json}\n\n`, 1);
    });
    const last = rows.length < MAX_NOTICES ? undefined : rows.at(-1);
    return {
      events,
      place: last === undefined ? until : { installation, xactId: last.xactId, noticeId: last.noticeId },
    };
  }
}

/** A place from after the present is of a database that was restored from an older copy. */
const isOf = (place: NoticePlace, installation: string, xmax: string): boolean =>
  place.installation === installation && BigInt(place.xactId) <= BigInt(xmax);

// What is below the oldest open transaction is complete: nothing can be added there any more.
const STANDING = `
  select installation.id as installation, pg_snapshot_xmin(snapshot.now)::text as xmin, pg_snapshot_xmax(snapshot.now)::text as xmax,
    last.state_xact_id::text as "xactId", last.notice_id::text as "noticeId"
  from agent_actions_installation as installation, (select pg_current_snapshot() as now) as snapshot
  left join lateral (
    select state_xact_id, notice_id from agent_notices where state_xact_id < pg_snapshot_xmin(snapshot.now)
    order by state_xact_id desc, notice_id desc limit 1
  ) as last on true`;
