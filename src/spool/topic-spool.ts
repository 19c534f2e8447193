/**
 * The records of one topic that one writer has on the disk: a queue that is appended to at its end and read from its beginning.
 *
 *     | done with | handed: in memory, too | unread                        |
 *     0        position                 read on here                  append here
 *
 * A segment is removed when it is full, and all of its records are done with.
 */
import { OwnSegment, type ReadResult, type SpoolEntry } from "./own-segment.js";
import { type ReadLimits, readSegment } from "./read-segment.js";
import { SegmentFile } from "./segment-file.js";
import type { SegmentName } from "./segment-name.js";
import type { SpoolFolder } from "./spool-folder.js";

export interface TopicSpoolOptions {
  readonly folder: SpoolFolder;
  readonly topic: string;
  /** Names the next segment of this writer; one that is to be read before another one gets a time before its. */
  readonly nextName: (before?: SegmentName) => SegmentName;
  /** A segment that has so much is full. */
  readonly segmentBytes: number;
  /** Called with what the file system says when a segment could not be removed or its position not be saved. */
  readonly onProblem: (error: unknown) => void;
}

export class TopicSpool {
  readonly #options: TopicSpoolOptions;
  #segments: OwnSegment[] = [];
  #active: OwnSegment | undefined;
  #earlier: OwnSegment | undefined;
  /** What is written in the background, until it counts as written. */
  #underWay: { readonly segment: OwnSegment; readonly count: number } | undefined;
  /** Paths of files that are being removed. */
  readonly #removing = new Set<string>();

  constructor(options: TopicSpoolOptions) {
    this.#options = options;
  }

  /** How many records are on the disk and not in memory. */
  get unread(): number {
    return this.#segments.reduce((sum, { unread }) => sum + unread, 0);
  }

  /** Bytes of its files. */
  get bytes(): number {
    return this.#segments.reduce((sum, { end }) => sum + end, 0);
  }

  get segments(): readonly OwnSegment[] {
    return this.#segments;
  }

  /**
   * Writes one record at once.
   *
   * @param isHanded whether the caller has it in memory; otherwise it is read later
   * @throws what the file system says; nothing has changed then
   */
  append(bytes: Buffer, isHanded: boolean): SpoolEntry {
    const segment = this.#roomFor(bytes.length);
    let offset: number;
    try {
      offset = this.#fileOf(segment).append(bytes);
    } catch (error) {
      this.seal();
      throw error;
    }
    this.#wrote(segment, 1, offset + bytes.length);
    if (isHanded) {
      segment.readTo = segment.end;
      return segment.hand(offset, segment.end);
    }
    segment.unread++;
    return { segment, offset, end: segment.end, isDone: false };
  }

  /**
   * Writes one record at once, before all that are there: it is older than they are. To be called at the end only: it is not
   * read again by this writer.
   *
   * @throws what the file system says
   */
  prepend(bytes: Buffer): void {
    this.#earlier ??= this.#begin(this.#segments[0]?.name);
    const segment = this.#earlier;
    this.#wrote(segment, 1, this.#fileOf(segment).append(bytes) + bytes.length);
    segment.unread++;
  }

  /** Writes some in the background; one call at a time. @throws what the file system says; none of them is there then */
  async appendLater(records: readonly Buffer[]): Promise<void> {
    const bytes = Buffer.concat(records);
    const segment = this.#roomFor(bytes.length);
    const underWay = { segment, count: records.length };
    this.#underWay = underWay;
    segment.isBeingWritten = true;
    try {
      const offset = await this.#fileOf(segment).appendLater(bytes);
      if (this.#underWay === underWay) this.#wroteLater(offset + bytes.length);
    } catch (error) {
      if (this.#underWay !== underWay) return;
      this.#endBackground();
      if (segment === this.#active) this.seal();
      throw error;
    }
  }

  /** Writes now what {@link appendLater} is writing. @throws what the file system says */
  finishNow(): void {
    if (this.#underWay === undefined) return;
    const file = this.#fileOf(this.#underWay.segment);
    file.finishNow();
    this.#wroteLater(file.size);
  }

  /** Reads the next ones, which are in memory from then on; one call at a time. Never rejects: what cannot be read is lost. */
  async read(limits: ReadLimits): Promise<ReadResult> {
    const segment = this.#segments.find(({ unread }) => unread > 0);
    if (segment === undefined) return { records: [], lost: 0, damaged: 0 };
    segment.isBeingRead = true;
    const { end, unread } = segment;
    try {
      segment.file ??= await SegmentFile.open(segment.path);
      const { file } = segment;
      const chunk = await readSegment(
        { size: end, read: (at, bytes) => file.read(at, bytes) },
        segment.readTo,
        limits,
      );
      for (const { from, to } of chunk.damage)
        await this.#options.folder.setAside(segment.name, await file.read(from, to - from));
      const records = chunk.records.map(({ record, offset, end }) => ({
        record,
        entry: segment.hand(offset, end),
      }));
      const lost = chunk.isEnd ? unread - records.length : 0;
      segment.readTo = chunk.next;
      segment.unread -= records.length + lost;
      segment.settled += lost;
      return { records, lost, damaged: chunk.damage.length };
    } catch (error) {
      this.#options.onProblem(error);
      segment.readTo = end;
      segment.unread -= unread;
      segment.settled += unread;
      return { records: [], lost: unread, damaged: 0 };
    } finally {
      segment.isBeingRead = false;
      this.#sweep(segment);
    }
  }

  /** The record is acknowledged, or counted as lost. */
  done(entry: SpoolEntry): void {
    entry.segment.done(entry);
    this.#sweep(entry.segment);
  }

  /** The record is not to be sent, because another one stands for it. */
  cancel(entry: SpoolEntry): void {
    try {
      entry.segment.file?.cancel(entry.offset);
    } finally {
      this.done(entry);
    }
  }

  /** Begins another segment with the next record. */
  seal(): void {
    const segment = this.#active;
    if (segment === undefined) return;
    segment.isSealed = true;
    this.#active = undefined;
    this.#sweep(segment);
  }

  /** Gives up what nobody has read, in segments whose last record is older. Returns how many that were. */
  expire(olderThan: number): number {
    let count = 0;
    for (const segment of [...this.#segments]) {
      if (segment.unread === 0 || segment.lastAt >= olderThan || segment.isBeingRead) continue;
      if (segment === this.#active) this.seal();
      count += segment.unread;
      segment.settled += segment.unread;
      segment.unread = 0;
      segment.readTo = segment.end;
      this.#sweep(segment);
    }
    return count;
  }

  /** Whether somebody has removed the file that is being written. What is written to it is nowhere then. */
  isRemoved(): boolean {
    return this.#active?.file?.isRemoved === true;
  }

  /**
   * Leaves what is written so far to whoever comes: for a writer that reads nothing back. The next record begins another segment.
   *
   * @param isFlushed whether it has to be on the disk itself first
   */
  async handOver(isFlushed: boolean): Promise<void> {
    if (this.#active !== undefined) this.#active.isSealed = true;
    this.#active = undefined;
    for (const segment of this.#segments.filter(({ isSealed }) => isSealed)) {
      if (isFlushed) await segment.file?.flush();
      segment.leave(this.#options.folder);
      this.#segments = this.#segments.filter((other) => other !== segment);
    }
  }

  /** The end, in this turn: what is done with is removed, the rest is left to whoever comes. */
  release(): void {
    const { folder, onProblem } = this.#options;
    for (const segment of this.#segments) {
      try {
        segment.leave(folder);
      } catch (error) {
        onProblem(error);
      }
    }
    for (const path of this.#removing) folder.removeNow(path);
    this.#segments = [];
    this.#active = undefined;
  }

  #roomFor(bytes: number): OwnSegment {
    const { segmentBytes } = this.#options;
    if (this.#active !== undefined && this.#active.written > 0 && this.#active.end + bytes > segmentBytes)
      this.seal();
    this.#active ??= this.#begin();
    return this.#active;
  }

  #begin(before?: SegmentName): OwnSegment {
    const { folder, topic, nextName } = this.#options;
    folder.make();
    const name = nextName(before);
    const path = folder.pathOf(name);
    const segment = new OwnSegment(name, path, SegmentFile.create(path, topic));
    this.#segments.push(segment);
    return segment;
  }

  // The one that is written is open.
  #fileOf(segment: OwnSegment): SegmentFile {
    if (segment.file === undefined) throw new Error("the segment is closed");
    return segment.file;
  }

  #wroteLater(end: number): void {
    if (this.#underWay === undefined) return;
    const { segment, count } = this.#underWay;
    this.#wrote(segment, count, end);
    segment.unread += count;
    this.#endBackground();
  }

  #endBackground(): void {
    const segment = this.#underWay?.segment;
    this.#underWay = undefined;
    if (segment === undefined) return;
    segment.isBeingWritten = false;
    this.#sweep(segment);
  }

  #wrote(segment: OwnSegment, count: number, end: number): void {
    segment.written += count;
    segment.end = Math.max(segment.end, end);
    segment.lastAt = Date.now();
  }

  #sweep(segment: OwnSegment): void {
    if (segment.isSpent) {
      const at = this.#segments.indexOf(segment);
      if (at === -1) return;
      this.#segments.splice(at, 1);
      void this.#remove(segment);
    } else if (segment.isIdle && segment.file !== undefined) {
      // Only what is written or read needs to be open: a backlog may have more files than a process may open.
      const { file } = segment;
      segment.file = undefined;
      const closed = segment.savePosition(file).then(() => file.close());
      void closed.catch(this.#options.onProblem);
    }
  }

  async #remove({ file, path }: OwnSegment): Promise<void> {
    this.#removing.add(path);
    try {
      await file?.close();
      await this.#options.folder.remove(path);
    } catch (error) {
      this.#options.onProblem(error);
    } finally {
      this.#removing.delete(path);
    }
  }
}
