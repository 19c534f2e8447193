import type { ChangeCursor } from "../../store/change-feed.js";

/**
 * Where a reader stands: after so many of the rows that are named by the changes behind the cursor. One change may name more rows than
 * one event holds.
 */
export interface StreamPlace {
  readonly cursor: ChangeCursor;
  readonly skip: number;
}

/** The id of an event. Opaque to whoever keeps it, and without line breaks. */
export const placeText = ({ cursor: { installation, xactId, position }, skip }: StreamPlace): string =>
  [installation, xactId, position, skip].join(":");

/** Below 0 where the one comes before the other. Of one installation. */
function comparePlaces(one: StreamPlace, other: StreamPlace): number {
  const byTransaction = BigInt(one.cursor.xactId) - BigInt(other.cursor.xactId);
  const byPosition = BigInt(one.cursor.position) - BigInt(other.cursor.position);
  return Number(byTransaction || byPosition) || one.skip - other.skip;
}

/** The first of these places that is behind a change, and not within one; `undefined` where all stand before. Of another installation none is. */
export function nearestAhead(of: StreamPlace, places: readonly StreamPlace[]): StreamPlace | undefined {
  let nearest: StreamPlace | undefined;
  for (const place of places) {
    const isAhead =
      place.skip === 0 &&
      place.cursor.installation === of.cursor.installation &&
      comparePlaces(place, { ...of, skip: 0 }) > 0;
    if (isAhead && (nearest === undefined || comparePlaces(place, nearest) < 0)) nearest = place;
  }
  return nearest;
}

/** `undefined` for a text that is none of ours. */
export function parsePlace(text: string): StreamPlace | undefined {
  const [, installation, xactId, position, skip] =
    /^([0-9a-f-]{36}):(\d{1,20}):(\d{1,19}):(\d{1,9})$/.exec(text) ?? [];
  if (installation === undefined || xactId === undefined || position === undefined) return undefined;
  return { cursor: { installation, xactId, position }, skip: Number(skip) };
}
