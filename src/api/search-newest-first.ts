/**
 * Looks through the rows of a time range for few, slice after slice into the past, and not for longer than a moment: whoever asks for what is
 * nowhere gets an answer, and goes on from where it ended.
 */
import type pg from "pg";
import type { TimeRange } from "./query/time-range.js";

export interface Search {
  readonly range: TimeRange;
  /** Where an earlier search ended; ISO 8601. @default the end of the range, or now */
  readonly begin?: string | undefined;
  /** As soon as so many rows were found, it ends. */
  readonly count: number;
  /** The rows of one slice, the newest first. */
  readonly statement: (slice: TimeRange) => { readonly text: string; readonly values: readonly unknown[] };
  /** @default performance.now */
  readonly now?: () => number;
}

export interface Found<Row> {
  readonly found: readonly Row[];
  /** Set where the time was up: what began before then was not looked at. ISO 8601. */
  readonly searchedSince: string | undefined;
}

/** After so long, no further slice is begun. */
export const MAX_SEARCH_MILLIS = 800;
/** A slice that takes so long has the right width; the next one is made wider or narrower by what the last one took. */
const SLICE_MILLIS = 150;
const FIRST_SLICE_MILLIS = 3_600_000;
const MAX_GROWTH = 6;
const MIN_SLICE_MILLIS = 60_000;

/** Throws what Postgres throws. */
export async function searchNewestFirst<Row extends pg.QueryResultRow>(
  client: Pick<pg.PoolClient, "query">,
  { range, begin, count, statement, now = () => performance.now() }: Search,
): Promise<Found<Row>> {
  const began = now();
  const earliest = await earliestMillis(client, range.since);
  const found: Row[] = [];
  let until = range.until;
  let end = Date.parse(begin ?? range.until ?? new Date().toISOString());
  let width = FIRST_SLICE_MILLIS;
  for (;;) {
    const from = end - width;
    const isLast = !(from > earliest);
    const since = isLast ? range.since : new Date(from).toISOString();
    const { text, values } = statement({ since, until });
    const sliceBegan = now();
    found.push(...(await client.query<Row>(text, [...values])).rows);
    if (isLast || found.length >= count) return { found: found.slice(0, count), searchedSince: undefined };
    if (now() - began > MAX_SEARCH_MILLIS) return { found, searchedSince: since };
    const growth = SLICE_MILLIS / Math.max(now() - sliceBegan, 1);
    width = Math.max(width * Math.min(growth, MAX_GROWTH), MIN_SLICE_MILLIS);
    end = from;
    until = since;
  }
}

/** Where the last slice ends. */
async function earliestMillis(
  client: Pick<pg.PoolClient, "query">,
  since: string | undefined,
): Promise<number> {
  if (since !== undefined) return Date.parse(since);
  const { rows } = await client.query<{ at: number | null }>(
    "select extract(epoch from min(created_at))::float8 * 1000 as at from agent_actions where created_at > '-infinity'",
  );
  return rows[0]?.at ?? Number.POSITIVE_INFINITY;
}
