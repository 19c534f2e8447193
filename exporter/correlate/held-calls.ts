/**
 * Calls that ended while a span which may have recorded them too is still open: around them, or elsewhere in the process.
 *
 * Calls that may be one are a *cluster*. A cluster waits for the spans that may belong to it, and is complete when all of them have
 * ended: then it is final which spans are one call. It is given up as it is when it has waited for too long, when there are too
 * many, when the memory needs its room, when somebody flushes, and at the end of the process. Every call that is held is released
 * exactly once.
 */

import type { ReadableSpan } from "../read/sdk-types.js";
import type { CorrelationMemory } from "./correlation-memory.js";
import type { RecordedCall } from "./observation.js";
import type { Candidate } from "./open-calls.js";

export interface HeldOptions {
  readonly maxHeldEvents: number;
  readonly maxHeldBytes: number;
  readonly maxHeldMillis: number;
  /** Starts a timer so that it holds on to nothing of the agent. */
  readonly detached: <Result>(work: () => Result) => Result;
}

/** The place that the sink keeps for an event that is held. */
export interface HeldPlace {
  readonly bytes: number;
}

export interface HeldCall {
  readonly call: RecordedCall;
  readonly place: HeldPlace;
  /** Open spans that may be the same call. */
  readonly candidates: readonly Candidate[];
}

/** Calls that are complete or given up, and the spans that they were waiting for. */
export interface ReleasedCalls {
  readonly held: readonly HeldCall[];
  readonly stillOpen: ReadonlySet<ReadableSpan>;
}

interface Cluster {
  held: HeldCall[];
  readonly awaited: Set<ReadableSpan>;
  /** Takes it out of the memory. */
  leaveMemory: () => void;
  /** `performance.now()` when the first of them was held. */
  since: number;
}

export class HeldCalls {
  readonly #options: HeldOptions;
  readonly #memory: CorrelationMemory;
  readonly #release: (released: ReleasedCalls) => void;
  /** The oldest first. */
  readonly #clusters = new Set<Cluster>();
  /** The cluster that waits for a span. */
  readonly #awaiting = new Map<ReadableSpan, Cluster>();
  #count = 0;
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: HeldOptions, memory: CorrelationMemory, release: (released: ReleasedCalls) => void) {
    this.#options = options;
    this.#memory = memory;
    this.#release = release;
  }

  /** Whether a call that ended waits for this span. */
  isAwaited(span: ReadableSpan): boolean {
    return this.#awaiting.has(span);
  }

  /** Holds the call of a span that has ended until those that it waits for have, too. */
  hold(span: ReadableSpan, held: HeldCall): void {
    let cluster = this.#leave(span) ?? this.#newCluster();
    cluster.held.push(held);
    this.#count++;
    this.#bytes += held.place.bytes;
    for (const candidate of held.candidates) cluster = this.#await(candidate.span, cluster);
    if (cluster.awaited.size === 0) {
      this.#giveUp(cluster);
      return;
    }
    this.#remember(cluster);
    this.#keepLimits();
  }

  /** The span has ended, and is no call that others could belong to. */
  ended(span: ReadableSpan): void {
    const cluster = this.#leave(span);
    if (cluster?.awaited.size === 0) this.#giveUp(cluster);
  }

  /** Gives up all of them. */
  releaseAll(): void {
    for (const cluster of this.#clusters) this.#giveUp(cluster);
  }

  #leave(span: ReadableSpan): Cluster | undefined {
    const cluster = this.#awaiting.get(span);
    this.#awaiting.delete(span);
    cluster?.awaited.delete(span);
    return cluster;
  }

  #newCluster(): Cluster {
    const cluster: Cluster = {
      held: [],
      awaited: new Set(),
      leaveMemory: () => undefined,
      since: performance.now(),
    };
    this.#clusters.add(cluster);
    this.#startTimer();
    return cluster;
  }

  // Two clusters that wait for one span become one; the older one takes the other in, and keeps its place in the order.
  #await(span: ReadableSpan, cluster: Cluster): Cluster {
    const other = this.#awaiting.get(span);
    cluster.awaited.add(span);
    this.#awaiting.set(span, cluster);
    if (other === undefined || other === cluster) return cluster;
    const [older, newer] = other.since <= cluster.since ? [other, cluster] : [cluster, other];
    older.held = older.held.concat(newer.held);
    for (const awaited of newer.awaited) {
      older.awaited.add(awaited);
      this.#awaiting.set(awaited, older);
    }
    newer.leaveMemory();
    this.#clusters.delete(newer);
    return older;
  }

  #remember(cluster: Cluster): void {
    cluster.leaveMemory();
    const bytes = cluster.held.reduce((sum, { place }) => sum + place.bytes, 0);
    cluster.leaveMemory = this.#memory.hold(bytes, () => this.#giveUp(cluster));
  }

  #keepLimits(): void {
    const { maxHeldEvents, maxHeldBytes } = this.#options;
    for (const cluster of this.#clusters) {
      if (this.#count <= maxHeldEvents && this.#bytes <= maxHeldBytes) return;
      this.#giveUp(cluster);
    }
  }

  #giveUp(cluster: Cluster): void {
    if (!this.#clusters.delete(cluster)) return;
    cluster.leaveMemory();
    for (const span of cluster.awaited) this.#awaiting.delete(span);
    this.#count -= cluster.held.length;
    for (const { place } of cluster.held) this.#bytes -= place.bytes;
    if (this.#clusters.size === 0) this.#stopTimer();
    this.#release({ held: cluster.held, stillOpen: cluster.awaited });
  }

  #startTimer(): void {
    const [oldest] = this.#clusters;
    if (this.#timer !== undefined || oldest === undefined) return;
    const wait = Math.max(0, oldest.since + this.#options.maxHeldMillis - performance.now());
    this.#timer = this.#options.detached(() => setTimeout(() => this.#onTimer(), Math.ceil(wait)).unref());
  }

  #onTimer(): void {
    this.#timer = undefined;
    const due = performance.now() - this.#options.maxHeldMillis;
    for (const cluster of this.#clusters) if (cluster.since <= due) this.#giveUp(cluster);
    this.#startTimer();
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
