/**
 * kafkajs decodes the response to a fetch as a whole: one batch that it cannot decode (a codec that is missing, broken bytes) fails the
 * fetch of every partition, for as long as that batch is there. Here the partitions are then fetched one by one, and the one whose next
 * batch cannot be decoded is set aside and reported, while the others go on. It is tried again from time to time: another version may
 * be able to decode it. Nothing is skipped.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterCall, isObject, onCluster } from "./cluster-hook.js";
import { partitionKey, type TopicPartition } from "./records.js";

/** A batch that cannot be decoded. */
export interface UnreadableBatch extends TopicPartition {
  /** The batch holds this offset; it is the next one to be read. */
  readonly offset: bigint;
  readonly error: Error;
}

/** The parts of kafkajs's fetch that are read or made here. */
interface FetchRequest {
  readonly maxWaitTime: number;
  readonly maxBytes: number;
  readonly topics: readonly FetchTopic[];
}

interface FetchTopic {
  readonly topic: string;
  readonly partitions: readonly FetchPartition[];
}

interface FetchPartition {
  readonly partition: number;
  readonly fetchOffset: string;
  readonly maxBytes: number;
}

interface FetchResponse {
  readonly responses: readonly unknown[];
}

type Fetch = (request: FetchRequest) => Promise<FetchResponse>;

const RETRY_MILLIS = 20_000;

/** @param report called for a batch when it is found, and every time that it was tried again in vain */
export function isolateUnreadable(kafka: object, report: (batch: UnreadableBatch) => void): void {
  const setAside = new SetAside();
  const patched = new WeakSet<object>();
  const patch = (broker: unknown): void => {
    if (!isObject(broker) || patched.has(broker)) return;
    const { fetch } = broker;
    if (typeof fetch !== "function") return;
    patched.add(broker);
    const original: Fetch = (request) => Reflect.apply(fetch, broker, [request]);
    broker.fetch = (request: FetchRequest) => fetchReadable(original, request, setAside, report);
  };
  onCluster(kafka, (cluster) => {
    // Should it reject, kafkajs has the same promise and deals with it.
    afterCall(cluster, "findBroker", (found) => void Promise.resolve(found).then(patch, () => undefined));
  });
}

async function fetchReadable(
  fetch: Fetch,
  request: FetchRequest,
  setAside: SetAside,
  report: (batch: UnreadableBatch) => void,
): Promise<FetchResponse> {
  const wanted = { ...request, topics: setAside.removeFrom(request.topics) };
  if (wanted.topics.length === 0) {
    await sleep(request.maxWaitTime);
    return { responses: [] };
  }
  try {
    return await fetch(wanted);
  } catch (error) {
    if (!isDecodeFailure(error)) throw error;
  }
  const responses: unknown[] = [];
  for (const { topic, partitions } of wanted.topics)
    for (const partition of partitions) {
      const found = await fetchOne(fetch, wanted, topic, partition);
      if (!(found instanceof Error)) responses.push(...found.responses);
      else {
        const { partition: number, fetchOffset } = partition;
        setAside.add(topic, partition);
        report({ topic, partition: number, offset: BigInt(fetchOffset), error: found });
      }
    }
  return { responses };
}

/** What the partition gives now, or why its next batch cannot be decoded. */
async function fetchOne(
  fetch: Fetch,
  request: FetchRequest,
  topic: string,
  partition: FetchPartition,
): Promise<FetchResponse | Error> {
  // With a bound of one byte Kafka gives one whole batch: those before the broken one are read like that.
  for (const maxBytes of [partition.maxBytes, 1]) {
    const topics = [{ topic, partitions: [{ ...partition, maxBytes }] }];
    try {
      return await fetch({
        ...request,
        maxWaitTime: 1,
        maxBytes: Math.min(maxBytes, request.maxBytes),
        topics,
      });
    } catch (error) {
      if (!isDecodeFailure(error)) throw error;
      if (maxBytes === 1) return error;
    }
  }
  throw new Error("a fetch has a bound");
}

/** Partitions that stand before a batch that cannot be decoded. */
class SetAside {
  readonly #batches = new Map<string, { readonly fetchOffset: string; readonly until: number }>();

  add(topic: string, { partition, fetchOffset }: FetchPartition): void {
    const until = performance.now() + RETRY_MILLIS;
    this.#batches.set(partitionKey({ topic, partition }), { fetchOffset, until });
  }

  removeFrom(topics: readonly FetchTopic[]): readonly FetchTopic[] {
    if (this.#batches.size === 0) return topics;
    return topics
      .map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.filter((one) => !this.#has(topic, one)),
      }))
      .filter(({ partitions }) => partitions.length > 0);
  }

  #has(topic: string, { partition, fetchOffset }: FetchPartition): boolean {
    const key = partitionKey({ topic, partition });
    const batch = this.#batches.get(key);
    if (batch?.fetchOffset === fetchOffset && performance.now() < batch.until) return true;
    this.#batches.delete(key);
    return false;
  }
}

/** Errors of kafkajs that are about the bytes of a batch; what is about the connection or the broker's response has other names. */
const DECODE_ERRORS = [
  "KafkaJSNotImplemented",
  "KafkaJSUnsupportedMagicByteInMessageSet",
  "KafkaJSInvalidVarIntError",
  "KafkaJSInvalidLongError",
  "KafkaJSPartialMessageError",
];

function isDecodeFailure(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return error.name.startsWith("KafkaJS") ? DECODE_ERRORS.includes(error.name) : !("syscall" in error);
}
