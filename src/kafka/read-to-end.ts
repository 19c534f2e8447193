/**
 * Reads topics from some offsets to where they end now. Nothing is committed: the group is one of its own, that nobody shares and that
 * Kafka forgets.
 */
import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import type { KafkaSettings } from "../config/kafka-settings.js";
import { TransportError } from "../errors.js";
import type { PartitionEnds } from "./admin.js";
import { createConsumerSession, type TakeControl } from "./consumer-session.js";
import {
  type PartitionOffset,
  partitionKey,
  type SourceMessage,
  type TopicPartition,
  topicPartitionOf,
} from "./records.js";

export interface ReadingOptions {
  readonly kafka: KafkaSettings;
  /** The group's name begins so; a right on groups of this prefix is needed. */
  readonly groupPrefix: string;
  readonly topics: readonly string[];
  /** From the oldest record, or `from`, to `high`, by {@link partitionKey}. Partitions that are not named, or not of the topics, are not read. */
  readonly ends: ReadonlyMap<string, PartitionEnds>;
  /** Offsets to begin at, where not at the oldest record. */
  readonly from?: ReadonlyMap<string, bigint>;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

export type TakeRecord = (
  place: TopicPartition,
  message: SourceMessage,
  control: TakeControl,
) => Promise<void> | void;

const SESSION = { sessionTimeoutMillis: 30_000, fetchBytes: 16_777_216, fetchPartitionBytes: 4_194_304 };
const CLOSE_MILLIS = 3_000;

/**
 * Resolves when all is read, or when the signal is aborted. Rejects with what `take` throws, with `TransportError` where a batch cannot be
 * decoded, and with Kafka's own error when it does not give the records.
 */
export async function readToEnd(options: ReadingOptions, take: TakeRecord): Promise<void> {
  const { kafka, groupPrefix, topics, ends, from = new Map(), signal, log } = options;
  const left = new Map(
    [...ends]
      .filter(([key]) => topics.includes(topicPartitionOf(key).topic))
      .filter(([key, { low, high }]) => greater(low, from.get(key) ?? low) < high)
      .map(([key, { high }]) => [key, high]),
  );
  if (left.size === 0) return;
  let finish: (error?: unknown) => void = () => undefined;
  const finished = new Promise<void>((resolve, reject) => {
    finish = (error) => (error === undefined ? resolve() : reject(error));
  });
  const session = createConsumerSession(
    { kafka, groupId: `${groupPrefix}-${randomBytes(6).toString("hex")}`, ...SESSION },
    {
      async take({ range, messages }, control) {
        const key = partitionKey(range);
        const end = left.get(key);
        if (end === undefined) return true;
        try {
          for (const message of messages) {
            if (signal.aborted) break;
            if (BigInt(message.offset) < end) await take(range, message, control);
          }
        } catch (error) {
          finish(error);
          return false;
        }
        if (range.nextOffset >= end) left.delete(key);
        if (left.size === 0) finish();
        return true;
      },
      assigned: (assignment): PartitionOffset[] =>
        [...assignment].flatMap(([topic, partitions]) =>
          partitions.flatMap((partition) => {
            const offset = from.get(partitionKey({ topic, partition }));
            return offset === undefined ? [] : [{ topic, partition, offset }];
          }),
        ),
      reset: () => undefined,
      unreadable: ({ topic, partition, offset, error }) =>
        finish(
          new TransportError(
            `The batch at ${partition}:${offset} of ${topic} cannot be decoded: ${error.message}`,
          ),
        ),
    },
    log,
  );
  const stop = () => finish();
  signal.addEventListener("abort", stop, { once: true });
  try {
    await session.open([...topics]);
    const ended = session.ended.then((reason) => {
      throw reason;
    });
    await Promise.race([finished, ended]);
  } finally {
    signal.removeEventListener("abort", stop);
    await session.close(CLOSE_MILLIS);
  }
}

const greater = (one: bigint, other: bigint): bigint => (one > other ? one : other);
