import { setImmediate as nextTurn } from "node:timers/promises";
import { EVENT_KINDS, type EventKind, type RecordKind, type TopicNames } from "../../src/event/index.js";
import type { DropReason } from "./delivery-counters.js";
import type { DeliveryLog } from "./delivery-log.js";
import type { BatchLimits } from "./delivery-options.js";
import { EventSpool, type SpoolStats } from "./event-spool.js";
import type { HeldRecord } from "./held-record.js";
import type { QueueBounds } from "./queue-bounds.js";
import type { Outcome, QueuedRecord } from "./send-queue.js";
import type { ActionRecord } from "./serialize.js";
import { SpoolCopies, type SpoolCopy } from "./spool-copies.js";
import { SpoolReplay } from "./spool-replay.js";
import type { SpoolSettings } from "./spool-settings.js";
import { TopicOutbox } from "./topic-outbox.js";
import type { TopicSender } from "./topic-sender.js";
import type { Transport } from "./transport.js";
import type { TransportName } from "./transport-settings.js";

export interface SpoolingOptions extends BatchLimits, SpoolSettings {
  readonly epoch: string;
  readonly topics: TopicNames;
  readonly transport?: TransportName | Transport | undefined;
  readonly log: DeliveryLog;
  readonly senders: Readonly<Record<RecordKind, TopicSender>>;
  readonly bounds: QueueBounds;
}

/** So many are written at a time: about a millisecond. */
const COPIES_A_TURN = 200;

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
  readonly #senders: SpoolingOptions["senders"];
  readonly #copies: SpoolCopies;
  readonly #copied = new WeakSet<QueuedRecord>();
  /** Says that the process has ended. */
  #end: SpoolCopy | undefined;
  #isClosed = false;

  constructor(options: SpoolingOptions, directory: string) {
    const { epoch, log, senders, topics, bounds } = options;
    this.#senders = senders;
    this.#spool = new EventSpool({ ...options, spoolDirectory: directory }, epoch, log);
    this.#copies = new SpoolCopies(this.#spool, topics);
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
  copyHeld(record: ActionRecord): SpoolCopy | undefined {
    if (this.#spool.settings.spool !== "always") return undefined;
    const copy = this.#copies.add(record);
    if (copy === undefined) this.#spool.counts.memoryOnly++;
    return copy;
  }

  /** Another event stands for them from now on, or nothing will become of them. */
  forgetHeld(held: readonly HeldRecord[]): void {
    for (const { copy } of held) if (copy !== undefined) this.#copies.takeBack(copy);
  }

  /**
   * In the mode `always`, an event about an action that has not ended is on the disk until Kafka has it, and with it that the process has
   * ended: whoever finds both, finds them after that. So what a killed agent was doing becomes abandoned, also when Kafka was away.
   *
   * @param endRecord says that the process has ended
   * @returns what to do once Kafka has it, or it is in the spool as what was left; `undefined` where there is no copy
   */
  copyRunning(record: ActionRecord, endRecord: () => ActionRecord): (() => void) | undefined {
    if (this.#spool.settings.spool !== "always" || this.#isClosed) return undefined;
    const copy = this.#copies.add(record);
    if (copy === undefined) return undefined;
    this.#keepEnd(endRecord);
    return () => this.#copies.takeBack(copy);
  }

  /**
   * After a flush for which Kafka was away: what is in memory alone is on the disk as well, until Kafka has it, because the process may be
   * frozen or killed now.
   *
   * @param endRecord present where Kafka does not know that what is open has no end
   */
  async copyLeft(endRecord?: () => ActionRecord): Promise<void> {
    if (endRecord !== undefined && !this.#isClosed) this.#keepEnd(endRecord);
    for (const kind of EVENT_KINDS)
      for (const [index, queued] of this.#senders[kind].all.entries()) {
        if (index % COPIES_A_TURN === COPIES_A_TURN - 1) await nextTurn();
        if (!this.#isClosed && queued.state !== "settled") this.#copyQueued(queued);
      }
  }

  #copyQueued(queued: QueuedRecord): void {
    const { record, isOnDisk, settle } = queued;
    if (isOnDisk || this.#copied.has(queued)) return;
    const copy = this.#copies.add(record);
    if (copy === undefined) return;
    this.#copied.add(queued);
    queued.settle = (outcome) => {
      this.#copies.takeBack(copy);
      settle?.(outcome);
    };
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

  #keepEnd(endRecord: () => ActionRecord): void {
    this.#end ??= this.#copies.add(endRecord());
  }

  #forgetEnd(): void {
    if (this.#end !== undefined) this.#copies.takeBack(this.#end);
    this.#end = undefined;
  }
}
