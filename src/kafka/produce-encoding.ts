/**
 * Has the records of a kafkajs client's Produce requests written by `record-batch.ts`, which takes a fraction of the time. All else stays with
 * kafkajs: which broker, sequence numbers, the connection, the response. Should its private parts look different one day, it writes them itself.
 */
import { isObject, onRequest } from "./cluster-hook.js";
import { type BatchMessage, encodeRecordBatch } from "./record-batch.js";

/** `Produce` in Kafka's protocol. */
const PRODUCE = 0;
/** Those from which on message format 2 is sent, up to the last that kafkajs knows: their requests have the same form. */
const [FIRST_VERSION, LAST_VERSION] = [3, 7];
const GZIP = 1;

export function encodeProduceRequests(kafka: object): void {
  onRequest(kafka, PRODUCE, (create) => (options) => encoded(create(options), options));
}

function encoded(made: unknown, options: unknown): unknown {
  const request = isObject(made) && isObject(made.request) ? made.request : undefined;
  if (request === undefined || !isProduceOptions(options)) return made;
  const version = request.apiVersion;
  if (typeof version !== "number" || version < FIRST_VERSION || version > LAST_VERSION) return made;
  request.encode = () => encodeProduce(options);
  return made;
}

interface ProduceOptions {
  readonly acks: number;
  readonly timeout: number;
  readonly compression?: number;
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

// A transaction, another codec, a time of its own for a record: nothing of ours has them, and kafkajs writes them.
function isProduceOptions(options: unknown): options is ProduceOptions & Record<string, unknown> {
  if (!isObject(options)) return false;
  const { acks, compression = 0, transactionalId, producerId, topicData } = options;
  if (compression !== 0 && compression !== GZIP) return false;
  if (typeof producerId !== "string" && typeof producerId !== "number") return false;
  if (transactionalId != null || typeof acks !== "number" || !Array.isArray(topicData)) return false;
  return topicData.every(({ partitions }) =>
    partitions.every(({ messages }: { messages: readonly object[] }) =>
      messages.every((message) => !("timestamp" in message)),
    ),
  );
}

/** What kafkajs takes from an encoder of its own. */
interface Encoded {
  readonly buf: Buffer;
  readonly buffer: Buffer;
  size(): number;
}

async function encodeProduce(options: ProduceOptions): Promise<Encoded> {
  const { acks, timeout, topicData, producerEpoch } = options;
  const timestamp = Date.now();
  const compress = options.compression === GZIP;
  const producerId = BigInt(options.producerId);
  const parts: Buffer[] = [preamble(acks, timeout, topicData.length)];
  for (const { topic, partitions } of topicData) {
    parts.push(topicHead(topic, partitions.length));
    for (const { partition, firstSequence = 0, messages } of partitions) {
      const settings = { producerId, producerEpoch, firstSequence, compress, timestamp };
      const batch = await encodeRecordBatch(messages, settings);
      const head = Buffer.allocUnsafe(8);
      head.writeInt32BE(partition, 0);
      head.writeInt32BE(batch.length, 4);
      parts.push(head, batch);
    }
  }
  const buffer = Buffer.concat(parts);
  return { buf: buffer, buffer, size: () => buffer.length };
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
