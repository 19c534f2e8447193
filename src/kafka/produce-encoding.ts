/** The body of a Produce request, with batches of records by `record-batch.ts`: https://kafka.apache.org/protocol#The_Messages_Produce */
import { isObject } from "./cluster-hook.js";
import { type BatchMessage, encodeRecordBatch } from "./record-batch.js";

/** `Produce` in Kafka's protocol, https://kafka.apache.org/protocol#protocol_api_keys */
export const PRODUCE = 0;
/** Those from which on message format 2 is sent, up to the last that kafkajs knows: their requests have the same form. */
const [FIRST_VERSION, LAST_VERSION] = [3, 7];
const NO_COMPRESSION = 0;
const GZIP = 1;
/** kafkajs's own default of how long a broker waits for its replicas. */
const TIMEOUT_MILLIS = 30_000;

/** What kafkajs's broker is asked to produce. */
export interface ProduceOptions {
  /** @default -1, all in-sync replicas */
  readonly acks?: number;
  /** Milliseconds. @default 30 s */
  readonly timeout?: number | undefined;
  /** 0 for none, 1 for gzip. @default 0 */
  readonly compression?: number | undefined;
  /** Digits; -1 for none. */
  readonly producerId: string | number;
  readonly producerEpoch: number;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly firstSequence?: number;
      readonly messages: readonly BatchMessage[];
    }[];
  }[];
}

export const isProduceVersion = (version: unknown): version is number =>
  typeof version === "number" && version >= FIRST_VERSION && version <= LAST_VERSION;

/** A transaction, another codec, a time of its own for a record: nothing of ours has them, and kafkajs writes them. */
export function isProduceOptions(options: unknown): options is ProduceOptions {
  if (!isObject(options)) return false;
  const { acks = -1, compression = NO_COMPRESSION, transactionalId, producerId, topicData } = options;
  if (compression !== NO_COMPRESSION && compression !== GZIP) return false;
  if (typeof producerId !== "string" && typeof producerId !== "number") return false;
  if (transactionalId != null || typeof acks !== "number" || !Array.isArray(topicData)) return false;
  return topicData.every(({ partitions }) =>
    partitions.every(({ messages }: { messages: readonly object[] }) =>
      messages.every((message) => !("timestamp" in message)),
    ),
  );
}

/** Of versions 3 to 7: at once, or a promise where batches are compressed. */
export function encodeProduce(options: ProduceOptions): Buffer | Promise<Buffer> {
  const { producerEpoch, topicData } = options;
  const timestamp = Date.now();
  const compress = options.compression === GZIP;
  const producerId = BigInt(options.producerId);
  const batches = topicData.flatMap(({ partitions }) =>
    partitions.map(({ firstSequence = 0, messages }) =>
      encodeRecordBatch(messages, { producerId, producerEpoch, firstSequence, compress, timestamp }),
    ),
  );
  return batches.every((batch) => Buffer.isBuffer(batch))
    ? bodyOf(options, batches)
    : Promise.all(batches).then((packed) => bodyOf(options, packed));
}

/** @param batches of all partitions, in their order */
function bodyOf(
  { acks = -1, timeout = TIMEOUT_MILLIS, topicData }: ProduceOptions,
  batches: Buffer[],
): Buffer {
  const parts: Buffer[] = [preamble(acks, timeout, topicData.length)];
  let at = 0;
  for (const { topic, partitions } of topicData) {
    parts.push(topicHead(topic, partitions.length));
    for (const { partition } of partitions) {
      const batch = batches[at++] as Buffer;
      const head = Buffer.allocUnsafe(8);
      head.writeInt32BE(partition, 0);
      head.writeInt32BE(batch.length, 4);
      parts.push(head, batch);
    }
  }
  return Buffer.concat(parts);
}

/** No transaction, acknowledgements, the broker's time limit, the number of topics. */
function preamble(acks: number, timeout: number, topics: number): Buffer {
  const bytes = Buffer.allocUnsafe(12);
  bytes.writeInt16BE(-1, 0);
  bytes.writeInt16BE(acks, 2);
  bytes.writeInt32BE(timeout, 4);
  bytes.writeInt32BE(topics, 8);
  return bytes;
}

function topicHead(topic: string, partitions: number): Buffer {
  const name = Buffer.from(topic, "utf8");
  const bytes = Buffer.allocUnsafe(6 + name.length);
  bytes.writeInt16BE(name.length, 0);
  name.copy(bytes, 2);
  bytes.writeInt32BE(partitions, 2 + name.length);
  return bytes;
}
