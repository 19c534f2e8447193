/**
 * Sends what processes of this machine that have ended left in the folder: the oldest segment first, and of each one batch at a time, which
 * joins the queue like any other. So new events never wait for more than a batch of old ones, and old ones do not wait for a pause. Those
 * runs are over, so nothing of them can be overtaken by what is new.
 *
 * A segment is claimed before it is read, so that of several processes one sends it.
 */

import { RECORD_KINDS, type RecordKind, type TopicNames } from "../../src/event/index.js";
import { describeError } from "../../src/internal/describe-error.js";
import { ClaimedSegment } from "../../src/spool/claimed-segment.js";
import { topicOf } from "../../src/spool/open-segment.js";
import type { ReadRecord } from "../../src/spool/read-segment.js";
import type { SegmentEntry } from "../../src/spool/spool-folder.js";
import { DeliveryCounters } from "./delivery-counters.js";
import type { DeliveryLog } from "./delivery-log.js";
import type { BatchLimits } from "./delivery-options.js";
import type { EventSpool } from "./event-spool.js";
import { FIRST_LOOK_MILLIS, LOOK_MILLIS } from "./look-times.js";
import { runDetached } from "./run-detached.js";
import type { Outcome } from "./send-queue.js";
import type { TopicSender } from "./topic-sender.js";

export interface SpoolReplayOptions extends BatchLimits {
  readonly spool: EventSpool;
  readonly topics: TopicNames;
  readonly senders: Readonly<Record<RecordKind, TopicSender>>;
  readonly log: DeliveryLog;
}

export class SpoolReplay {
  readonly #options: SpoolReplayOptions;
  readonly #kinds: ReadonlyMap<string, RecordKind>;
  /** Not events of this process: they count nowhere but here. */
  readonly #counters = new DeliveryCounters();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #segment: ClaimedSegment | undefined;

  constructor(options: SpoolReplayOptions) {
    this.#options = options;
    this.#kinds = new Map(RECORD_KINDS.map((kind) => [options.topics[kind], kind]));
    this.#lookIn(FIRST_LOOK_MILLIS);
  }

  /** Begins nothing any more. What is under way is finished, so that nobody sends it a second time. */
  finish(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** Leaves what is not sent yet to others. In this turn. */
  stop(): void {
    this.finish();
    this.#leave();
  }

  #leave(): void {
    const segment = this.#segment;
    this.#segment = undefined;
    try {
      segment?.release();
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
    const { spool, log } = this.#options;
    const holder = spool.folder.holderOf(entry);
    if (holder === "this process" || holder === "a running process") return;
    const topic = await topicOf(entry.path);
    const kind = topic === undefined ? undefined : this.#kinds.get(topic);
    // Of a topic that this process does not write to.
    if (topic !== undefined && kind === undefined) return;
    const segment = await ClaimedSegment.claim(spool.folder, entry);
    if (segment === "unreadable") {
      spool.counts.setAside++;
      log.warn(`A file of the spool cannot be read, and is set aside: ${entry.path}`);
    }
    if (!(segment instanceof ClaimedSegment)) return;
    this.#segment = segment;
    if (this.#isStopped || kind === undefined) this.#leave();
    else await this.#send(kind, segment);
  }

  #giveUp({ path }: SegmentEntry, error: unknown): void {
    this.#options.log.warn(`A file of the spool cannot be sent (${path}): ${describeError(error).message}`);
    this.#leave();
  }

  async #send(kind: RecordKind, segment: ClaimedSegment): Promise<void> {
    const { spool, maxExportBatchSize: maxRecords, maxBatchBytes: maxBytes } = this.#options;
    let setAside = 0;
    for (let isEnd = false; !isEnd; ) {
      const chunk = await segment.read({ maxRecords, maxBytes });
      if (this.#segment !== segment) return;
      const isSent = await this.#sendAll(kind, segment, chunk.records);
      spool.counts.setAside += segment.setAsideCount - setAside;
      setAside = segment.setAsideCount;
      if (!isSent || this.#segment !== segment) return;
      await segment.commit(chunk.next);
      isEnd = chunk.isEnd;
      if (this.#isStopped && !isEnd) return this.#leave();
    }
    this.#segment = undefined;
    await segment.remove();
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
  async #sendAll(
    kind: RecordKind,
    segment: ClaimedSegment,
    records: readonly ReadRecord[],
  ): Promise<boolean> {
    const { spool, senders } = this.#options;
    const tooOld = Date.now() - spool.settings.spoolMaxAgeMillis;
    const young = records.filter(({ record }) => record.spooledAt >= tooOld);
    this.#expired(records.length - young.length);
    const sent = young.map(({ record: { key, value, headers } }) => {
      this.#counters.arrive("buffered", value.length);
      return new Promise<Outcome>((resolve) => {
        senders[kind].add({ kind, key, value, headers }, resolve, { counters: this.#counters });
      });
    });
    const outcomes = await Promise.all(sent);
    spool.counts.replayed += outcomes.filter(({ delivered }) => delivered).length;
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.delivered) continue;
      const refused = young[index];
      if (outcome.reason !== "refused" || refused === undefined) return false;
      await segment.setAside(refused.record);
    }
    return true;
  }
}
