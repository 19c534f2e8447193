/**
 * Actions as they are written and changed, for any number of readers. One loop reads the change feed while somebody listens; what
 * changed is read once for all filters, and each event is made once for all who want the same.
 *
 * Readers stand at places of the feed. Those who stand at the same place, as nearly all do, are served together; one that resumes is
 * served by itself until it has caught up with the others. Who has not taken what it was given yet stays where it is, so that one who was
 * cut off for a while takes what it missed at its own speed; only who takes nothing for seconds, or does not keep up, is told to read anew.
 */
import { type Change, ChangeCursorLost } from "../../store/change-feed.js";
import type { Database } from "../database.js";
import { deliver, type Recipient, type StreamContent } from "./deliver.js";
import { type ChangedKey, readChanged, type StreamFilter } from "./read-changed.js";
import { ReaderLoop, type StreamOptions, type StreamReader } from "./reader-loop.js";
import { RecentChanges } from "./recent-changes.js";
import { KnownWhereabouts } from "./row-whereabouts.js";
import { nearestAhead, placeText, type StreamPlace } from "./stream-place.js";

interface Reader extends Recipient, StreamReader {
  /** What its request named: any text of the right form. Once it has been served it stands at another one, which is of the feed. */
  readonly named: StreamPlace | undefined;
  lastBeat: number;
  lastReload: number;
}

/** Actions of one event, and changes of one reading. */
const MAX_ACTIONS = 500;
const MAX_CHANGES = 50;
/** Portions from memory before others have a turn. */
const MAX_PORTIONS = 20;
/** How long to wait before the feed is read again: where there was something, and where there was nothing. */
const BUSY_MILLIS = 60;
const IDLE_MILLIS = 200;
const BEAT_MILLIS = 15_000;
/** Who must not be told what went reads anew at most so often. */
const RELOAD_MILLIS = 2_000;

export class ActionStream {
  readonly #database: Database;
  readonly #loop: ReaderLoop<Reader>;
  readonly #recent = new RecentChanges();
  readonly #known = new KnownWhereabouts();

  constructor(database: Database, options: StreamOptions) {
    this.#database = database;
    this.#loop = new ReaderLoop(options, {
      serve: () => this.#turn(),
      busyMillis: BUSY_MILLIS,
      idleMillis: IDLE_MILLIS,
      onIdle: () => {
        this.#recent.clear();
        this.#known.clear();
      },
    });
  }

  /** See {@link ReaderLoop.subscribe}. */
  subscribe(
    filter: StreamFilter,
    content: StreamContent,
    place: StreamPlace | undefined,
    isStillAllowed: () => Promise<boolean> = async () => true,
  ): ReadableStream<Uint8Array> | undefined {
    return this.#loop.subscribe(isStillAllowed, (reader) => ({
      ...reader,
      filter,
      content,
      named: place,
      place,
      lastBeat: 0,
      lastReload: Number.NEGATIVE_INFINITY,
      owesReload: false,
    }));
  }

  get #readers(): ReadonlySet<Reader> {
    return this.#loop.readers;
  }

  /** How many are connected. */
  get readerCount(): number {
    return this.#readers.size;
  }

  stop(): Promise<void> {
    return this.#loop.stop();
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
    const takers = takersOf(this.#readers);
    // Who has enough for now is looked after soon.
    let isBusy = takers.length < this.#readers.size;
    for (const group of groupsOf(takers)) isBusy = (await this.#serve(group)) || isBusy;
    const now = performance.now();
    for (const reader of this.#readers) {
      if (!reader.owesReload || reader.place === undefined || now - reader.lastReload < RELOAD_MILLIS)
        continue;
      reader.owesReload = false;
      reader.lastReload = now;
      reader.subscriber.reload(placeText(reader.place));
    }
    for (const reader of this.#readers) {
      if (reader.place === undefined || (reader.lastBeat > 0 && now - reader.lastBeat < BEAT_MILLIS))
        continue;
      reader.lastBeat = now;
      reader.subscriber.beat(placeText(reader.place));
    }
    this.#recent.forgetOld();
    return isBusy;
  }

  async #serve(readers: readonly Reader[]): Promise<boolean> {
    const [{ place } = {}] = readers;
    if (place === undefined) return false;
    // Of all readers, not only of those who stand here: what is read is kept for them too.
    const filters = distinct([...this.#readers].map(({ filter }) => filter));
    if (this.#serveAgain(readers, filters, place)) return true;
    const read = await this.#changesAfter(place);
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
    let takers = readers;
    for (let from = 0; from < keys.length; from += MAX_ACTIONS) {
      const some = keys.slice(from, from + MAX_ACTIONS);
      const isLast = from + some.length >= keys.length;
      const next: StreamPlace = isLast
        ? { cursor: read.cursor, skip: 0 }
        : { cursor: place.cursor, skip: place.skip + from + some.length };
      const changed = await this.#database.readAll((client) =>
        readChanged(client, some, filters, this.#known),
      );
      this.#recent.add(before, { changed, filters, next });
      deliver(takers, filters, changed, next);
      takers = takersOf(takers);
      before = next;
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
    let takers = readers;
    let portion = this.#recent.get(from, filters);
    const isServed = portion !== undefined;
    for (let count = 0; portion !== undefined && takers.length > 0 && count < MAX_PORTIONS; count++) {
      deliver(takers, portion.filters, portion.changed, portion.next);
      takers = takersOf(takers);
      portion = this.#recent.get(portion.next, filters);
    }
    return isServed;
  }

  /** Up to where others stand, or what is kept begins: so that whoever is behind joins them, instead of reading beside them what they have read. */
  async #changesAfter(place: StreamPlace) {
    try {
      const nearest = nearestAhead(place, [...this.#recent.places(), ...placesOf(this.#readers)]);
      return await this.#database.readChanges(place.cursor, MAX_CHANGES, nearest?.cursor);
    } catch (error) {
      if (error instanceof ChangeCursorLost) return "lost" as const;
      throw error;
    }
  }
}

/** Where readers stand that have been served. */
const placesOf = (readers: Iterable<Reader>): readonly StreamPlace[] =>
  [...readers].flatMap(({ place, named }) => (place === undefined || place === named ? [] : [place]));

/** Those who are given more now. */
function takersOf(readers: Iterable<Reader>): readonly Reader[] {
  const now = performance.now();
  return [...readers].filter(({ subscriber }) => !subscriber.hasEnough(now));
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
