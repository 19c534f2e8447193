/**
 * Which offsets may be committed. Records of one partition are taken in batches, and a batch is done when every record of
 * it is stored, dead-lettered or skipped. Batches are done in any order, but an offset says "everything before this": so it
 * moves past a batch only when all batches before it are done too.
 *
 * A batch that begins before the end of the last one begins its partition anew: it is being read again from further back. What was
 * taken before then is still held against: no offset is offered past a record that was taken and is not done, in whatever order
 * batches come.
 *
 * A partition that was taken away is forgotten: its records are still stored, but whoever owns it now commits for it.
 */
import type { Assignment, BatchRange, PartitionOffset, TopicPartition } from "../kafka/records.js";
import { partitionKey } from "../kafka/records.js";

/** Records of one partition that were taken together. */
export interface TakenBatch {
  /** This many more of its records are done. */
  done(records: number): void;
}

export interface PartitionProgress extends TopicPartition {
  /** Behind what was read. */
  readonly position: bigint;
  /** Behind what was committed; where reading began when nothing was yet. */
  readonly committed: bigint;
  readonly highWatermark: bigint;
  readonly lag: number;
}

export class OffsetTracker {
  readonly #partitions = new Map<string, PartitionOffsets>();

  /** Enters a batch of this many records. */
  take(range: BatchRange, records: number): TakenBatch {
    const key = partitionKey(range);
    let offsets = this.#partitions.get(key);
    if (offsets === undefined || range.firstOffset < offsets.position) {
      offsets = new PartitionOffsets(range, offsets?.unfinished());
      this.#partitions.set(key, offsets);
    }
    return offsets.take(range, records);
  }

  /** What may be committed and is not yet. */
  committable(): readonly PartitionOffset[] {
    return [...this.#partitions.values()]
      .map(({ topic, partition, committed, storedUpTo: offset }) => ({ topic, partition, offset, committed }))
      .filter(({ offset, committed }) => offset > committed)
      .map(({ topic, partition, offset }) => ({ topic, partition, offset }));
  }

  /** These were committed. */
  committed(offsets: readonly PartitionOffset[]): void {
    for (const offset of offsets) {
      const partition = this.#partitions.get(partitionKey(offset));
      // It may have begun anew meanwhile, further back.
      if (partition && offset.offset <= partition.storedUpTo) partition.committed = offset.offset;
    }
  }

  /**
   * The group has given out its partitions anew.
   *
   * @param keep this member was in the group all the time, so nobody else has read what it still owns
   * @returns where reading has to go on in partitions that it kept; the others begin at their committed offsets
   */
  assign(assignment: Assignment, keep: boolean): readonly PartitionOffset[] {
    for (const [key, { topic, partition }] of this.#partitions) {
      if (!keep || !assignment.get(topic)?.includes(partition)) this.#partitions.delete(key);
    }
    return [...this.#partitions.values()].map(({ topic, partition, position }) => ({
      topic,
      partition,
      offset: position,
    }));
  }

  /** Records between what was committed and the end of the partitions, as far as seen. */
  get lag(): number {
    let lag = 0;
    for (const partition of this.#partitions.values()) lag += partition.lag;
    return lag;
  }

  progress(): readonly PartitionProgress[] {
    return [...this.#partitions.values()].map(
      ({ topic, partition, position, committed, highWatermark, lag }) => ({
        topic,
        partition,
        position,
        committed,
        highWatermark,
        lag,
      }),
    );
  }
}

interface OpenBatch {
  left: number;
  readonly firstOffset: bigint;
  readonly nextOffset: bigint;
}

class PartitionOffsets {
  readonly topic: string;
  readonly partition: number;
  position: bigint;
  committed: bigint;
  highWatermark: bigint;
  /** Behind the last batch that is done, with all before it. */
  #doneUpTo: bigint;
  readonly #open: OpenBatch[] = [];
  /** Batches that were taken before the partition began anew. */
  #earlier: readonly OpenBatch[];

  constructor(
    { topic, partition, firstOffset, highWatermark }: BatchRange,
    earlier: readonly OpenBatch[] = [],
  ) {
    this.topic = topic;
    this.partition = partition;
    this.position = firstOffset;
    this.committed = firstOffset;
    this.highWatermark = highWatermark;
    this.#doneUpTo = firstOffset;
    this.#earlier = earlier;
  }

  get storedUpTo(): bigint {
    let offset = this.#doneUpTo;
    if (this.#earlier.length > 0) this.#earlier = this.#earlier.filter(({ left }) => left > 0);
    for (const { firstOffset } of this.#earlier) if (firstOffset < offset) offset = firstOffset;
    return offset;
  }

  get lag(): number {
    return Math.max(Number(this.highWatermark - this.committed), 0);
  }

  take({ firstOffset, nextOffset, highWatermark }: BatchRange, records: number): TakenBatch {
    const batch: OpenBatch = { left: records, firstOffset, nextOffset };
    this.#open.push(batch);
    this.position = nextOffset;
    this.highWatermark = highWatermark;
    this.#advance();
    return {
      done: (count) => {
        batch.left -= count;
        if (batch.left === 0) this.#advance();
      },
    };
  }

  unfinished(): readonly OpenBatch[] {
    return [...this.#earlier, ...this.#open].filter(({ left }) => left > 0);
  }

  #advance(): void {
    while (this.#open[0]?.left === 0) this.#doneUpTo = this.#open.shift()?.nextOffset ?? this.#doneUpTo;
  }
}
