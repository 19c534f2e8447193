/*
 * The rows that are there, and then every row as the change feed names it: a new one, one that ended or was completed, and
 * one that was removed because it turned out to be part of another action.
 *
 * The place in the feed is taken before the rows that are there are read, so nothing falls between the two; what is named twice
 * is told from what has changed by whoever shows it. A look that breaks off is done again from where it began.
 */
import { type ChangeCursor, ChangeCursorLost, type Changes } from "../../store/change-feed.js";
import type { ShownAction } from "../actions/shown-action.js";

/** What of the rows that are there is shown first. */
export interface FeedStart {
  /** Only actions that began then or later. */
  readonly since?: Date;
  /** Only the last so many. */
  readonly latest?: number;
}

/** A row as the feed names it. */
export interface RowKey {
  readonly id: string;
  readonly createdAt: string;
}

/** What the feed asks of the database. Rows are those that the user's filter lets through. */
export interface TailReader {
  latestCursor(): Promise<ChangeCursor>;
  /** Rejects with `ChangeCursorLost` too. */
  readChanges(cursor: ChangeCursor): Promise<Changes>;
  /** By `created_at` and id. */
  there(from: FeedStart): AsyncIterable<ShownAction>;
  /** In the order of the keys. */
  rows(keys: readonly RowKey[]): Promise<readonly ShownAction[]>;
  /** Which of these rows there are not. */
  removed(keys: readonly RowKey[]): Promise<readonly string[]>;
}

/** A row as it stands now, the id of one that is gone, or that something was missed. */
export type TailEvent = { readonly row: ShownAction } | { readonly gone: string } | { readonly missed: true };

export interface TailFeed {
  /** The rows to begin with. */
  start(from: FeedStart): AsyncIterable<ShownAction>;
  /** What has changed since. */
  look(): AsyncIterable<TailEvent>;
}

/** Details can be near a megabyte each, so few rows are read at a time. */
const PORTION = 200;

export function createTailFeed(reader: TailReader): TailFeed {
  let cursor: ChangeCursor | undefined;

  async function changesAfter(place: ChangeCursor): Promise<Changes | undefined> {
    try {
      return await reader.readChanges(place);
    } catch (error) {
      if (error instanceof ChangeCursorLost) return undefined;
      throw error;
    }
  }

  return {
    async *start(from) {
      cursor = await reader.latestCursor();
      yield* reader.there(from);
    },
    async *look() {
      cursor ??= await reader.latestCursor();
      for (;;) {
        const read = await changesAfter(cursor);
        if (read === undefined) {
          cursor = await reader.latestCursor();
          yield { missed: true };
          return;
        }
        const keys = keysOf(read);
        for (let from = 0; from < keys.length; from += PORTION) {
          const some = keys.slice(from, from + PORTION);
          for (const row of await reader.rows(some)) yield { row };
          for (const id of await reader.removed(some)) yield { gone: id };
        }
        cursor = read.cursor;
        if (read.changes.length === 0) return;
      }
    },
  };
}

/** Each action once, where it was named last. */
function keysOf({ changes }: Changes): readonly RowKey[] {
  const keys = new Map<string, RowKey>();
  for (const { kind, ids, createdAts } of changes) {
    if (kind !== "action") continue;
    ids.forEach((id, index) => {
      keys.delete(id);
      keys.set(id, { id, createdAt: createdAts[index] ?? "" });
    });
  }
  return [...keys.values()];
}
