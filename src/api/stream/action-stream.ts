/**
 * Actions as they are written and changed, for any number of readers. One loop reads the change feed while somebody listens; what
 * changed is read once for all filters, and each event is made once for all who want the same.
 *
 * Readers stand at places of the feed. Those who stand at the same place, as nearly all do, are served together; one that resumes is
 * served by itself until it has caught up with the others.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Change, type ChangeCursor, ChangeCursorLost } from "../../store/change-feed.js";
import type { Database } from "../database.js";
import { type ChangedAction, type ChangedKey, readChanged, type StreamFilter } from "./read-changed.js";
import { RecentChanges } from "./recent-changes.js";
import { placeText, type StreamPlace } from "./stream-place.js";
import { type StreamEvent, Subscriber } from "./subscriber.js";

/** `ids`: only which actions changed, for who reads something else anew. */
export type StreamContent = "actions" | "ids";

interface Reader {
  readonly subscriber: Subscriber;
  readonly filter: StreamFilter;
  readonly content: StreamContent;
  place: StreamPlace | undefined;
  lastBeat: number;
  /** It was told that the tables cannot be read. */
  isToldAway: boolean;
  readonly isStillAllowed: () => Promise<boolean>;
  lastCheck: number;
}

export interface ActionStreamOptions {
  readonly maxReaders: number;
  /** Called for what nobody foresaw. */
  readonly onDefect: (error: unknown) => void;
}

/** Actions of one event, and changes of one reading. */
const MAX_ACTIONS = 500;
const MAX_CHANGES = 50;
/** Portions from memory before others have a turn. */
const MAX_PORTIONS = 20;
/** How long to wait before the feed is read again: where there was something, and where there was nothing. */
const BUSY_MILLIS = 60;
const IDLE_MILLIS = 200;
const FAILURE_MILLIS = 1_000;
const BEAT_MILLIS = 15_000;
/** How often it is asked whether a reader still may read. */
const CHECK_MILLIS = 5_000;

export class ActionStream {
  readonly #database: Database;
  readonly #options: ActionStreamOptions;
  readonly #readers = new Set<Reader>();
  readonly #recent = new RecentChanges();
  #loop: Promise<void> | undefined;
  #isStopped = false;

  constructor(database: Database, options: ActionStreamOptions) {
    this.#database = database;
    this.#options = options;
  }

  /**
   * Returns `undefined` when as many read as may.
   *
   * @param isStillAllowed asked every few seconds: a stream whose token was revoked, or has expired, ends
   */
  subscribe(
    filter: StreamFilter,
    content: StreamContent,
    place: StreamPlace | undefined,
    isStillAllowed: () => Promise<boolean> = async () => true,
  ): ReadableStream<Uint8Array> | undefined {
    if (this.#isStopped || this.#readers.size >= this.#options.maxReaders) return undefined;
    const subscriber = new Subscriber(() => this.#readers.delete(reader));
    const reader: Reader = {
      subscriber,
      filter,
      content,
      place,
      lastBeat: 0,
      isToldAway: false,
      isStillAllowed,
      lastCheck: performance.now(),
    };
    this.#readers.add(reader);
    this.#loop ??= this.#run();
    return subscriber.stream;
  }

  /** How many are connected. */
  get readerCount(): number {
    return this.#readers.size;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { subscriber } of [...this.#readers]) subscriber.close();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (this.#readers.size > 0) {
      let wait = FAILURE_MILLIS;
      try {
        wait = (await this.#turn()) ? BUSY_MILLIS : IDLE_MILLIS;
        this.#tellAway(false);
      } catch (error) {
        // Readers stay where they are, and go on from there when the database is back. Silence would look as if nothing happened.
        this.#tellAway(true);
        if (!(error instanceof Error && error.name === "StoreError")) this.#options.onDefect(error);
      }
      await sleep(wait);
    }
    this.#recent.clear();
    // In the same turn as the last look: a reader that comes now finds no loop, and begins one.
    this.#loop = undefined;
  }

  #tellAway(isAway: boolean): void {
    for (const reader of this.#readers) {
      if (reader.isToldAway === isAway) continue;
      reader.isToldAway = isAway;
      reader.subscriber.tell(isAway ? "away" : "back");
    }
  }

  /** Serves every place at which readers stand. Returns whether there was anything new. */
  async #turn(): Promise<boolean> {
    const newcomers = [...this.#readers].filter(({ place }) => place === undefined);
    if (newcomers.length > 0) {
      const cursor = await this.#database.latestChangeCursor();
      for (const reader of newcomers) {
        reader.place = { cursor, skip: 0 };
        reader.lastBeat = performance.now();
        reader.subscriber.ready(placeText(reader.place));
      }
    }
    let isBusy = false;
    for (const group of groupsOf(this.#readers)) isBusy = (await this.#serve(group)) || isBusy;
    const now = performance.now();
    for (const reader of this.#readers) {
      if (reader.place === undefined || (reader.lastBeat > 0 && now - reader.lastBeat < BEAT_MILLIS))
        continue;
      reader.lastBeat = now;
      reader.subscriber.beat(placeText(reader.place));
    }
    this.#endRefused(now);
    this.#recent.forgetOld();
    return isBusy;
  }

  #endRefused(now: number): void {
    for (const reader of this.#readers) {
      if (now - reader.lastCheck < CHECK_MILLIS) continue;
      reader.lastCheck = now;
      void reader.isStillAllowed().then((isAllowed) => isAllowed || reader.subscriber.close());
    }
  }

  async #serve(readers: readonly Reader[]): Promise<boolean> {
    const [{ place } = {}] = readers;
    if (place === undefined) return false;
    const filters = distinct(readers.map(({ filter }) => filter));
    if (this.#serveAgain(readers, filters, place)) return true;
    const read = await this.#changesAfter(place.cursor);
    if (read === "lost") {
      const cursor = await this.#database.latestChangeCursor();
      for (const reader of readers) {
        reader.place = { cursor, skip: 0 };
        reader.subscriber.reload(placeText(reader.place));
      }
      return true;
    }
    const keys = read.changes.flatMap(keysOf).slice(place.skip);
    let before = place;
    for (let from = 0; from < keys.length; from += MAX_ACTIONS) {
      const some = keys.slice(from, from + MAX_ACTIONS);
      const isLast = from + some.length >= keys.length;
      const next: StreamPlace = isLast
        ? { cursor: read.cursor, skip: 0 }
        : { cursor: place.cursor, skip: place.skip + from + some.length };
      const changed = await this.#database.readAll((client) => readChanged(client, some, filters));
      this.#recent.add(before, { changed, filters, next });
      before = next;
      deliver(readers, filters, changed, next);
    }
    const end: StreamPlace = { cursor: read.cursor, skip: 0 };
    if (keys.length === 0) for (const reader of readers) reader.place = end;
    // Changes of other tables: whoever resumes before them gets past them in memory too.
    if (keys.length === 0 && placeText(end) !== placeText(place))
      this.#recent.add(place, { changed: [], filters, next: end });
    return keys.length > 0;
  }

  /** From memory, as far as that goes: a reader that resumes joins the others without reading what they have been told. */
  #serveAgain(readers: readonly Reader[], filters: readonly StreamFilter[], from: StreamPlace): boolean {
    let isServed = false;
    let portion = this.#recent.get(from, filters);
    for (let count = 0; portion !== undefined && count < MAX_PORTIONS; count++) {
      isServed = true;
      deliver(readers, portion.filters, portion.changed, portion.next);
      portion = this.#recent.get(portion.next, filters);
    }
    return isServed;
  }

  async #changesAfter(cursor: ChangeCursor) {
    try {
      return await this.#database.readChanges(cursor, MAX_CHANGES);
    } catch (error) {
      if (error instanceof ChangeCursorLost) return "lost" as const;
      throw error;
    }
  }
}

const keysOf = ({ kind, ids, createdAts }: Change): readonly ChangedKey[] =>
  kind === "action" ? ids.map((id, index) => ({ id, createdAt: createdAts[index] as string })) : [];

function groupsOf(readers: Iterable<Reader>): Iterable<readonly Reader[]> {
  const groups = new Map<string, Reader[]>();
  for (const reader of readers) {
    const key = reader.place === undefined ? "" : placeText(reader.place);
    const group = groups.get(key);
    if (group) group.push(reader);
    else groups.set(key, [reader]);
  }
  return groups.values();
}

const distinct = (filters: readonly StreamFilter[]): readonly StreamFilter[] => [
  ...new Map(filters.map((filter) => [filter.key, filter])).values(),
];

/** Makes each event once, and hands it to all who want it. */
function deliver(
  readers: readonly Reader[],
  filters: readonly StreamFilter[],
  changed: readonly ChangedAction[],
  place: StreamPlace,
): void {
  const id = placeText(place);
  const events = new Map<string, StreamEvent | undefined>();
  for (const reader of readers) {
    reader.place = place;
    const key = `${reader.content} ${reader.filter.key}`;
    if (!events.has(key)) {
      const index = filters.findIndex((filter) => filter.key === reader.filter.key);
      events.set(key, eventOf(id, changed, index, reader.content));
    }
    const event = events.get(key);
    if (event !== undefined) reader.subscriber.push(event);
  }
}

/** `undefined`: nothing that this reader would see. */
function eventOf(
  id: string,
  changed: readonly ChangedAction[],
  filter: number,
  content: StreamContent,
): StreamEvent | undefined {
  const fitting = changed.filter(({ fits }) => fits[filter] === true);
  // What fitted before its row changed has to go from a list that is filtered.
  const gone = changed
    .filter(({ fits, wasThere }) => fits[filter] !== true && wasThere)
    .map((action) => action.id);
  if (fitting.length === 0 && gone.length === 0) return undefined;
  const actions = fitting.map(({ id: action, json }) => (content === "ids" ? JSON.stringify(action) : json));
  const data = `{"actions":[${actions.join()}],"gone":${JSON.stringify(gone)}}`;
  return { id, text: `id: ${id}\nevent: actions\ndata: ${data}\n\n`, count: fitting.length + gone.length };
}
