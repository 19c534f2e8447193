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
  /** Copies of what is held; of actions, which alone are. */
  #held: TopicSpool | undefined;
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
  copyHeld({ kind, key, value, headers }: ActionRecord): SpoolEntry | undefined {
    if (this.#spool.settings.spool !== "always") return undefined;
    const topic = this.#topics[kind];
    const bytes = encodeRecord({ topic, key, value, headers, spooledAt: Date.now() });
    this.#held ??= this.#spool.topic(topic);
    const copy = this.#spool.append(this.#held, bytes, true);
    if (copy === undefined) this.#spool.counts.memoryOnly++;
    return copy;
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

  /** The end, in this turn: what is left goes to the disk, for whoever comes next; what it does not take is counted under the reason. */
  close(reason: DropReason): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#replay.stop();
    this.#spool.tryNow();
    for (const outbox of Object.values(this.#outboxes)) outbox.close(reason);
    this.#spool.release();
  }
}
