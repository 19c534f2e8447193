import type { SegmentFile } from "./segment-file.js";
import { HEADER_BYTES } from "./segment-header.js";
import type { SegmentName } from "./segment-name.js";
import type { SpoolFolder } from "./spool-folder.js";
import type { SpoolRecord } from "./spool-record.js";

/** A record on the disk that somebody has in memory, too, until it is done with. */
export interface SpoolEntry {
  readonly segment: OwnSegment;
  readonly offset: number;
  /** Offset behind it. */
  readonly end: number;
  isDone: boolean;
}

/** What was read back. */
export interface ReadResult {
  readonly records: readonly { readonly entry: SpoolEntry; readonly record: SpoolRecord }[];
  /** Records that were written and cannot be read any more. */
  readonly lost: number;
  /** Places in the file that could not be read. */
  readonly damaged: number;
}

/** What the writer of a segment knows of it. */
export class OwnSegment {
  readonly name: SegmentName;
  readonly path: string;
  /** Closed while nobody writes or reads it. */
  file: SegmentFile | undefined;
  /** Nothing is written to it any more. */
  isSealed = false;
  isBeingRead = false;
  isBeingWritten = false;
  /** Records that were written. */
  written = 0;
  /** Records of them that are done with: acknowledged, or counted as lost. */
  settled = 0;
  /** Records of them that nobody has read yet. */
  unread = 0;
  /** Offset behind the last record that is whole. */
  end = HEADER_BYTES;
  /** Where the unread ones begin. */
  readTo = HEADER_BYTES;
  /** Unix milliseconds of the last record. */
  lastAt = 0;
  #handed: SpoolEntry[] = [];
  #savedPosition = HEADER_BYTES;

  constructor(name: SegmentName, path: string, file: SegmentFile) {
    this.name = name;
    this.path = path;
    this.file = file;
  }

  /** Nothing of it is needed any more. */
  get isSpent(): boolean {
    return this.isSealed && !this.isBeingRead && !this.isBeingWritten && this.settled === this.written;
  }

  /** Nobody needs its file to be open for the time being. */
  get isIdle(): boolean {
    return this.isSealed && !this.isBeingRead && !this.isBeingWritten && this.#handed.length === 0;
  }

  /** The offset behind which everything is still to be sent. */
  get position(): number {
    return this.#handed[0]?.offset ?? this.readTo;
  }

  hand(offset: number, end: number): SpoolEntry {
    const entry = { segment: this, offset, end, isDone: false };
    this.#handed.push(entry);
    return entry;
  }

  done(entry: SpoolEntry): void {
    if (entry.isDone) return;
    entry.isDone = true;
    this.settled++;
    let front = 0;
    while (this.#handed[front]?.isDone) front++;
    if (front > 0) this.#handed.splice(0, front);
  }

  /** Writes the position into the file where it has changed. */
  async savePosition(file = this.file): Promise<void> {
    const { position } = this;
    if (position === this.#savedPosition || file === undefined) return;
    this.#savedPosition = position;
    await file.savePosition(position);
  }

  /**
   * The end, in this turn: it is removed where all of it is done with, and left to whoever comes otherwise. Records behind the position
   * that are done with are cancelled, so that nobody sends them again.
   *
   * @throws what the file system says
   */
  leave(folder: SpoolFolder): void {
    this.isSealed = true;
    const { file, isSpent } = this;
    if (!isSpent) {
      file?.savePositionNow(this.position);
      for (const { isDone, offset } of this.#handed) if (isDone) file?.cancel(offset);
    }
    file?.closeNow();
    if (isSpent) folder.removeNow(this.path);
    else folder.release(this.name, this.path);
  }
}
