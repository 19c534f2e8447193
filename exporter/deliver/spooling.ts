import { EVENT_KINDS, type EventKind, type RecordKind, type TopicNames } from "../../src/event/index.js";
import type { SpoolEntry } from "../../src/spool/own-segment.js";
import { encodeRecord } from "../../src/spool/spool-record.js";
import type { TopicSpool } from "../../src/spool/topic-spool.js";
import type { DropReason } from "./delivery-counters.js";
import type { DeliveryLog } from "./delivery-log.js";
import type { BatchLimits } from "./delivery-options.js";
import { EventSpool, type SpoolStats } from "./event-spool.js";
import type { HeldRecord } from "./held-record.js";
import type { TransportName } from "./open-transport.js";
import type { QueueBounds } from "./queue-bounds.js";
import type { Outcome, QueuedRecord } from "./send-queue.js";
import type { ActionRecord } from "./serialize.js";
import { SpoolReplay } from "./spool-replay.js";
import type { SpoolSettings } from "./spool-settings.js";
import { TopicOutbox } from "./topic-outbox.js";
import type { TopicSender } from "./topic-sender.js";
import type { Transport } from "./transport.js";

export interface SpoolingOptions extends BatchLimits, SpoolSettings {
  readonly epoch: string;
  readonly topics: TopicNames;
  readonly transport?: TransportName | Transport | undefined;
  readonly log: DeliveryLog;
  readonly senders: Readonly<Record<RecordKind, TopicSender>>;
  readonly bounds: QueueBounds;
}

/** Only events are kept: see {@link Spooling}. */
export const isEventKind = (kind: RecordKind): kind is EventKind =>
  kind !== "span_attribution" && kind !== "producer_heartbeat";

/** `undefined` where the spool is off, or is all there is: `SpoolTransport`. */
export function openSpooling(options: SpoolingOptions): Spooling | undefined {
  const { spool, spoolDirectory, transport } = options;
  return spool === "off" || spoolDirectory === undefined || transport === "spool"
    ? undefined
    : new Spooling(options, spoolDirectory);
}

/**
 * The disk beside the memory of one pipeline: an outbox for each kind of event, and what earlier processes have left. Span attributions
 * have none: their topic may be missing for good, and they would take the room of events. Neither have heartbeats, which mean something now only.
 */
export class Spooling {
  readonly #spool: EventSpool;
  readonly #outboxes: Readonly<Record<EventKind, TopicOutbox>>;
  readonly #replay: SpoolReplay;
  readonly #topics: TopicNames;
  /** Copies of what is held, or has not ended; of actions, which alone are. */
  #held: TopicSpool | undefined;
  #ends: TopicSpool | undefined;
  #end: SpoolEntry | undefined;
  #isClosed = false;

  constructor(options: SpoolingOptions, directory: string) {
    const { epoch, log, senders, topics, bounds } = options;
    this.#topics = topics;
    this.#spool = new EventSpool({ ...options, spoolDirectory: directory }, epoch, log);
    const outboxes = EVENT_KINDS.map((kind) => [
      kind,
      new TopicOutbox({
        kind,
        topic: topics[kind],
        sender: senders[kind],
        spool: this.#spool,
        counters: bounds.countersOf(kind),
        log,
        limits: options,
        fits: (bytes, share) => bounds.fits(kind, bytes, share),
      }),
    ]);
    this.#outboxes = Object.fromEntries(outboxes) as Record<EventKind, TopicOutbox>;
    this.#spool.onTouch(() => {
      for (const outbox of Object.values(this.#outboxes)) outbox.expire();
    });
    this.#replay = new SpoolReplay({ ...options, spool: this.#spool });
  }

  /** See {@link TopicOutbox.offer}. */
  offer(
    kind: EventKind,
    record: ActionRecord,
    settle?: (outcome: Outcome) => void,
    isCounted = false,
  ): QueuedRecord | undefined {
    return this.#outboxes[kind].offer(record, settle, isCounted);
  }

  /**
   * In the mode `always`, an event that is held is on the disk as it would be sent alone, so that it outlasts the process. Without a number:
   * the event that becomes of it gets one.
   */
  copyHeld(record: ActionRecord): SpoolEntry | undefined {
    if (this.#spool.settings.spool !== "always") return undefined;
    const copy = this.#append(record);
    if (copy === undefined) this.#spool.counts.memoryOnly++;
    return copy;
  }

  /**
   * In the mode `always`, an event about an action that has not ended is on the disk until Kafka has it, and with it that the process has
   * ended: whoever finds both, finds them after that. So what a killed agent was doing becomes abandoned, also when Kafka was away.
   *
   * @param endRecord says that the process has ended
   * @returns what to give to {@link forgetRunning}
   */
  copyRunning(record: ActionRecord, endRecord: () => ActionRecord): SpoolEntry | undefined {
    if (this.#spool.settings.spool !== "always" || this.#isClosed) return undefined;
    const copy = this.#append(record);
    if (copy !== undefined) this.#keepEnd(endRecord);
    return copy;
  }

  /** Kafka has it, or it is in the spool as what was left. */
  forgetRunning(copy: SpoolEntry): void {
    this.#spool.cancel(this.#held, copy);
  }

  /** Another event stands for them from now on, or nothing will become of them. */
  forgetHeld(held: readonly HeldRecord[]): void {
    for (const { copy } of held) if (copy !== undefined) this.#spool.cancel(this.#held, copy);
  }

  /** To be called when a queue in memory has become shorter. */
  pump(): void {
    for (const outbox of Object.values(this.#outboxes)) outbox.pump();
  }

  /** Whether events are on the disk, or wait to be written, that this process will send. */
  get hasBacklog(): boolean {
    return !this.#isClosed && Object.values(this.#outboxes).some(({ hasBacklog }) => hasBacklog);
  }

  get folder(): string {
    return this.#spool.folder.path;
  }

  /** See {@link SpoolStats.memoryOnly}. */
  get memoryOnly(): number {
    return this.#spool.counts.memoryOnly;
  }

  get stats(): SpoolStats {
    return this.#spool.stats;
  }

  /** The end is near: what earlier processes left is for others. */
  finishReplay(): void {
    this.#replay.finish();
  }

  /**
   * The end, in this turn: what is left goes to the disk, for whoever comes next; what it does not take is counted under the reason.
   *
   * @param endRecord present where Kafka cannot be told that what is open has no end
   */
  close(reason: DropReason, endRecord?: () => ActionRecord): void {
    if (this.#isClosed) return;
    if (endRecord === undefined) this.#forgetEnd();
    else this.#keepEnd(endRecord);
    this.#isClosed = true;
    this.#replay.stop();
    this.#spool.tryNow();
    for (const outbox of Object.values(this.#outboxes)) outbox.close(reason);
    this.#spool.release();
  }

  #append({ key, value, headers }: ActionRecord): SpoolEntry | undefined {
    const topic = this.#topics.action;
    this.#held ??= this.#spool.topic(topic);
    const bytes = encodeRecord({ topic, key, value, headers, spooledAt: Date.now() });
    return this.#spool.append(this.#held, bytes, true);
  }

  #forgetEnd(): void {
    if (this.#end !== undefined) this.#spool.cancel(this.#ends, this.#end);
    this.#end = undefined;
  }

  #keepEnd(endRecord: () => ActionRecord): void {
    if (this.#end !== undefined) return;
    const topic = this.#topics.producer_heartbeat;
    this.#ends ??= this.#spool.topic(topic);
    const { key, value, headers } = endRecord();
    const bytes = encodeRecord({ topic, key, value, headers, spooledAt: Date.now() });
    this.#end = this.#spool.append(this.#ends, bytes, true);
  }
}
