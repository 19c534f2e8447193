import { openSegment } from "./open-segment.js";
import { type ReadLimits, type ReadRecord, readSegment } from "./read-segment.js";
import type { SegmentFile } from "./segment-file.js";
import { HEADER_BYTES } from "./segment-header.js";
import { TOUCH_MILLIS } from "./segment-owner.js";
import type { SegmentEntry, SpoolFolder } from "./spool-folder.js";
import { encodeRecord, type SpoolRecord } from "./spool-record.js";

export interface ClaimedChunk {
  /** In the order in which they were written, without those that are not to be sent. */
  readonly records: readonly ReadRecord[];
  /** To be committed when all of them are done with. */
  readonly next: number;
  readonly isEnd: boolean;
}

/**
 * A segment that another process has left, and that is this one's now: read it, `commit` what is done with, and `remove` it at its end,
 * or `release` it to whoever comes next, who goes on behind the last commit.
 *
 *     for (const entry of await folder.list()) {
 *       const segment = await ClaimedSegment.claim(folder, entry);
 *       ...
 *       for (let isEnd = false; !isEnd; ) {
 *         const chunk = await segment.read(limits);
 *         await store(chunk.records);
 *         await segment.commit(chunk.next);
 *         isEnd = chunk.isEnd;
 *       }
 *       await segment.remove();
 *     }
 */
export class ClaimedSegment {
  readonly entry: SegmentEntry;
  /** The topic of all its records. */
  readonly topic: string;
  readonly #folder: SpoolFolder;
  readonly #file: SegmentFile;
  readonly #touching: NodeJS.Timeout;
  #position: number;
  #setAside = 0;
  #isOver = false;

  private constructor(
    folder: SpoolFolder,
    entry: SegmentEntry,
    { file, topic, position }: { file: SegmentFile; topic: string; position: number },
  ) {
    this.#folder = folder;
    this.entry = entry;
    this.topic = topic;
    this.#file = file;
    this.#position = position;
    // Where it cannot be looked up whether this process runs, it is told by that.
    this.#touching = setInterval(() => void folder.touch(entry.path), TOUCH_MILLIS).unref();
  }

  /**
   * `taken`: another process was quicker, or its owner runs. `unreadable`: nothing in it can be read; it is set aside, or removed where it was
   * only begun.
   *
   * @throws what the file system says
   */
  static async claim(
    folder: SpoolFolder,
    entry: SegmentEntry,
  ): Promise<ClaimedSegment | "taken" | "unreadable"> {
    const owned = await folder.claim(entry);
    if (owned === undefined) return "taken";
    const { file, topic, position } = await openSegment(owned.path);
    if (topic !== undefined) return new ClaimedSegment(folder, owned, { file, topic, position });
    const { size } = file;
    await file.close();
    if (size <= HEADER_BYTES) {
      await folder.remove(owned.path);
      return "taken";
    }
    await folder.setAsideWhole(owned);
    return "unreadable";
  }

  /** Places that could not be read, and records that were given to {@link setAside}. */
  get setAsideCount(): number {
    return this.#setAside;
  }

  /** Everything before it is done with. */
  get position(): number {
    return this.#position;
  }

  /**
   * What cannot be read is set aside.
   *
   * @param from where to read. @default behind the last commit
   * @throws what the file system says
   */
  async read(limits: ReadLimits, from = this.#position): Promise<ClaimedChunk> {
    const { records, next, isEnd, damage } = await readSegment(this.#file, from, limits);
    for (const { from, to, isTornEnd } of damage) {
      // Nobody was told that this record is safe.
      if (isTornEnd) continue;
      this.#setAside++;
      await this.#folder.setAside(this.entry, await this.#file.read(from, to - from));
    }
    return { records: records.filter(({ isCancelled }) => !isCancelled), next, isEnd };
  }

  /** Everything before the position is done with. */
  async commit(position: number): Promise<void> {
    this.#position = position;
    await this.#file.savePosition(position);
  }

  /** Keeps a record that nobody takes, for people to look at. */
  async setAside(record: SpoolRecord): Promise<void> {
    this.#setAside++;
    await this.#folder.setAside(this.entry, encodeRecord(record));
  }

  async remove(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#touching);
    await this.#file.close();
    await this.#folder.remove(this.entry.path);
  }

  /** In this turn. @throws what the file system says */
  release(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#touching);
    this.#file.savePositionNow(this.#position);
    this.#file.closeNow();
    this.#folder.release(this.entry);
  }
}
