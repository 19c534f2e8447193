/**
 * Records to Kafka, by an idempotent producer with acknowledgement of all in-sync replicas.
 *
 * Exactly once in the usual case: kafkajs takes back the sequence numbers of a request that failed, so the same batch sent
 * again carries the same numbers, and the broker drops what it has already. That holds only while the batch is the same one;
 * so a batch that follows an unacknowledged one on the same topic gets a new producer id. Then, and when kafkajs or the broker
 * lose the sequence, a record may be in Kafka twice. Both have the same `id`, so it is one row.
 *
 * The client is src/kafka. Its own retries are not relied on: it makes one, the senders of the pipeline make the rest.
 */
import { diag } from "@opentelemetry/api";
import type { KafkaSettings } from "../../src/config/kafka-settings.js";
import { TransportError } from "../../src/errors.js";
import type { TopicNames } from "../../src/event/index.js";
import { explainFailure, type KafkaFailure } from "../../src/kafka/explain-failure.js";
import type { KafkaLog } from "../../src/kafka/log.js";
import { type ProducerMessage, ProducerSession } from "../../src/kafka/producer-session.js";
import type { ActionRecord } from "./serialize.js";
import type { SendResult, Transport } from "./transport.js";

export interface KafkaTransportOptions {
  readonly kafka: KafkaSettings;
  readonly topics: TopicNames;
  readonly gzipMinBytes: number;
}

/** The connection is made with the first `send`. */
export function createKafkaTransport(options: KafkaTransportOptions): Transport {
  return new KafkaTransport(options);
}

interface Entry {
  readonly record: ActionRecord;
  readonly message: ProducerMessage;
}

/** How long a session that is given up may take to disconnect, in the background. */
const RETIRE_MILLIS = 1_000;

class KafkaTransport implements Transport {
  readonly #options: KafkaTransportOptions;
  /** By topic: the batch that was sent and not yet acknowledged or refused. */
  readonly #unacknowledged = new Map<string, readonly Entry[]>();
  #session: ProducerSession | undefined;
  #isClosed = false;

  constructor(options: KafkaTransportOptions) {
    this.#options = options;
  }

  async send(records: readonly ActionRecord[]): Promise<SendResult> {
    const [first] = records;
    if (first === undefined) return { status: "sent" };
    const topic = this.#options.topics[first.kind];
    const entries = this.#entriesOf(topic, records);
    const failure = await this.#produce(topic, entries);
    if (failure === undefined) return this.#settled(topic, { status: "sent" });
    if (failure.verdict === "refused")
      return this.#settled(topic, await this.#isolate(topic, entries, failure));
    return { status: "retryable", error: errorOf(failure), remaining: records };
  }

  async close(deadlineMillis: number): Promise<void> {
    this.#isClosed = true;
    await this.#session?.end(deadlineMillis);
  }

  // A repetition of the unacknowledged batch keeps its messages, and with them their partitions.
  #entriesOf(topic: string, records: readonly ActionRecord[]): readonly Entry[] {
    const pending = this.#unacknowledged.get(topic);
    if (pending) {
      if (isSameBatch(pending, records)) return pending;
      this.#retireSession();
    }
    const entries = records.map((record) => ({ record, message: messageOf(record) }));
    this.#unacknowledged.set(topic, entries);
    return entries;
  }

  #settled(topic: string, result: SendResult): SendResult {
    this.#unacknowledged.delete(topic);
    return result;
  }

  async #produce(topic: string, entries: readonly Entry[]): Promise<KafkaFailure | undefined> {
    const session = this.#usableSession();
    const bytes = entries.reduce((sum, { record }) => sum + record.value.length, 0);
    try {
      if (this.#isClosed) throw new Error("the transport is closed");
      const messages = entries.map(({ message }) => message);
      await session.produce(topic, messages, bytes >= this.#options.gzipMinBytes);
      return undefined;
    } catch (error) {
      const failure = explainFailure(error, {
        topic,
        bootstrap: this.#options.kafka.brokers,
        hasReached: (address) => session.hasReached(address),
        hasDelivered: session.hasDelivered,
      });
      if (failure.verdict === "retry_afresh" && session === this.#session) this.#retireSession();
      return failure;
    }
  }

  /**
   * Finds the records of a refused batch that Kafka refuses for their own sake. A request has one part a partition, each
   * taken or refused as a whole, and kafkajs does not say which was refused. So the parts are sent one by one, just as they
   * were: those that were taken are recognised. What is refused is halved down to single records.
   */
  async #isolate(topic: string, batch: readonly Entry[], why: KafkaFailure): Promise<SendResult> {
    const refused: ActionRecord[] = [];
    const parts = partsOf(batch);
    // A batch for one partition has just been refused as it is.
    const groups = parts.length === 1 ? halvesOf(batch, refused) : parts;
    for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
      const failure = await this.#produce(topic, group);
      if (failure?.verdict === "refused") groups.unshift(...halvesOf(group, refused));
      else if (failure !== undefined) {
        this.#retireSession();
        const remaining = [group, ...groups].flat().map(({ record }) => record);
        return { status: "retryable", error: errorOf(failure), remaining: [...remaining, ...refused] };
      }
    }
    return refused.length === 0 ? { status: "sent" } : { status: "failed", error: errorOf(why), refused };
  }

  #usableSession(): ProducerSession {
    if (this.#session?.isUsable === false) this.#retireSession();
    this.#session ??= createSession(this.#options.kafka);
    return this.#session;
  }

  #retireSession(): void {
    void this.#session?.end(RETIRE_MILLIS);
    this.#session = undefined;
  }
}

const errorOf = ({ message }: KafkaFailure): TransportError =>
  new TransportError(message, { retriable: true });

const messageOf = ({ key, value, headers }: ActionRecord): ProducerMessage => ({ key, value, headers });

const isSameBatch = (entries: readonly Entry[], records: readonly ActionRecord[]): boolean =>
  entries.length === records.length && entries.every(({ record }, index) => record === records[index]);

function partsOf(entries: readonly Entry[]): Entry[][] {
  const parts = new Map<number | undefined, Entry[]>();
  for (const entry of entries) {
    const part = parts.get(entry.message.partition);
    if (part) part.push(entry);
    else parts.set(entry.message.partition, [entry]);
  }
  return [...parts.values()];
}

// A single record cannot be halved: it is the one that is refused.
function halvesOf(entries: readonly Entry[], refused: ActionRecord[]): Entry[][] {
  const [first] = entries;
  if (entries.length === 1 && first) {
    refused.push(first.record);
    return [];
  }
  const middle = Math.ceil(entries.length / 2);
  return [entries.slice(0, middle), entries.slice(middle)];
}

function createSession(settings: KafkaSettings): ProducerSession {
  return new ProducerSession({ settings, log: diagLog(), idempotent: true, keepProcessAlive: false });
}

/**
 * kafkajs's own log, for those who look for a reason. It repeats itself with every attempt, and its warnings are about its own
 * options, so nothing of it is louder than `debug`; the pipeline reports outages in its own words.
 */
function diagLog(): KafkaLog {
  const log = diag.createComponentLogger({ namespace: "otel-agent-actions/kafkajs" });
  return { level: "warn", write: ({ text }) => log.debug(text) };
}
