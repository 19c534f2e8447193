/**
 * Sends what processes of this machine that have ended left in the folder: the oldest segment first, and of each one batch at a time, which
 * joins the queue like any other. So new events never wait for more than a batch of old ones, and old ones do not wait for a pause. Those
 * runs are over, so nothing of them can be overtaken by what is new.
 *
 * A segment is claimed before it is read, so that of several processes one sends it.
 */
import { RECORD_KINDS, type RecordKind, type TopicNames } from "../../src/event/index.js";
import { describeError } from "../../src/internal/describe-error.js";
import { openSegment, topicOf } from "../../src/spool/open-segment.js";
import { type ReadRecord, readSegment } from "../../src/spool/read-segment.js";
import type { SegmentFile } from "../../src/spool/segment-file.js";
import { HEADER_BYTES } from "../../src/spool/segment-header.js";
import type { SegmentEntry } from "../../src/spool/spool-folder.js";
import { DeliveryCounters } from "./delivery-counters.js";
import type { DeliveryLog } from "./delivery-log.js";
import type { BatchLimits } from "./delivery-options.js";
import type { EventSpool } from "./event-spool.js";
import { runDetached } from "./run-detached.js";
import type { Outcome } from "./send-queue.js";
import type { TopicSender } from "./topic-sender.js";

export interface SpoolReplayOptions extends BatchLimits {
  readonly spool: EventSpool;
  readonly topics: TopicNames;
  readonly senders: Readonly<Record<RecordKind, TopicSender>>;
  readonly log: DeliveryLog;
}

/** Set-up comes first. */
const FIRST_LOOK_MILLIS = 250;
/** Others may end while this process runs. */
const LOOK_MILLIS = 30_000;

export class SpoolReplay {
  readonly #options: SpoolReplayOptions;
  readonly #kinds: ReadonlyMap<string, RecordKind>;
  /** Not events of this process: they count nowhere but here. */
  readonly #counters = new DeliveryCounters();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #claimed: { readonly entry: SegmentEntry; readonly file: SegmentFile; position: number } | undefined;

  constructor(options: SpoolReplayOptions) {
    this.#options = options;
    this.#kinds = new Map(RECORD_KINDS.map((kind) => [options.topics[kind], kind]));
    this.#lookIn(FIRST_LOOK_MILLIS);
  }

  /** Leaves what is not sent yet to others. In this turn. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#leave();
  }

  #leave(): void {
    if (this.#claimed === undefined) return;
    const { entry, file, position } = this.#claimed;
    this.#claimed = undefined;
    try {
      file.savePositionNow(position);
      file.closeNow();
      this.#options.spool.folder.release(entry);
    } catch (error) {
      this.#options.spool.failed(error);
    }
  }

  #lookIn(millis: number): void {
    this.#timer = runDetached(() => setTimeout(() => void this.#look(), millis).unref());
  }

  async #look(): Promise<void> {
    const { spool, log } = this.#options;
    try {
      await spool.measure();
      for (const entry of await spool.folder.list()) {
        if (this.#isStopped) return;
        await this.#take(entry).catch((error: unknown) => this.#giveUp(entry, error));
      }
    } catch (error) {
      log.warn(`The spool in ${spool.folder.path} cannot be read: ${describeError(error).message}`);
    }
    if (!this.#isStopped) this.#lookIn(LOOK_MILLIS);
  }

  async #take(entry: SegmentEntry): Promise<void> {
    const { folder } = this.#options.spool;
    const holder = folder.holderOf(entry);
    if (holder === "this process" || holder === "a running process") return;
    const topic = await topicOf(entry.path);
    const kind = topic === undefined ? undefined : this.#kinds.get(topic);
    // Of a topic that this process does not write to.
    if (topic !== undefined && kind === undefined) return;
    const owned = await folder.claim(entry);
    if (owned === undefined) return;
    if (kind === undefined) return this.#setAside(owned);
    const { file, position } = await openSegment(owned.path);
    this.#claimed = { entry: owned, file, position };
    if (this.#isStopped) this.stop();
    else await this.#send(kind);
  }

  // Nothing in it can be read. One that was only begun when its process ended holds nothing.
  async #setAside(owned: SegmentEntry): Promise<void> {
    const { spool, log } = this.#options;
    if (owned.bytes <= HEADER_BYTES) return spool.folder.remove(owned.path);
    spool.counts.damaged++;
    await spool.folder.setAsideWhole(owned);
    log.warn(`A file of the spool in ${spool.folder.path} cannot be read, and is set aside: ${owned.path}`);
  }

  #giveUp({ path }: SegmentEntry, error: unknown): void {
    this.#options.log.warn(`A file of the spool cannot be sent (${path}): ${describeError(error).message}`);
    this.#leave();
  }

  async #send(kind: RecordKind): Promise<void> {
    const { spool, maxExportBatchSize: maxRecords, maxBatchBytes: maxBytes } = this.#options;
    for (let isEnd = false; !isEnd; ) {
      const claimed = this.#claimed;
      if (claimed === undefined) return;
      const { entry, file } = claimed;
      const chunk = await readSegment(file, claimed.position, { maxRecords, maxBytes });
      if (this.#claimed === undefined) return;
      for (const { from, to, isTornEnd } of chunk.damage) {
        if (isTornEnd) continue;
        spool.counts.damaged++;
        await spool.folder.setAside(entry, await file.read(from, to - from));
      }
      const isSent = await this.#sendAll(kind, chunk.records);
      if (!isSent || this.#claimed === undefined) return;
      claimed.position = chunk.next;
      isEnd = chunk.isEnd;
      await file.savePosition(chunk.next);
    }
    await this.#remove();
  }

  async #remove(): Promise<void> {
    const claimed = this.#claimed;
    this.#claimed = undefined;
    await claimed?.file.close();
    if (claimed) await this.#options.spool.folder.remove(claimed.entry.path);
  }

  #expired(count: number): void {
    if (count === 0) return;
    const { spool, log } = this.#options;
    spool.counts.expired += count;
    log.warn(
      `Events of an earlier process are not sent, because they are too old (spoolMaxAgeMillis): ${count}.`,
    );
  }

  /** Returns whether all of them are done with. */
  async #sendAll(kind: RecordKind, records: readonly ReadRecord[]): Promise<boolean> {
    const { spool, senders } = this.#options;
    const tooOld = Date.now() - spool.settings.spoolMaxAgeMillis;
    const valid = records.filter(({ isCancelled }) => !isCancelled);
    const young = valid.filter(({ record }) => record.spooledAt >= tooOld);
    this.#expired(valid.length - young.length);
    const sent = young.map(({ record: { key, value, headers } }) => {
      this.#counters.arrive("buffered", value.length);
      return new Promise<Outcome>((resolve) => {
        senders[kind].add({ kind, key, value, headers }, resolve, { counters: this.#counters });
      });
    });
    const outcomes = await Promise.all(sent);
    spool.counts.replayed += outcomes.filter(({ delivered }) => delivered).length;
    // Kafka refused some for their own sake: they would be refused again.
    return outcomes.every((outcome) => outcome.delivered || outcome.reason === "refused");
  }
}
