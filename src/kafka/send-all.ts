/**
 * kafkajs 2.2.4 resolves a send of which records were never written:
 * - those of a partition that its metadata does not name: a topic that was made anew with fewer partitions, or a broker that does not
 *   know yet of partitions that were added;
 * - those of a partition that moved, after the first attempt, to a broker that had already taken its part of the same send.
 *
 * Its response names the partitions that were written, so what is missing is seen, and sent once more.
 */
import { Partitioners } from "kafkajs";
import { murmur2 } from "./murmur2.js";

interface Sent {
  /** Set by the partitioner. */
  readonly partition?: number;
}

/**
 * Resolves when every message is in a partition that was acknowledged.
 *
 * Rejects with what `send` rejects with, and when kafkajs acknowledges none of what it was given. Some of the messages may be written
 * then, as with every failure of a send.
 */
export async function sendAll<Message extends Sent>(
  messages: readonly Message[],
  send: (messages: Message[]) => Promise<readonly { readonly partition: number }[]>,
): Promise<void> {
  for (let left = [...messages]; left.length > 0; ) {
    const written = new Set((await send(left)).map(({ partition }) => partition));
    const rest = left.filter(({ partition }) => partition === undefined || !written.has(partition));
    if (rest.length === left.length) throw new Error(`kafkajs has sent none of ${left.length} records`);
    left = rest;
  }
}

/**
 * Kafka's own rule (murmur2 of the key), asked once a message: should partitions be added, a repetition stays where it was. One whose
 * partition does not exist gets another, because it could not be written otherwise.
 */
export function createKeepingPartitioner(): ReturnType<typeof Partitioners.DefaultPartitioner> {
  const choose = Partitioners.DefaultPartitioner();
  return (args) => {
    const { message, partitionMetadata } = args;
    const { partition } = message;
    if (partition !== undefined && partitionMetadata.some(({ partitionId }) => partitionId === partition))
      return partition;
    delete message.partition;
    const { key } = message;
    message.partition =
      key === null || key === undefined ? choose(args) : partitionOf(key, partitionMetadata.length);
    return message.partition;
  };
}

// As Kafka makes a hash positive.
const partitionOf = (key: Buffer | string, partitions: number): number =>
  (murmur2(typeof key === "string" ? Buffer.from(key, "utf8") : key) & 0x7fffffff) % partitions;
