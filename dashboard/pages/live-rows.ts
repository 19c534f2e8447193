/** What a page of live actions keeps of the stream: the rows that changed last, and which are gone. */
import type { ActionRow, StreamChanges } from "../api.js";

/** So many actions are kept on the page. */
export const MAX_ROWS = 200;
/** A list that is on its way may hold some that have gone since: they are known until it is there. */
const MAX_GONE = 1_000;

export interface Arrived {
  /** By id; the latest change stands last. */
  readonly rows: ReadonlyMap<string, ActionRow>;
  readonly gone: ReadonlySet<string>;
}

export const NOTHING_ARRIVED: Arrived = { rows: new Map(), gone: new Set() };

/** Rows and marks are bounded apart, so that whatever goes elsewhere takes no room from what is shown. */
export function withChanges(before: Arrived, { actions, gone: told }: StreamChanges<ActionRow>): Arrived {
  const rows = new Map(before.rows);
  const gone = new Set(before.gone);
  for (const id of told) {
    rows.delete(id);
    gone.delete(id);
    gone.add(id);
  }
  for (const row of actions) {
    gone.delete(row.id);
    rows.delete(row.id);
    rows.set(row.id, row);
  }
  dropOldest(rows, MAX_ROWS);
  dropOldest(gone, MAX_GONE);
  return { rows, gone };
}

/** The rows of the list as they stand now, and those that came since, the latest start first. */
export function liveRows(listed: readonly ActionRow[], { rows, gone }: Arrived): readonly ActionRow[] {
  const shown = new Map(listed.map((row) => [row.id, row]));
  for (const id of gone) shown.delete(id);
  for (const [id, row] of rows) shown.set(id, row);
  return [...shown.values()]
    .sort((a, b) => (a.started_at < b.started_at ? 1 : a.started_at > b.started_at ? -1 : 0))
    .slice(0, MAX_ROWS);
}

function dropOldest(
  kept: { readonly size: number; keys(): Iterable<string>; delete(id: string): boolean },
  limit: number,
): void {
  for (const id of kept.keys()) {
    if (kept.size <= limit) break;
    kept.delete(id);
  }
}
