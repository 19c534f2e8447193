/**
 * Where everything is that ended. Each event is at one place at a time, and counts only ever move from place to place, so
 *
 *     ended = ignored + unsampled + deduplicated + held + acked + buffered + inFlight + spooled + sum of dropped
 *
 * holds at every instant.
 */

import type { LargeResultStats } from "../large-results/large-result-stats.js";
import type { SpoolStats } from "./event-spool.js";
import type { HeartbeatStats } from "./heartbeats.js";

/** Why an event did not reach Kafka. */
export const DROP_REASONS = [
  /** The queue was at its bound in events or bytes. */
  "queue_full",
  /** It did not fit in memory, and the spool was at its bound. */
  "spool_full",
  /** It did not fit in memory, and the disk did not take it; `diag` says why. */
  "spool_failed",
  /** It was in the spool for longer than it may be. */
  "spool_expired",
  /** It was in the spool and cannot be read any more: damaged, or removed. */
  "spool_lost",
  /** Kafka refused this very record: too large, or not valid. */
  "refused",
  /** It came after `shutdown()`. */
  "shut_down",
  /** It was still waiting, or not yet acknowledged, when the deadline of `shutdown()` passed. */
  "shutdown_deadline",
  /** It was published with a deadline, which passed. */
  "publish_deadline",
  /** It does not keep the contract of its kind. */
  "invalid",
  /** Its span's trace id or span id is not valid, so that its event could not be distinguished from others. */
  "invalid_span_id",
  /** A defect of this package; `diag` says which. */
  "internal_error",
] as const;

export type DropReason = (typeof DROP_REASONS)[number];

/** Counts since the start of the process; one object is one instant. */
export interface ExporterStats {
  /** Spans that ended and calls that have none, or events that were given to publish. */
  readonly ended: number;
  /** Spans that are no action of an agent. */
  readonly ignored: number;
  /** Spans that were recorded and not sampled; see `recordUnsampled`. */
  readonly unsampled: number;
  /** Spans that recorded a call which another span's event stands for. */
  readonly deduplicated: number;
  /** Calls that wait for the end of a span around them, which may have recorded them too. */
  readonly held: number;
  /** Acknowledged by Kafka. */
  readonly acked: number;
  /** Waiting, also for the next attempt. */
  readonly buffered: number;
  /** Sent, and not yet acknowledged or refused. */
  readonly inFlight: number;
  /** On the disk and not in memory. They are sent later, by this process or by another one. */
  readonly spooled: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** Bytes of record values that are held, buffered or in flight. */
  readonly queuedBytes: number;
  /** How often a dialect threw while it read a span; the other dialects were asked. Counts nowhere above. */
  readonly dialectErrors: number;
  /** Span attributions, which are not events and are counted nowhere above. */
  readonly spanAttributions: SpanAttributionStats;
  /** Events about actions that have not ended, which count nowhere above: what became of the actions is counted at their end. */
  readonly runningEvents: SpanAttributionStats;
  /** Signs of life, while such actions are open; they count nowhere above. */
  readonly heartbeats: HeartbeatStats;
  /** What the spool says of itself; counts nowhere above. */
  readonly spool: SpoolStats;
  /** Contents that are too large for a record; they count nowhere above. */
  readonly largeResults: LargeResultStats;
}

/** `acked + waiting + dropped` is how many there were. */
export interface SpanAttributionStats {
  readonly acked: number;
  /** In the queue or under way. */
  readonly waiting: number;
  readonly dropped: number;
}

export type Place =
  | "ignored"
  | "unsampled"
  | "deduplicated"
  | "held"
  | "acked"
  | "buffered"
  | "inFlight"
  | "spooled"
  | DropReason;

/** Where an event counts towards the bounds of the queue. */
export type QueuedPlace = "held" | "buffered" | "inFlight";

/** The counters that {@link ExporterStats} is read from. */
export class DeliveryCounters {
  readonly #at: Record<Place, number> = {
    ignored: 0,
    unsampled: 0,
    deduplicated: 0,
    held: 0,
    acked: 0,
    buffered: 0,
    inFlight: 0,
    spooled: 0,
    ...noDrops(),
  };
  #ended = 0;
  #queuedBytes = 0;

  /** One more ended, and this is where it is. */
  arrive(place: Place, bytes = 0): void {
    this.#ended++;
    this.#at[place]++;
    if (isQueued(place)) this.#queuedBytes += bytes;
  }

  /** `count` events that have `bytes` together go from one place to another. */
  move(from: QueuedPlace | "spooled", to: Place, count: number, bytes: number): void {
    this.#at[from] -= count;
    this.#at[to] += count;
    if (isQueued(from)) this.#queuedBytes -= bytes;
    if (isQueued(to)) this.#queuedBytes += bytes;
  }

  /** Events that are still in the queue became larger or smaller. */
  resize(bytes: number): void {
    this.#queuedBytes += bytes;
  }

  get held(): number {
    return this.#at.held;
  }

  get spooled(): number {
    return this.#at.spooled;
  }

  /** Those that count towards the bounds of the queue. */
  get queued(): number {
    return this.#at.held + this.#at.buffered + this.#at.inFlight;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  snapshot(): EventCounts {
    const { ignored, unsampled, deduplicated, held, acked, buffered, inFlight, spooled, ...dropped } =
      this.#at;
    return Object.freeze({
      ended: this.#ended,
      ignored,
      unsampled,
      deduplicated,
      held,
      acked,
      buffered,
      inFlight,
      spooled,
      dropped: Object.freeze(dropped),
      queuedBytes: this.#queuedBytes,
    });
  }
}

/** The counts of one set of counters. */
export type EventCounts = Omit<
  ExporterStats,
  "spanAttributions" | "runningEvents" | "heartbeats" | "dialectErrors" | "spool" | "largeResults"
>;

/** The counts of span attributions, in brief. */
export function attributionStats(stats: EventCounts): SpanAttributionStats {
  return Object.freeze({
    acked: stats.acked,
    waiting: stats.buffered + stats.inFlight,
    dropped: droppedInAll(stats),
  });
}

/** How many were dropped, for whatever reason. */
export function droppedInAll(stats: EventCounts): number {
  return Object.values(stats.dropped).reduce((sum, count) => sum + count, 0);
}

const isQueued = (place: Place): place is QueuedPlace =>
  place === "held" || place === "buffered" || place === "inFlight";

function noDrops(): Record<DropReason, number> {
  return Object.fromEntries(DROP_REASONS.map((reason) => [reason, 0])) as Record<DropReason, number>;
}
