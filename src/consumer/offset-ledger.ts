/**
 * Which offsets may be committed. Records of one partition are taken in chunks, and a chunk is done when every record of
 * it is stored, dead-lettered or skipped. Chunks are done in any order, but an offset says "everything before this": so it
 * moves past a chunk only when all chunks before it are done too.
 *
 * A partition that was taken away is forgotten: its records are still stored, but whoever owns it now commits for it.
 */
export interface PartitionOffset {
  readonly topic: string;
  readonly partition: number;
  /** The next offset to be read, as Kafka counts. */
  readonly offset: bigint;
}

export interface ChunkPlace {
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: bigint;
  /** Offset behind the last record, control records of transactions included. */
  readonly nextOffset: bigint;
  /** Offset behind the last record that the partition had when this was read. */
  readonly highWatermark: bigint;
}

/** Records of one partition that were taken together. */
export interface Chunk {
  /** This many more of its records are done. */
  done(records: number): void;
}

export interface PartitionProgress {
  readonly topic: string;
  readonly partition: number;
  /** Behind what was read. */
  readonly position: bigint;
  /** Behind what was committed; where reading began when nothing was yet. */
  readonly committed: bigint;
  readonly highWatermark: bigint;
  readonly lag: number;
}

export type Assignment = ReadonlyMap<string, readonly number[]>;

export class OffsetLedger {
  readonly #lanes = new Map<string, Lane>();

  /** Enters a chunk of this many records. One that begins before the last one ended starts its partition over. */
  take(place: ChunkPlace, records: number): Chunk {
    const key = keyOf(place);
    let lane = this.#lanes.get(key);
    if (lane === undefined || place.firstOffset < lane.position) {
      lane = new Lane(place);
      this.#lanes.set(key, lane);
    }
    return lane.take(place, records);
  }

  /** What may be committed and is not yet. */
  committable(): readonly PartitionOffset[] {
    return [...this.#lanes.values()].filter((lane) => lane.storedUpTo > lane.committed).map(offsetOf);
  }

  /** These were committed. */
  committed(offsets: readonly PartitionOffset[]): void {
    for (const offset of offsets) {
      const lane = this.#lanes.get(keyOf(offset));
      // The lane may have been started over meanwhile, further back.
      if (lane && offset.offset <= lane.storedUpTo) lane.committed = offset.offset;
    }
  }

  /**
   * The group has given out its partitions anew.
   *
   * @param keep this member was in the group all the time, so nobody else has read what it still owns
   * @returns where reading has to go on in partitions that it kept; the others begin at their committed offsets
   */
  assign(assignment: Assignment, keep: boolean): readonly PartitionOffset[] {
    for (const [key, { topic, partition }] of this.#lanes) {
      if (!keep || !assignment.get(topic)?.includes(partition)) this.#lanes.delete(key);
    }
    return [...this.#lanes.values()].map(({ topic, partition, position }) => ({
      topic,
      partition,
      offset: position,
    }));
  }

  /** Records between what was committed and the end of the partitions, as far as seen. */
  get lag(): number {
    let lag = 0;
    for (const { highWatermark, committed } of this.#lanes.values())
      lag += Math.max(Number(highWatermark - committed), 0);
    return lag;
  }

  progress(): readonly PartitionProgress[] {
    return [...this.#lanes.values()].map(({ topic, partition, position, committed, highWatermark }) => ({
      topic,
      partition,
      position,
      committed,
      highWatermark,
      lag: Math.max(Number(highWatermark - committed), 0),
    }));
  }
}

interface OpenChunk {
  left: number;
  readonly nextOffset: bigint;
}

class Lane {
  readonly topic: string;
  readonly partition: number;
  position: bigint;
  storedUpTo: bigint;
  committed: bigint;
  highWatermark: bigint;
  readonly #open: OpenChunk[] = [];

  constructor({ topic, partition, firstOffset, highWatermark }: ChunkPlace) {
    this.topic = topic;
    this.partition = partition;
    this.position = firstOffset;
    this.storedUpTo = firstOffset;
    this.committed = firstOffset;
    this.highWatermark = highWatermark;
  }

  take({ nextOffset, highWatermark }: ChunkPlace, records: number): Chunk {
    const chunk: OpenChunk = { left: records, nextOffset };
    this.#open.push(chunk);
    this.position = nextOffset;
    this.highWatermark = highWatermark;
    this.#advance();
    return {
      done: (count) => {
        chunk.left -= count;
        if (chunk.left === 0) this.#advance();
      },
    };
  }

  #advance(): void {
    while (this.#open[0]?.left === 0) this.storedUpTo = this.#open.shift()?.nextOffset ?? this.storedUpTo;
  }
}

const keyOf = ({ topic, partition }: { topic: string; partition: number }): string => `${topic}:${partition}`;

const offsetOf = ({ topic, partition, storedUpTo }: Lane): PartitionOffset => ({
  topic,
  partition,
  offset: storedUpTo,
});
