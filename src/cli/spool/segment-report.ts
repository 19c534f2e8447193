import { basename } from "node:path";
import { topicOf } from "../../spool/open-segment.js";
import { segmentRecords } from "../../spool/segment-records.js";
import type { Holder, SegmentEntry, SpoolFolder } from "../../spool/spool-folder.js";

/** One segment file, as `status --json` shows it. */
export interface SegmentReport {
  readonly file: string;
  /** `null`: it cannot be told, because nothing in the file can be read. */
  readonly topic: string | null;
  /** Events that are still to be sent. */
  readonly records: number;
  readonly bytes: number;
  /** When the oldest and the newest of them were written; `null` when there are none. */
  readonly oldest: string | null;
  readonly newest: string | null;
  readonly holder: Holder;
  /** The process that it is of, on its own machine or in its own container. */
  readonly pid: number | null;
}

export async function reportSegment(folder: SpoolFolder, entry: SegmentEntry): Promise<SegmentReport> {
  let records = 0;
  let oldest = Number.POSITIVE_INFINITY;
  let newest = Number.NEGATIVE_INFINITY;
  for await (const { record } of segmentRecords(entry.path)) {
    records++;
    oldest = Math.min(oldest, record.spooledAt);
    newest = Math.max(newest, record.spooledAt);
  }
  return {
    file: basename(entry.path),
    topic: (await topicOf(entry.path)) ?? null,
    records,
    bytes: entry.bytes,
    oldest: timeOf(oldest),
    newest: timeOf(newest),
    holder: folder.holderOf(entry),
    pid: entry.owner?.pid ?? null,
  };
}

const timeOf = (millis: number): string | null =>
  Number.isFinite(millis) ? new Date(millis).toISOString() : null;
