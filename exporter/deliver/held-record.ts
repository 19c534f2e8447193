import type { SpoolCopy } from "./spool-copies.js";

/** An event that is held: it has its place in the queue, and in the mode `always` a copy on the disk. */
export interface HeldRecord {
  readonly bytes: number;
  readonly copy: SpoolCopy | undefined;
}

export const bytesOfHeld = (held: readonly HeldRecord[]): number =>
  held.reduce((sum, { bytes }) => sum + bytes, 0);
