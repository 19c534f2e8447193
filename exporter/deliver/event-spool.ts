/**
 * The events of one pipeline on the disk: files of one writer in a folder that processes share.
 *
 * A disk that is full, read-only, gone, or over its quota is no reason to fail or to hold anybody up: it is reported once, writing is tried
 * again some seconds later, and until then everything goes on in memory alone.
 */
import { describeError } from "../../src/internal/describe-error.js";
import type { OwnSegment, SpoolEntry } from "../../src/spool/own-segment.js";
import type { SegmentName } from "../../src/spool/segment-name.js";
import { ownSegmentOwner, TOUCH_MILLIS } from "../../src/spool/segment-owner.js";
import { SpoolFolder } from "../../src/spool/spool-folder.js";
import { TopicSpool } from "../../src/spool/topic-spool.js";
import type { DeliveryLog } from "./delivery-log.js";
import { runDetached } from "./run-detached.js";
import type { SpoolSettings } from "./spool-settings.js";

/** A segment is removed as a whole, so small ones give room back early; a file for each few seconds of a busy agent. */
const SEGMENT_BYTES = 8_388_608;
/** Writing is tried again so long after a failure. */
const RETRY_MILLIS = 5_000;
/** So much of what was acknowledged may be sent again after a crash. */
const SAVE_MILLIS = 100;
const FLUSH_MILLIS = 1_000;

/** What the spool says of itself in `stats()`. */
export interface SpoolStats {
  /** Bytes of the files of this pipeline. */
  readonly bytes: number;
  /** Events of earlier processes that this one has sent, and Kafka has acknowledged. */
  readonly replayed: number;
  /** Events of earlier processes that were too old to be sent (`spoolMaxAgeMillis`). */
  readonly expired: number;
  /** Places in files that could not be read, and events that Kafka refused: their bytes are in files `*.corrupt`. */
  readonly setAside: number;
  /** Writes that failed. */
  readonly writeErrors: number;
  /** Events that were accepted in memory alone, although the mode is `always`. */
  readonly memoryOnly: number;
}

/** What is said where there is no spool. */
/** Hears that the disk takes nothing, and that it does again. */
export type SpoolLog = Pick<DeliveryLog, "spoolFailed" | "spoolWorks">;

export class EventSpool {
  readonly settings: SpoolSettings;
  readonly folder: SpoolFolder;
  readonly #epoch: string;
  readonly #log: SpoolLog;
  readonly #topics: TopicSpool[] = [];
  readonly counts = { replayed: 0, expired: 0, setAside: 0, writeErrors: 0, memoryOnly: 0 };
  #lastNumber = 0;
  #lastCreatedAt = 0;
  /** Bytes in the folder that are not of this pipeline, when it was last looked. */
  #otherBytes = 0;
  #hasFailed = false;
  #triedAt = 0;
  #saving: NodeJS.Timeout | undefined;
  #flushing: NodeJS.Timeout | undefined;
  #touching: NodeJS.Timeout | undefined;
  #onTouch: () => void = () => undefined;

  constructor(settings: SpoolSettings & { readonly spoolDirectory: string }, epoch: string, log: SpoolLog) {
    this.settings = settings;
    this.folder = new SpoolFolder(settings.spoolDirectory);
    this.#epoch = epoch;
    this.#log = log;
  }

  /** The queue of a topic. Nothing is written before something is appended to it. */
  topic(topic: string): TopicSpool {
    const spool = new TopicSpool({
      folder: this.folder,
      topic,
      nextName: (before) => this.#nextName(before),
      segmentBytes: Math.min(SEGMENT_BYTES, this.settings.spoolMaxBytes / 4),
      onProblem: (error) => this.failed(error),
    });
    this.#topics.push(spool);
    return spool;
  }

  /** Why a record of so many bytes cannot be written now; `undefined` when it may be tried. */
  reasonAgainst(bytes: number): "spool_full" | "spool_failed" | undefined {
    if (this.#hasFailed && performance.now() - this.#triedAt < RETRY_MILLIS) return "spool_failed";
    return this.bytes + this.#otherBytes + bytes > this.settings.spoolMaxBytes ? "spool_full" : undefined;
  }

  /** Writes a record in this turn; `undefined` where the disk does not take it. */
  append(files: TopicSpool, bytes: Buffer, isHanded: boolean): SpoolEntry | undefined {
    if (this.reasonAgainst(bytes.length) !== undefined) return undefined;
    try {
      const entry = files.append(bytes, isHanded);
      if (this.settings.spoolFsync === "always") entry.segment.file?.flushNow();
      this.wrote();
      return entry;
    } catch (error) {
      this.failed(error);
      return undefined;
    }
  }

  /** A record that is not to be sent: another one stands for it. */
  cancel(files: TopicSpool | undefined, entry: SpoolEntry): void {
    this.#guard(() => files?.cancel(entry));
    this.advanced();
  }

  get bytes(): number {
    let sum = 0;
    for (const { bytes } of this.#topics) sum += bytes;
    return sum;
  }

  get stats(): SpoolStats {
    return { bytes: this.bytes, ...this.counts };
  }

  /** Called now and then while there are files: what is too old may go. */
  onTouch(work: () => void): void {
    this.#onTouch = work;
  }

  /** The end: there is no later time to try it again at. */
  tryNow(): void {
    this.#triedAt = Number.NEGATIVE_INFINITY;
  }

  failed(error: unknown): void {
    this.counts.writeErrors++;
    this.#triedAt = performance.now();
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#log.spoolFailed(this.folder.path, describeError(error).message);
  }

  wrote(): void {
    if (this.#hasFailed) this.#log.spoolWorks(this.folder.path);
    this.#hasFailed = false;
    this.#flushing ??= this.#after(FLUSH_MILLIS, () => {
      this.#flushing = undefined;
      for (const topic of this.#topics) if (topic.isRemoved()) topic.seal();
      if (this.settings.spoolFsync === "interval") void this.#forAll((segment) => segment.file?.flush());
    });
    this.#touching ??= this.#after(TOUCH_MILLIS, () => void this.#touch());
  }

  /** Resolves when everything that was written so far is on the disk itself. @throws what the file system says */
  async flush(): Promise<void> {
    for (const { file } of this.#segments()) await file?.flush();
  }

  /** Some records are done with. */
  advanced(): void {
    this.#saving ??= this.#after(SAVE_MILLIS, () => {
      this.#saving = undefined;
      void this.#forAll((segment) => segment.savePosition());
    });
  }

  /** Looks how much others have in the folder, which the bound is for. Never rejects. */
  async measure(): Promise<void> {
    try {
      this.#otherBytes = Math.max(0, (await this.folder.bytes()) - this.bytes);
    } catch (error) {
      this.failed(error);
    }
  }

  /** The end, in this turn: what is done with is removed, the rest is left to whoever comes. */
  release(): void {
    for (const timer of [this.#saving, this.#flushing, this.#touching]) clearTimeout(timer);
    for (const topic of this.#topics) {
      if (this.settings.spoolFsync !== "never")
        for (const { file } of topic.segments) this.#guard(() => file?.flushNow());
      this.#guard(() => topic.release());
    }
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.failed(error);
    }
  }

  async #forAll(work: (segment: OwnSegment) => Promise<void> | undefined): Promise<void> {
    for (const segment of this.#segments())
      await work(segment)?.catch((error: unknown) => this.failed(error));
  }

  #segments(): readonly OwnSegment[] {
    return this.#topics.flatMap(({ segments }) => segments);
  }

  async #touch(): Promise<void> {
    this.#touching = undefined;
    const segments = this.#segments();
    for (const { path } of segments) await this.folder.touch(path);
    await this.measure();
    this.#onTouch();
    if (segments.length > 0) this.#touching ??= this.#after(TOUCH_MILLIS, () => void this.#touch());
  }

  // What is written now and then holds nothing of the agent, and does not keep it.
  #after(millis: number, work: () => void): NodeJS.Timeout {
    return runDetached(() => setTimeout(work, millis).unref());
  }

  // The clock may be set back; the order of the segments stays.
  #nextName(before?: SegmentName): SegmentName {
    this.#lastCreatedAt = Math.max(Date.now(), this.#lastCreatedAt);
    const createdAt = before === undefined ? this.#lastCreatedAt : before.createdAt - 1;
    void this.measure();
    return { createdAt, epoch: this.#epoch, number: ++this.#lastNumber, owner: ownSegmentOwner() };
  }
}
