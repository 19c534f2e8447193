import type { RecordKind } from "../../src/event/index.js";
import { DeliveryCounters } from "./delivery-counters.js";

/** Of the bounds of the queue, so much again may be span attributions. */
const ATTRIBUTION_SHARE = 0.25;

/** The same of events about actions that have not ended. */
const RUNNING_SHARE = 0.25;

/** What is counted of the queue in memory, and how much of it there may be. */
export class QueueBounds {
  readonly events = new DeliveryCounters();
  /** Span attributions are not events: they have counters, and a small part of the queue, of their own. */
  readonly attributions = new DeliveryCounters();
  /** So do events about actions that have not ended: what they say is said again at the end. */
  readonly running = new DeliveryCounters();
  readonly #limits: { readonly maxQueueSize: number; readonly maxQueueBytes: number };

  constructor(limits: { readonly maxQueueSize: number; readonly maxQueueBytes: number }) {
    this.#limits = limits;
  }

  countersOf(kind: RecordKind): DeliveryCounters {
    return kind === "span_attribution" ? this.attributions : this.events;
  }

  /** Whether one more record of so many bytes is within a share of the bounds. Span attributions never take a place from events. */
  fits(kind: RecordKind, bytes: number, share = 1): boolean {
    const { maxQueueSize, maxQueueBytes } = this.#limits;
    const { queued, queuedBytes } = this.countersOf(kind);
    const part = kind === "span_attribution" ? share * ATTRIBUTION_SHARE : share;
    return queued < maxQueueSize * part && queuedBytes + bytes <= maxQueueBytes * part;
  }

  /** Whether one more event of so many bytes about an action that has not ended fits. It takes no place from those that have. */
  fitsRunning(bytes: number): boolean {
    const { maxQueueSize, maxQueueBytes } = this.#limits;
    const { queued, queuedBytes } = this.running;
    return queued < maxQueueSize * RUNNING_SHARE && queuedBytes + bytes <= maxQueueBytes * RUNNING_SHARE;
  }

  // Half of the bounds, so that a queue at its brim is not reported with every event that leaves it.
  get hasPlentyOfRoom(): boolean {
    const { maxQueueSize, maxQueueBytes } = this.#limits;
    return this.events.queued <= maxQueueSize / 2 && this.events.queuedBytes <= maxQueueBytes / 2;
  }
}
