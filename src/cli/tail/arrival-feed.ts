import type { ShownAction } from "../actions/shown-action.js";

/*
 * Every row once, in the order in which rows arrive.
 *
 * `created_at` is when an action began, so it says nothing about when its row arrived: an action of an hour arrives
 * with a `created_at` of an hour ago, behind everything that was shown since. What orders arrivals is the transaction
 * that wrote a row. Before each look at the table the feed asks Postgres for its horizon: the oldest transaction that
 * was still open. Whatever an earlier look could not see was written by a transaction at or behind the horizon of
 * that look. So the next look asks for the rows of transactions from that horizon on, and leaves out the ids it has
 * shown. Nothing is missed, whatever order transactions commit in, and a restart of Postgres changes none of it.
 *
 * No index knows transactions, so a look reads the index of `created_at`, and how far back it reads is its cost. Most
 * actions are short: a near look goes back minutes and comes often, a far look goes back as far as the feed promises
 * and comes seldom. Each has a horizon; a far look sees what a near one would, so it moves both. An id is kept in
 * memory until a far look no longer meets it.
 */

/** What the feed asks of the database. Rows are those that the user's filter lets through, by `created_at` and id. */
export interface ArrivalReader {
  /** The oldest transaction that may still be open. */
  horizon(): Promise<string>;
  /** Rows of actions that began at this time or later; of many, the last so many. */
  there(from: FeedStart): AsyncIterable<ShownAction>;
  /** Rows written by transactions at or behind the horizon, of actions that began at this time or later. */
  writtenSince(horizon: string, time: Date): AsyncIterable<ShownAction>;
}

/** What of the rows that are there is shown first. */
export interface FeedStart {
  /** Only actions that began then or later. */
  readonly since?: Date;
  /** Only the last so many. */
  readonly latest?: number;
}

export interface ArrivalFeed {
  /** The rows to begin with. */
  start(from: FeedStart): AsyncIterable<ShownAction>;
  /** The rows that arrived since, of actions that began not longer ago than this. */
  look(reach: "near" | "far"): AsyncIterable<ShownAction>;
}

export const NEAR_MILLIS = 5 * 60_000;
export const FAR_MILLIS = 24 * 3_600_000;

export function createArrivalFeed(reader: ArrivalReader, now: () => number = Date.now): ArrivalFeed {
  const horizons = { near: "", far: "" };
  let reachMillis = FAR_MILLIS;
  let shown = new Set<string>();

  return {
    async *start(from) {
      if (from.since) reachMillis = Math.max(FAR_MILLIS, now() - from.since.getTime());
      const horizon = await reader.horizon();
      // Behind a transaction that stays open there may be rows that are no news: they were there before the feed.
      for await (const row of reader.writtenSince(horizon, new Date(now() - reachMillis)))
        shown.add(keyOf(row));
      for await (const row of reader.there(from)) {
        shown.add(keyOf(row));
        yield row;
      }
      horizons.near = horizon;
      horizons.far = horizon;
    },
    async *look(reach) {
      const horizon = await reader.horizon();
      const met = new Set<string>();
      const back = reach === "near" ? NEAR_MILLIS : reachMillis;
      for await (const row of reader.writtenSince(horizons[reach], new Date(now() - back))) {
        const key = keyOf(row);
        met.add(key);
        if (shown.has(key)) continue;
        shown.add(key);
        yield row;
      }
      // Only now: a look that broke off is done again from where it began.
      horizons.near = horizon;
      if (reach === "near") return;
      horizons.far = horizon;
      shown = met;
    },
  };
}

/** An action that is completed later is worth a second line, so its state belongs to the key. */
const keyOf = ({ id, status }: ShownAction): string => `${id} ${status}`;
