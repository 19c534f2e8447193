/**
 * Records of the spool's folder instead of Kafka's: all files that agents have handed over or left behind, the oldest first. A file is claimed
 * before it is read, and removed once the rows of all its records are committed. A process that ends in between leaves it to the next
 * one, which reads on behind the last commit; what it reads once more meets its own rows.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { kindOfTopic, type TopicNames } from "../event/index.js";
import { backoffMillis } from "../internal/backoff-millis.js";
import { delay } from "../internal/delay.js";
import { describeError } from "../internal/describe-error.js";
import { settlesWithin } from "../internal/settles-within.js";
import type { PartitionEnds } from "../kafka/admin.js";
import type { PartitionOffset } from "../kafka/records.js";
import { ClaimedSegment } from "../spool/claimed-segment.js";
import { topicOf } from "../spool/open-segment.js";
import { ReaderLock } from "../spool/reader-lock.js";
import { HEADER_BYTES } from "../spool/segment-header.js";
import { baseOf } from "../spool/segment-name.js";
import { type SegmentEntry, SpoolFolder } from "../spool/spool-folder.js";
import type { OutageWatch } from "./outage-watch.js";
import type { ReadProgress } from "./producer-watch.js";
import type { RecordHandlers, RecordSource, SourceStatus, UnreadablePartition } from "./record-source.js";
import { spoolPlace } from "./spool-place.js";
import { SpoolSegment } from "./spool-segment.js";

export interface SpoolSourceOptions {
  readonly directory: string;
  readonly topics: TopicNames;
  readonly handlers: RecordHandlers;
  readonly spool: OutageWatch;
  readonly log: Logger;
}

/** Agents hand over twice a second; so an event is read within a second. */
const LOOK_MILLIS = 200;
const LOCK_MILLIS = 1_000;
const BACKOFF = { initialMillis: 250, maximumMillis: 5_000 };
/** Files that are read and not stored are open. */
const MAX_OPEN = 128;
const ROOM_MILLIS = 20;

export class SpoolSource implements RecordSource {
  readonly #options: SpoolSourceOptions;
  readonly #folder: SpoolFolder;
  readonly #stopping = new AbortController();
  readonly #finished: Promise<void>;
  /** By the names of their files, in the order in which they were read. */
  readonly #open = new Map<string, SpoolSegment>();
  /** Of topics that are none of ours. */
  readonly #foreign = new Set<string>();
  readonly #unreadable = new Map<string, UnreadablePartition>();
  /** Bytes of files that nobody has begun to read. */
  #untouched = 0;
  #lock: ReaderLock | undefined;
  #state: SourceStatus["state"] = "connecting";
  #since = performance.now();
  #lastAnswerAt = performance.now();

  constructor(options: SpoolSourceOptions) {
    this.#options = options;
    this.#folder = new SpoolFolder(options.directory);
    this.#finished = this.#supervise();
  }

  get status(): SourceStatus {
    return {
      spool: this.#options.directory,
      state: this.#state,
      since: this.#since,
      lastAnswerAt: this.#lastAnswerAt,
      missingTopics: [],
      restarts: 0,
      rebalances: 0,
      partitions: this.#open.size,
      unreadable: [...this.#unreadable.values()],
    };
  }

  /** Bytes that were handed over and are not stored. */
  get lag(): number {
    let bytes = this.#untouched;
    for (const segment of this.#open.values()) bytes += segment.waiting;
    return bytes;
  }

  /** What the watch over producers asks: everything that is in the folder now has been read when its files are gone. */
  get progress(): ReadProgress {
    return {
      topicNames: async () => new Set(),
      ends: () => this.#ends(),
      committed: async () => new Map(),
      close: async () => undefined,
    };
  }

  async commit(offsets: readonly PartitionOffset[]): Promise<boolean> {
    for (const { topic, partition, offset } of offsets)
      for (const [name, segment] of this.#open) {
        if (segment.topic !== topic || segment.place.partition !== partition) continue;
        if (segment.place.base > offset) continue;
        await segment.commit(offset);
        await this.#removeWhenDone(name, segment);
      }
    return true;
  }

  async stop(millis: number): Promise<void> {
    this.#stopping.abort();
    await settlesWithin(this.#finished, millis);
    for (const { claimed } of this.#open.values())
      try {
        claimed.release();
      } catch (error) {
        this.#options.log.warn(
          { error: describeError(error).message },
          "a file of the spool was not released",
        );
      }
    this.#open.clear();
    this.#lock?.release();
    this.#become("stopped");
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #supervise(): Promise<void> {
    const { spool } = this.#options;
    for (let failures = 0; !this.#isStopping; ) {
      try {
        const isOurs = await this.#takeLock();
        if (isOurs) await this.#look();
        this.#lastAnswerAt = performance.now();
        spool.succeeded();
        failures = 0;
        await delay(isOurs ? LOOK_MILLIS : LOCK_MILLIS, this.#stopping.signal);
      } catch (error) {
        failures++;
        this.#become("connecting");
        spool.failed(error, failures);
        await delay(backoffMillis(failures, BACKOFF), this.#stopping.signal);
      }
    }
  }

  async #takeLock(): Promise<boolean> {
    const { directory, log } = this.#options;
    this.#lock ??= await ReaderLock.take(this.#folder);
    const isNews = this.#become(this.#lock === undefined ? "joining" : "running");
    if (isNews && this.#lock === undefined)
      log.warn({ spool: directory }, "another process reads the spool: waiting until it ends");
    else if (isNews) log.info({ spool: directory }, "reading the spool");
    return this.#lock !== undefined;
  }

  async #look(): Promise<void> {
    this.#forgetRead();
    const entries = (await this.#folder.list()).filter((entry) => this.#isForUs(entry));
    this.#untouched = entries.reduce((sum, { bytes }) => sum + Math.max(bytes - HEADER_BYTES, 0), 0);
    const names = new Set(entries.map(baseOf));
    for (const name of this.#unreadable.keys()) if (!names.has(name)) this.#unreadable.delete(name);
    for (const entry of entries) {
      while (this.#open.size >= MAX_OPEN && !this.#isStopping) await sleep(ROOM_MILLIS);
      if (this.#isStopping) return;
      await this.#read(entry);
      this.#untouched = Math.max(this.#untouched - Math.max(entry.bytes - HEADER_BYTES, 0), 0);
    }
  }

  /** Of nobody, or of a process that has ended. */
  #isForUs(entry: SegmentEntry): boolean {
    const name = baseOf(entry);
    if (this.#open.has(name) || this.#foreign.has(name)) return false;
    const holder = this.#folder.holderOf(entry);
    return holder === "nobody" || holder === "a process that has ended";
  }

  async #read(entry: SegmentEntry): Promise<void> {
    const { topics, log } = this.#options;
    const name = baseOf(entry);
    const { partition, base } = spoolPlace(entry);
    // One that was left out before: offsets of a producer only go up while it is read.
    if ([...this.#open.values()].some(({ place }) => place.partition === partition && place.base > base))
      return;
    let claimed: ClaimedSegment | undefined;
    try {
      const topic = await topicOf(entry.path);
      if (topic !== undefined && kindOfTopic(topic, topics) === undefined) {
        this.#foreign.add(name);
        log.warn({ file: entry.path, topic }, "a file of the spool is of a topic that is not read: it stays");
        return;
      }
      const found = await ClaimedSegment.claim(this.#folder, entry);
      if (found === "unreadable")
        log.error({ file: entry.path }, "a file of the spool cannot be read: it is set aside");
      if (!(found instanceof ClaimedSegment)) return;
      claimed = found;
      const segment = new SpoolSegment(claimed);
      this.#open.set(name, segment);
      await this.#takeAll(segment);
      if (claimed.setAsideCount > 0)
        log.error(
          { file: entry.path, places: claimed.setAsideCount },
          "places in a file of the spool cannot be read: they are set aside",
        );
      await this.#removeWhenDone(name, segment);
      this.#unreadable.delete(name);
    } catch (error) {
      // The others go on. What of it was taken is stored, and meets its rows when it is read again.
      this.#open.delete(name);
      claimed?.release();
      this.#becomeUnreadable(entry, error);
    }
  }

  async #takeAll(segment: SpoolSegment): Promise<void> {
    const { topic, place } = segment;
    const control = { isCurrent: () => !this.#isStopping, heartbeat: async () => undefined };
    for (let chunk = await segment.next(); chunk !== undefined; chunk = await segment.next()) {
      const { messages, firstOffset, nextOffset } = chunk;
      const range = { topic, partition: place.partition, firstOffset, nextOffset, highWatermark: nextOffset };
      if (!(await this.#options.handlers.take({ range, messages }, control))) return;
    }
  }

  async #removeWhenDone(name: string, segment: SpoolSegment): Promise<void> {
    if (!segment.isDone) return;
    await segment.claimed.remove();
    this.#open.delete(name);
  }

  /** Producers of whose files none is read any more are forgotten: each new process is another one. */
  #forgetRead(): void {
    const assignment = new Map<string, number[]>();
    for (const { topic, place } of this.#open.values())
      assignment.set(topic, [...(assignment.get(topic) ?? []), place.partition]);
    this.#options.handlers.assigned(assignment, true);
  }

  async #ends(): Promise<ReadonlyMap<string, PartitionEnds>> {
    if (this.#state !== "running") throw new Error("the spool is not being read");
    const entries = (await this.#folder.list()).filter((entry) => !this.#foreign.has(baseOf(entry)));
    return new Map(
      entries
        // What a process that runs has not handed over is half a second of that producer; one that is frozen must hold up no other.
        .filter((entry) => entry.bytes > HEADER_BYTES && this.#folder.holderOf(entry) !== "a running process")
        .map((entry) => [baseOf(entry), { low: 0n, high: BigInt(entry.bytes) }]),
    );
  }

  #becomeUnreadable(entry: SegmentEntry, error: unknown): void {
    const name = baseOf(entry);
    if (this.#unreadable.has(name)) return;
    const reason = describeError(error).message;
    const { partition } = spoolPlace(entry);
    this.#unreadable.set(name, { topic: name, partition, offset: "0", since: performance.now(), reason });
    this.#options.log.error({ file: entry.path, reason }, "a file of the spool cannot be read, trying again");
  }

  /** Returns whether it is another state. */
  #become(state: SourceStatus["state"]): boolean {
    if (state === this.#state) return false;
    this.#state = state;
    this.#since = performance.now();
    return true;
  }
}
