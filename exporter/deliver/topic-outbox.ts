/**
 * Where the records of one kind wait when there is a spool, oldest first:
 *
 *     the sender's queue in memory  ->  files, unread  ->  waiting in memory to be written
 *
 * A new record joins the end: the sender's queue as long as nothing is behind it, so that the order of a run holds. What is on the disk
 * comes back into memory a batch at a time as the sender's queue empties.
 *
 * In the mode `overflow` writing happens in the background, and a part of the queue's bounds is kept free for what waits to be written; where
 * that is used up, in the turn of the record that does not fit. In the mode `always` each record is written in its own turn, before it is
 * accepted, and removed once it is acknowledged.
 */
import type { RecordKind } from "../../src/event/index.js";
import type { SpoolEntry } from "../../src/spool/own-segment.js";
import { encodeRecord } from "../../src/spool/spool-record.js";
import type { TopicSpool } from "../../src/spool/topic-spool.js";
import type { DeliveryCounters, DropReason } from "./delivery-counters.js";
import type { DeliveryLog } from "./delivery-log.js";
import type { BatchLimits } from "./delivery-options.js";
import { DROP_SENTENCES } from "./drop-sentences.js";
import type { EventSpool } from "./event-spool.js";
import type { Outcome, QueuedRecord } from "./send-queue.js";
import type { ActionRecord } from "./serialize.js";
import type { TopicSender } from "./topic-sender.js";
import { WriteLinger } from "./write-linger.js";

export interface TopicOutboxOptions {
  readonly kind: RecordKind;
  readonly topic: string;
  readonly sender: TopicSender;
  readonly spool: EventSpool;
  readonly counters: DeliveryCounters;
  readonly log: DeliveryLog;
  readonly limits: BatchLimits;
  /** Whether so many bytes more are within this share of the queue's bounds. */
  readonly fits: (bytes: number, share: number) => boolean;
}

/** Of the queue's bounds, what may wait for Kafka before the rest goes to the disk. */
const DIRECT_SHARE = 0.75;
/** Written at once: encoding it takes less than a millisecond. */
const WRITE = { records: 300, bytes: 262_144 } as const;
/** What waits to be written does not wait for company when so much of the queue's bounds is used. */
const WRITE_AT_SHARE = 0.875;
/** A disk that takes longer hangs, and nobody may wait for it. */
const HANGING_MILLIS = 1_000;

const NOT_SENT = { isOnDisk: false, queuedAt: 0, position: 0 } as const;

export class TopicOutbox {
  readonly #options: TopicOutboxOptions;
  readonly #files: TopicSpool;
  readonly #isAlways: boolean;
  #waiting: QueuedRecord[] = [];
  #writing: readonly QueuedRecord[] | undefined;
  #writingSince = 0;
  #isReading = false;
  #isClosed = false;
  #pumping: NodeJS.Immediate | undefined;
  readonly #linger = new WriteLinger(() => this.pump());

  constructor(options: TopicOutboxOptions) {
    this.#options = options;
    this.#files = options.spool.topic(options.topic);
    this.#isAlways = options.spool.settings.spool === "always";
  }

  /** Whether something is behind the sender's queue. */
  get hasBacklog(): boolean {
    return this.#waiting.length > 0 || this.#writing !== undefined || this.#files.unread > 0;
  }

  /**
   * Takes a numbered record, and counts where it is. Returns `undefined` when there is no room for it, and counts it as dropped.
   *
   * @param isCounted whether it counts as buffered already
   */
  offer(
    record: ActionRecord,
    settle?: (outcome: Outcome) => void,
    isCounted = false,
  ): QueuedRecord | undefined {
    const { sender, spool, counters, fits } = this.#options;
    const bytes = record.value.length;
    const fitsAtAll = isCounted || fits(bytes, 1);
    const isNext = !this.#isClosed && !this.hasBacklog;
    const isNow = this.#isAlways || this.#isClosed || (!fitsAtAll && this.#writeWaiting());
    if (isNow) {
      const entry = this.#append(record, isNext && fitsAtAll);
      if (entry !== undefined && isNext && fitsAtAll) {
        if (!isCounted) counters.arrive("buffered", bytes);
        return sender.add(record, this.#settling(entry, settle), { counters });
      }
      if (entry !== undefined) {
        if (isCounted) counters.move("buffered", "spooled", 1, bytes);
        else counters.arrive("spooled");
        settle?.({ delivered: false, reason: "spooled" });
        this.#pumpLater();
        return { ...NOT_SENT, record, counters, settle: undefined, state: "settled" };
      }
      if (fitsAtAll && !this.#isClosed && this.#isAlways) spool.counts.memoryOnly++;
    }
    if (!fitsAtAll || this.#isClosed) {
      const reason = spool.reasonAgainst(bytes) ?? "queue_full";
      if (isCounted) counters.move("buffered", reason, 1, bytes);
      else counters.arrive(reason);
      this.#options.log.dropped(reason, DROP_SENTENCES[reason]);
      settle?.({ delivered: false, reason });
      return undefined;
    }
    const isDirect = isNext && (this.#isAlways || fits(isCounted ? 0 : bytes, DIRECT_SHARE));
    if (!isCounted) counters.arrive("buffered", bytes);
    if (isDirect) return sender.add(record, settle);
    const queued: QueuedRecord = { ...NOT_SENT, record, counters, settle, state: "tried" };
    this.#waiting.push(queued);
    this.#pumpLater();
    return queued;
  }

  /** Moves on what can be moved on. To be called when the sender's queue has become shorter. */
  pump(): void {
    if (this.#isClosed || !this.hasBacklog) return;
    const { sender, limits, fits } = this.#options;
    const isLow = sender.size < 2 * limits.maxExportBatchSize;
    // Were another topic stuck, and the memory full of its records, this one would still get on by one batch at a time.
    const hasRoom = fits(0, DIRECT_SHARE) || sender.size === 0;
    if (this.#files.unread > 0) {
      if (isLow && hasRoom && !this.#isReading) void this.#readBack();
    } else if (this.#writing === undefined && hasRoom) this.#sendWaiting();
    if (this.#waiting.length === 0 || this.#writing !== undefined) return;
    const isMuch = this.#waiting.length >= WRITE.records || !fits(0, WRITE_AT_SHARE);
    if (isMuch || this.#linger.isOver) void this.#write();
    else this.#linger.start();
  }

  /** Gives up what has been on the disk for too long. */
  expire(): void {
    const count = this.#files.expire(Date.now() - this.#options.spool.settings.spoolMaxAgeMillis);
    if (count > 0) this.#lose(count, "spool_expired");
  }

  /** The end, in this turn: everything goes to the disk, and what it does not take is counted under the reason. */
  close(reason: DropReason): void {
    if (this.#isClosed) return;
    this.#linger.reset();
    this.#finishWriting();
    this.#isClosed = true;
    // What the sender has is older than what has not been read yet.
    const isOlder = this.hasBacklog;
    this.#options.sender.close(reason, ({ record, isOnDisk }) => isOnDisk || this.#save(record, isOlder));
    for (const queued of this.#waiting.splice(0))
      this.#settle(queued, this.#save(queued.record, false) ? "spooled" : reason);
  }

  // A batch that is being written in the background is written again at the same place: there is no time to wait for it.
  #finishWriting(): void {
    const batch = this.#writing;
    if (batch === undefined) return;
    this.#writing = undefined;
    try {
      this.#files.finishNow();
      for (const queued of batch) this.#settle(queued, "spooled");
    } catch (error) {
      this.#options.spool.failed(error);
      this.#waiting = [...batch, ...this.#waiting];
    }
  }

  /** Writes all that waits in this turn. Returns whether it is on the disk. */
  #writeWaiting(): boolean {
    if (this.#writing !== undefined && performance.now() - this.#writingSince > HANGING_MILLIS) return false;
    this.#finishWriting();
    let count = 0;
    for (const queued of this.#waiting) {
      if (!this.#save(queued.record, false)) break;
      this.#settle(queued, "spooled");
      count++;
    }
    this.#waiting.splice(0, count);
    return this.#waiting.length === 0;
  }

  /** @param isOlder than everything that is on the disk */
  #save(record: ActionRecord, isOlder: boolean): boolean {
    const { spool } = this.#options;
    const bytes = this.#encode(record);
    if (!isOlder) return spool.append(this.#files, bytes, false) !== undefined;
    if (spool.reasonAgainst(bytes.length) !== undefined) return false;
    try {
      this.#files.prepend(bytes);
      return true;
    } catch (error) {
      spool.failed(error);
      return false;
    }
  }

  #append(record: ActionRecord, isHanded: boolean): SpoolEntry | undefined {
    // What could not be written before comes first.
    if (this.#waiting.length > 0 || this.#writing) return undefined;
    return this.#options.spool.append(this.#files, this.#encode(record), isHanded);
  }

  #pumpLater(): void {
    this.#pumping ??= setImmediate(() => {
      this.#pumping = undefined;
      this.pump();
    });
  }

  // What the sender can take has no need of the disk.
  #sendWaiting(): void {
    const { sender, fits, limits } = this.#options;
    let count = 0;
    for (const { record, settle } of this.#waiting) {
      if (!fits(0, DIRECT_SHARE) && sender.size >= limits.maxExportBatchSize) break;
      sender.add(record, settle);
      count++;
    }
    this.#waiting.splice(0, count);
  }

  async #write(): Promise<void> {
    const { spool } = this.#options;
    this.#linger.reset();
    let bytes = 0;
    let count = 0;
    for (const { record } of this.#waiting) {
      bytes += record.value.length;
      if (count > 0 && (count === WRITE.records || bytes > WRITE.bytes)) break;
      count++;
    }
    if (spool.reasonAgainst(bytes) !== undefined) return;
    const batch = this.#waiting.splice(0, count);
    this.#writing = batch;
    this.#writingSince = performance.now();
    try {
      await this.#files.appendLater(batch.map(({ record }) => this.#encode(record)));
      if (spool.settings.spoolFsync === "always") await spool.flush();
      if (this.#writing !== batch) return;
      this.#writing = undefined;
      spool.wrote();
      for (const queued of batch) this.#settle(queued, "spooled");
    } catch (error) {
      if (this.#writing !== batch) return;
      this.#writing = undefined;
      spool.failed(error);
      this.#waiting = [...batch, ...this.#waiting];
    }
    this.#pumpLater();
  }

  async #readBack(): Promise<void> {
    const { sender, spool, counters, limits, kind } = this.#options;
    this.#isReading = true;
    const { maxExportBatchSize: maxRecords, maxBatchBytes: maxBytes } = limits;
    const { records, lost, damaged } = await this.#files.read({ maxRecords, maxBytes });
    this.#isReading = false;
    spool.counts.setAside += damaged;
    if (this.#isClosed) return;
    if (lost > 0) this.#lose(lost, "spool_lost");
    const tooOld = Date.now() - spool.settings.spoolMaxAgeMillis;
    for (const { entry, record } of records) {
      const { key, value, headers, spooledAt } = record;
      if (spooledAt < tooOld) {
        this.#files.done(entry);
        this.#lose(1, "spool_expired");
        continue;
      }
      counters.move("spooled", "buffered", 1, value.length);
      sender.add({ kind, key, value, headers }, this.#settling(entry, undefined), { counters });
    }
    spool.advanced();
    this.#pumpLater();
  }

  #settling(entry: SpoolEntry, settle: ((outcome: Outcome) => void) | undefined): (outcome: Outcome) => void {
    return (outcome) => {
      if (outcome.delivered || outcome.reason !== "spooled") {
        this.#files.done(entry);
        this.#options.spool.advanced();
      }
      settle?.(outcome);
    };
  }

  #settle({ record, settle }: QueuedRecord, reason: DropReason | "spooled"): void {
    this.#options.counters.move("buffered", reason, 1, record.value.length);
    settle?.({ delivered: false, reason });
  }

  #lose(count: number, reason: "spool_lost" | "spool_expired"): void {
    this.#options.counters.move("spooled", reason, count, 0);
    this.#options.log.dropped(reason, DROP_SENTENCES[reason], count);
  }

  #encode({ key, headers, value }: ActionRecord): Buffer {
    return encodeRecord({ topic: this.#options.topic, key, headers, value, spooledAt: Date.now() });
  }
}
