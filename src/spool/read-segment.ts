/**
 * Reads records of a segment, also of one that is damaged: what cannot be read is passed over up to the next record that can.
 */
import { decodeRecord, RECORD_MAGIC, type SpoolRecord } from "./spool-record.js";

export interface ReadRecord {
  readonly record: SpoolRecord;
  readonly offset: number;
  /** Offset behind it: the position once it is done with. */
  readonly end: number;
  readonly isCancelled: boolean;
}

export interface SegmentChunk {
  readonly records: readonly ReadRecord[];
  /** Where to read on. */
  readonly next: number;
  readonly isEnd: boolean;
  /** What cannot be read. */
  readonly damage: readonly DamagedRange[];
}

export interface DamagedRange {
  readonly from: number;
  readonly to: number;
  /** The file ends within a record: whoever wrote it was ended meanwhile. Nobody was told that this record is safe. */
  readonly isTornEnd: boolean;
}

/** What is read from. */
export interface SegmentBytes {
  readonly size: number;
  read(offset: number, bytes: number): Promise<Buffer>;
}

export interface ReadLimits {
  readonly maxRecords: number;
  /** A single larger record is read all the same. */
  readonly maxBytes: number;
}

export async function readSegment(
  file: SegmentBytes,
  from: number,
  { maxRecords, maxBytes }: ReadLimits,
): Promise<SegmentChunk> {
  const { size } = file;
  const records: ReadRecord[] = [];
  const damage: DamagedRange[] = [];
  let base = from;
  let bytes = await file.read(base, Math.min(maxBytes, Math.max(0, size - base)));
  let at = 0;
  while (base + at < size && records.length < maxRecords) {
    const decoded = decodeRecord(bytes, at);
    if (decoded.status === "record") {
      const { record, isCancelled, end } = decoded;
      records.push({ record, isCancelled, offset: base + at, end: base + end });
      at = end;
    } else if (decoded.status === "incomplete" && base + at + decoded.needed <= size) {
      if (records.length > 0) break;
      base += at;
      at = 0;
      bytes = await file.read(base, Math.min(Math.max(decoded.needed, maxBytes), size - base));
      // The file is shorter than it was said to be.
      if (bytes.length < decoded.needed) return { records, next: base, isEnd: true, damage };
    } else {
      const next = await findRecord(file, base + at + 1);
      const isTornEnd = next === size && decoded.status === "incomplete";
      damage.push({ from: base + at, to: next, isTornEnd });
      base = next;
      at = 0;
      bytes = await file.read(base, Math.min(maxBytes, Math.max(0, size - base)));
    }
  }
  const next = base + at;
  return { records, next, isEnd: next >= size, damage };
}

// Rare, so the rest of the file is read at once: a segment has some megabytes.
async function findRecord(file: SegmentBytes, from: number): Promise<number> {
  const rest = await file.read(from, Math.max(0, file.size - from));
  for (let at = rest.indexOf(RECORD_MAGIC); at !== -1; at = rest.indexOf(RECORD_MAGIC, at + 1))
    if (decodeRecord(rest, at).status === "record") return from + at;
  return file.size;
}
