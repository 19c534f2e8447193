import { RECORD_KINDS, type RecordKind, type TopicNames } from "../../src/event/index.js";
import type { DeliveryCounters, DropReason } from "./delivery-counters.js";
import type { DeliveryLog } from "./delivery-log.js";
import type { BatchLimits } from "./delivery-options.js";
import { EventSpool, type SpoolStats } from "./event-spool.js";
import type { Outcome, QueuedRecord } from "./send-queue.js";
import type { ActionRecord } from "./serialize.js";
import { SpoolReplay } from "./spool-replay.js";
import type { SpoolSettings } from "./spool-settings.js";
import { TopicOutbox } from "./topic-outbox.js";
import type { TopicSender } from "./topic-sender.js";

export interface SpoolingOptions extends BatchLimits, SpoolSettings {
  readonly epoch: string;
  readonly topics: TopicNames;
  readonly log: DeliveryLog;
  readonly senders: Readonly<Record<RecordKind, TopicSender>>;
  readonly countersOf: (kind: RecordKind) => DeliveryCounters;
  /** Whether so many bytes more of this kind are within a share of the queue's bounds. */
  readonly fits: (kind: RecordKind, bytes: number, share: number) => boolean;
}

/** The disk beside the memory of one pipeline: an outbox for each kind, and what earlier processes have left. */
export class Spooling {
  readonly #spool: EventSpool;
  readonly #outboxes: Readonly<Record<RecordKind, TopicOutbox>>;
  readonly #replay: SpoolReplay;
  #isClosed = false;

  constructor(options: SpoolingOptions, directory: string) {
    const { epoch, log, senders, topics, countersOf, fits } = options;
    this.#spool = new EventSpool({ ...options, spoolDirectory: directory }, epoch, log);
    const outboxes = RECORD_KINDS.map((kind) => [
      kind,
      new TopicOutbox({
        kind,
        topic: topics[kind],
        sender: senders[kind],
        spool: this.#spool,
        counters: countersOf(kind),
        log,
        limits: options,
        fits: (bytes, share) => fits(kind, bytes, share),
      }),
    ]);
    this.#outboxes = Object.fromEntries(outboxes) as Record<RecordKind, TopicOutbox>;
    this.#spool.onTouch(() => {
      for (const outbox of Object.values(this.#outboxes)) outbox.expire();
    });
    this.#replay = new SpoolReplay({ ...options, spool: this.#spool });
  }

  /** See {@link TopicOutbox.offer}. */
  offer(
    record: ActionRecord,
    settle?: (outcome: Outcome) => void,
    isCounted = false,
  ): QueuedRecord | undefined {
    return this.#outboxes[record.kind].offer(record, settle, isCounted);
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

  get stats(): SpoolStats {
    return this.#spool.stats;
  }

  /** The end, in this turn: what is left goes to the disk, for whoever comes next; what it does not take is counted under the reason. */
  close(reason: DropReason): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#replay.stop();
    for (const outbox of Object.values(this.#outboxes)) outbox.close(reason);
    this.#spool.release();
  }
}
