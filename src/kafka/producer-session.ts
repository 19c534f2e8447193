import type { KafkaSettings } from "../config/kafka-settings.js";
import { settlesWithin } from "../internal/settles-within.js";
import { createClient } from "./client.js";
import { NoAnswerError } from "./explain-failure.js";
import type { KafkaLog } from "./log.js";
import { createKeepingPartitioner, sendAll } from "./send-all.js";
import { KafkaSockets } from "./sockets.js";

/** A record to be sent. The partition is set when it is first sent, and kept while it exists: a repetition goes to the same one. */
export interface ProducerMessage {
  readonly key: Buffer | string | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, Buffer | string | (Buffer | string)[]>;
  partition?: number;
}

export interface ProducerSessionOptions {
  readonly settings: KafkaSettings;
  readonly log: KafkaLog;
  /** Whether the broker recognises a repetition of a batch. */
  readonly idempotent: boolean;
  /** Whether the connection keeps the process alive. */
  readonly keepProcessAlive: boolean;
}

const NO_COMPRESSION = 0;
const GZIP = 1;

/** After its sockets are gone, kafkajs has only promises to settle. */
const GRACE_MILLIS = 1_000;
const RETRY = { initialRetryTime: 50, maxRetryTime: 500, factor: 0.2, multiplier: 2 } as const;

/**
 * One producer of kafkajs, and with it one producer id and its sequence numbers. Acknowledged means by all in-sync replicas.
 *
 * Every call settles within its limit. kafkajs promises no such thing (a request to a silent broker, a login, a lock: each may wait
 * for ever), so on the limit the sockets are cut; should the call not settle even then, the session is of no use any more.
 * Its own retries are few: whoever opened the session tries again.
 */
export class ProducerSession {
  readonly #sockets: KafkaSockets;
  readonly #producer: ReturnType<ReturnType<typeof createClient>["producer"]>;
  readonly #limitMillis: number;
  #connecting: Promise<void> | undefined;
  #isConnected = false;
  #isUsable = true;
  #hasDelivered = false;

  constructor({ settings, log, idempotent, keepProcessAlive }: ProducerSessionOptions) {
    const { connectionTimeoutMillis, requestTimeoutMillis, brokers } = settings;
    this.#limitMillis = requestTimeoutMillis + connectionTimeoutMillis * brokers.length;
    this.#sockets = new KafkaSockets({ keepProcessAlive });
    // Once through the bootstrap addresses.
    const retry = { ...RETRY, retries: brokers.length };
    const kafka = createClient({
      settings,
      sockets: this.#sockets,
      log,
      retry,
      enforceRequestTimeout: false,
    });
    this.#producer = kafka.producer({
      idempotent,
      // A topic that the broker makes by itself has one partition; ours are made with as many as they need.
      allowAutoTopicCreation: false,
      createPartitioner: createKeepingPartitioner,
      retry: { ...RETRY, retries: 1 },
    });
  }

  get isUsable(): boolean {
    return this.#isUsable;
  }

  get hasDelivered(): boolean {
    return this.#hasDelivered;
  }

  /** Whether there ever was a connection to the address. */
  hasReached(address: string): boolean {
    return this.#sockets.hasReached(address);
  }

  /** Rejects with an error of kafkajs or with {@link NoAnswerError}. The connection is made with the first call. */
  async produce(topic: string, messages: ProducerMessage[], compress = false): Promise<void> {
    if (!this.#isConnected) await this.#bounded(this.#connect());
    const compression = compress ? GZIP : NO_COMPRESSION;
    await sendAll(messages, (left) =>
      this.#bounded(this.#producer.send({ topic, messages: left, compression, acks: -1 })),
    );
    this.#hasDelivered = true;
  }

  /** Never rejects. */
  async end(deadlineMillis: number): Promise<void> {
    this.#isUsable = false;
    await settlesWithin(this.#producer.disconnect(), deadlineMillis);
    this.#sockets.cut();
  }

  // Topics share the one connection; a failed attempt leaves the way free for the next.
  #connect(): Promise<void> {
    this.#connecting ??= this.#producer.connect().then(
      () => {
        this.#isConnected = true;
      },
      (error: unknown) => {
        this.#connecting = undefined;
        throw error;
      },
    );
    return this.#connecting;
  }

  #bounded<Result>(work: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(this.#giveUp(work)), this.#limitMillis).unref();
      const settled =
        <Value>(settle: (value: Value) => void) =>
        (value: Value) => {
          clearTimeout(timer);
          settle(value);
        };
      work.then(settled(resolve), settled(reject));
    });
  }

  async #giveUp(work: Promise<unknown>): Promise<never> {
    const error = new NoAnswerError(this.#sockets.addresses, this.#limitMillis);
    this.#sockets.cut(error);
    if (!(await settlesWithin(work, GRACE_MILLIS))) this.#isUsable = false;
    else if (this.#isUsable) this.#sockets.allow();
    throw error;
  }
}
