/**
 * Records of actions that have not ended yet, on their way to Kafka, and the heartbeats that belong to them. They are copies of what is going
 * to be told at the end: they count apart, and take no place from events. In the spool they are only in the mode `always`, until Kafka has them.
 */
import type { JsonObject, RecordKind } from "../../src/event/index.js";
import {
  attributionStats,
  type DeliveryCounters,
  droppedInAll,
  type SpanAttributionStats,
} from "./delivery-counters.js";
import type { DeliveryLog } from "./delivery-log.js";
import type { PipelineOptions } from "./delivery-options.js";
import { type HeartbeatStats, Heartbeats, type ProducerNumbers, type ProducerService } from "./heartbeats.js";
import type { QueueBounds } from "./queue-bounds.js";
import type { RecordNumbers } from "./record-numbers.js";
import type { ActionRecord } from "./serialize.js";
import type { Spooling } from "./spooling.js";
import type { TopicSender } from "./topic-sender.js";
import type { Transport } from "./transport.js";

export interface RunningOptions {
  readonly settings: PipelineOptions;
  readonly transport: Transport;
  readonly senders: Readonly<Record<RecordKind, TopicSender>>;
  readonly bounds: QueueBounds;
  readonly numbers: RecordNumbers;
  readonly log: DeliveryLog;
  readonly spooling: Spooling | undefined;
}

/** How long the end waits until it is said that no more comes. */
const END_MILLIS = 1_000;

export class RunningRecords {
  readonly heartbeats: Heartbeats;
  readonly #options: RunningOptions;
  readonly #counters: DeliveryCounters;
  #isClosed = false;

  constructor(options: RunningOptions) {
    const { settings, transport, numbers, log } = options;
    this.#options = options;
    this.#counters = options.bounds.running;
    this.heartbeats = new Heartbeats({
      epoch: numbers.epoch,
      sender: settings.sender,
      intervalMillis: settings.heartbeatIntervalMillis,
      transport,
      numbers: () => this.#producerNumbers(),
      warn: (message) => log.warn(message),
    });
  }

  /** See {@link Heartbeats.ready}. */
  ready(service: ProducerService): boolean {
    return !this.#isClosed && this.heartbeats.ready(service);
  }

  /** Sends a record about an action that has not ended, or says that it is none. Returns whether there was room for it. */
  publish(record: ActionRecord): boolean {
    const { bounds, senders, numbers, spooling } = this.#options;
    const bytes = record.value.length;
    if (this.#isClosed || !bounds.fitsRunning(bytes)) {
      this.#counters.arrive(this.#isClosed ? "shut_down" : "queue_full");
      return false;
    }
    this.#counters.arrive("buffered", bytes);
    const numbered = numbers.numbered(record);
    const settle = spooling?.copyRunning(numbered, () => this.heartbeats.endRecord());
    senders[record.kind].add(numbered, settle, undefined, this.#counters);
    return true;
  }

  /** Whether Kafka can be told that what is open will have no end. */
  get owesEnd(): boolean {
    return this.heartbeats.owesEnd && !this.#isAway;
  }

  /** Says that nothing more will come. Waits for a second at most, and not at all while Kafka is away. Never rejects. */
  async sayEnd(): Promise<void> {
    if (!this.#isAway) await this.heartbeats.end(END_MILLIS);
  }

  /** Says that the process has ended, where Kafka cannot be told so: for the spool. */
  get unsaidEnd(): (() => ActionRecord) | undefined {
    const isUnsaid = this.#counters.queued > 0 || (this.heartbeats.owesEnd && this.#isAway);
    return isUnsaid ? () => this.heartbeats.endRecord() : undefined;
  }

  get #isAway(): boolean {
    const { log, settings } = this.#options;
    return log.isAway(settings.topics.action);
  }

  /** Takes nothing more. */
  close(): void {
    this.#isClosed = true;
    this.heartbeats.stop();
  }

  get stats(): { readonly runningEvents: SpanAttributionStats; readonly heartbeats: HeartbeatStats } {
    return {
      runningEvents: attributionStats(this.#counters.snapshot()),
      heartbeats: this.heartbeats.stats,
    };
  }

  #producerNumbers(): ProducerNumbers {
    const { bounds, numbers } = this.#options;
    const events = bounds.events.snapshot();
    const all = [events, bounds.attributions.snapshot(), this.#counters.snapshot()];
    const acked = all.reduce((sum, counts) => sum + counts.acked, 0);
    const unacknowledged = all.reduce(
      (sum, { buffered, inFlight, spooled }) => sum + buffered + inFlight + spooled,
      0,
    );
    const dropped = Object.entries(events.dropped).filter(([, count]) => count > 0);
    const counters: JsonObject = {
      ended: events.ended,
      acked: events.acked,
      held: events.held,
      dropped: Object.fromEntries(dropped),
      running: { acked: this.#counters.snapshot().acked, dropped: droppedInAll(this.#counters.snapshot()) },
    };
    const givenUp = Math.max(numbers.last - acked - unacknowledged, 0);
    return { lastSequence: numbers.last, unacknowledged, givenUp, counters };
  }
}
