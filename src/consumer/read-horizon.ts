/**
 * Up to which time a consumer group has read everything.
 *
 * What stood in Kafka at a time lies before the ends that its partitions had then. Once the group has committed up to these, it has stored
 * everything that stood there, whoever of its members read it. No clock of a producer or a broker has a part in it, so none can be wrong.
 */
import type { PartitionEnds } from "../kafka/admin.js";

/** Ends of all partitions that were read from Kafka at, or after, a time. */
export interface Ends {
  /** In the caller's unit. */
  readonly at: number;
  readonly partitions: ReadonlyMap<string, PartitionEnds>;
}

export class ReadHorizon {
  #readUpTo: number | undefined;
  /** Not reached yet. Only one is remembered: newer ones take its place once it was reached. */
  #awaited: Ends | undefined;

  /** The time up to which everything has been read; `undefined` before that is known of any. */
  get readUpTo(): number | undefined {
    return this.#readUpTo;
  }

  /**
   * @param committed the group's offsets, read after the ends
   */
  update(ends: Ends, committed: ReadonlyMap<string, bigint>): void {
    for (const candidate of [this.#awaited, ends])
      if (candidate !== undefined && isReached(candidate, ends, committed)) this.#readUpTo = candidate.at;
    if (this.#awaited === undefined || this.#awaited.at <= (this.#readUpTo ?? Number.NEGATIVE_INFINITY))
      this.#awaited = ends.at === this.#readUpTo ? undefined : ends;
  }
}

// What retention has removed is read by nobody any more. A topic that was deleted has no records, and one that was made anew ends earlier.
function isReached(awaited: Ends, now: Ends, committed: ReadonlyMap<string, bigint>): boolean {
  for (const [key, { high }] of awaited.partitions) {
    const today = now.partitions.get(key);
    if (today === undefined) continue;
    const read = committed.get(key) ?? -1n;
    if (greater(read, today.low) < lesser(high, today.high)) return false;
  }
  return true;
}

const greater = (one: bigint, other: bigint): bigint => (one > other ? one : other);
const lesser = (one: bigint, other: bigint): bigint => (one < other ? one : other);
