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

/** `undefined` for a text that is none of ours. */
export function parsePlace(text: string): StreamPlace | undefined {
  const [, installation, xactId, position, skip] =
    /^([0-9a-f-]{36}):(\d{1,20}):(\d{1,19}):(\d{1,9})$/.exec(text) ?? [];
  if (installation === undefined || xactId === undefined || position === undefined) return undefined;
  return { cursor: { installation, xactId, position }, skip: Number(skip) };
}
