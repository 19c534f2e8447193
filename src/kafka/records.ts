/** Values of one header: Kafka allows a name more than once, and a header without a value. */
export type HeaderValue = Buffer | string | readonly (Buffer | string | null)[] | null;

/** A record that was read; topic and partition are those of the batch in which it came. Its members may be read when they are asked for: a copy by `{...message}` has none of them. */
export interface SourceMessage {
  readonly offset: string;
  /** Digits: Unix milliseconds. */
  readonly timestamp: string;
  /** The same as a number, where it is known. */
  readonly timestampMillis?: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Length of the value, where it is known without reading it. */
  readonly valueBytes?: number;
  readonly headers?: Readonly<Record<string, HeaderValue | undefined>> | undefined;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface PartitionOffset extends TopicPartition {
  /** The next offset to be read, as Kafka counts. */
  readonly offset: bigint;
}

/** Where the records of one fetch stood in their partition. */
export interface BatchRange extends TopicPartition {
  readonly firstOffset: bigint;
  /** Offset behind the last record, control records of transactions included. */
  readonly nextOffset: bigint;
  /** Offset behind the last record that the partition had when this was read. */
  readonly highWatermark: bigint;
}

/** Partitions that the group has given to this member, by topic. */
export type Assignment = ReadonlyMap<string, readonly number[]>;

/** The name of a partition as a key of maps. */
export const partitionKey = ({ topic, partition }: TopicPartition): string => `${topic}:${partition}`;

/** The partition that {@link partitionKey} made the key of. */
export function topicPartitionOf(key: string): TopicPartition {
  const at = key.lastIndexOf(":");
  return { topic: key.slice(0, at), partition: Number(key.slice(at + 1)) };
}

/** A batch as kafkajs describes it: offsets are digits. */
interface FetchedBatch extends TopicPartition {
  /** `null` where there is no record. */
  readonly firstOffset: string | null;
  readonly lastOffset: string;
  readonly highWatermark: string;
}

export function rangeOf({
  topic,
  partition,
  firstOffset,
  lastOffset,
  highWatermark,
}: FetchedBatch): BatchRange {
  return {
    topic,
    partition,
    firstOffset: BigInt(firstOffset ?? lastOffset),
    nextOffset: BigInt(lastOffset) + 1n,
    highWatermark: BigInt(highWatermark),
  };
}
