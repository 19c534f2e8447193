import { settlesWithin } from "../../../src/internal/settles-within.js";
import { NoAnswerError } from "./kafka-failure.js";
import type { KafkaSockets } from "./kafka-sockets.js";

/** A record in the form of kafkajs. The partition is set when it is first sent, and kept: a repetition goes to the same one. */
export interface KafkaMessage {
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Record<string, string>;
  partition?: number;
}

/** The part of kafkajs's producer that a session needs. */
export interface KafkaProducer {
  connect(): Promise<void>;
  send(request: { topic: string; messages: KafkaMessage[]; compression: number }): Promise<unknown>;
  disconnect(): Promise<void>;
}

const NO_COMPRESSION = 0;
const GZIP = 1;

/** After its sockets are gone, kafkajs has only promises to settle. */
const GRACE_MILLIS = 1_000;

/**
 * One producer id: it and the sequence numbers that go with it last as long as this object. Every call settles within its
 * limit. kafkajs promises no such thing (a request to a silent broker, a login, a lock: each may wait for ever), so on the
 * limit the sockets are cut; should the call not settle even then, the session is of no use any more.
 */
export class KafkaSession {
  readonly sockets: KafkaSockets;
  readonly #producer: KafkaProducer;
  readonly #limitMillis: number;
  #connected: Promise<void> | undefined;
  #isUsable = true;
  #hasDelivered = false;

  constructor(producer: KafkaProducer, sockets: KafkaSockets, limitMillis: number) {
    this.#producer = producer;
    this.sockets = sockets;
    this.#limitMillis = limitMillis;
  }

  get isUsable(): boolean {
    return this.#isUsable;
  }

  get hasDelivered(): boolean {
    return this.#hasDelivered;
  }

  /** Rejects with an error of kafkajs or with {@link NoAnswerError}. */
  async produce(topic: string, messages: KafkaMessage[], compress: boolean): Promise<void> {
    await this.#bounded(this.#connect());
    const compression = compress ? GZIP : NO_COMPRESSION;
    await this.#bounded(this.#producer.send({ topic, messages, compression }));
    this.#hasDelivered = true;
  }

  /** Never rejects. */
  async end(deadlineMillis: number): Promise<void> {
    this.#isUsable = false;
    await settlesWithin(this.#producer.disconnect(), deadlineMillis);
    this.sockets.cut(new Error("the session is over"));
  }

  // Lanes share the one connection; a failed attempt leaves the way free for the next.
  #connect(): Promise<void> {
    this.#connected ??= this.#producer.connect().catch((error: unknown) => {
      this.#connected = undefined;
      throw error;
    });
    return this.#connected;
  }

  async #bounded(work: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), this.#limitMillis).unref();
    });
    try {
      if ((await Promise.race([work, limit])) === "late") await this.#giveUp(work);
    } finally {
      clearTimeout(timer);
    }
  }

  async #giveUp(work: Promise<unknown>): Promise<never> {
    const error = new NoAnswerError(this.sockets.addresses, this.#limitMillis);
    this.sockets.cut(error);
    if (!(await settlesWithin(work, GRACE_MILLIS))) this.#isUsable = false;
    else if (this.#isUsable) this.sockets.allow();
    throw error;
  }
}
