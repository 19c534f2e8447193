import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import kafkajs, { type Consumer, type Producer } from "kafkajs";
import { EnvReader } from "../config/env-reader.js";
import { resolveKafkaSettings } from "../config/kafka-settings.js";
import { portOpen } from "../internal/ports.js";
import { createClient } from "./client.js";
import { NO_LOG } from "./log.js";
import { readMetadataOfAll } from "./metadata-of-all.js";
import { KafkaSockets } from "./sockets.js";
import { topicsReady } from "./topics-ready.js";

const POLL_MILLIS = 25;

/** The broker's internal topics take some tenths of a second to come; the deadline is the caller's. */
const RETRY = { initialRetryTime: 50, maxRetryTime: 200, retries: 10_000 };

/**
 * Resolves when the broker does what a client may ask of it first: an idempotent producer has got its id and written a
 * record, and the first member of a new group has read it. That the port is open says little: the first group and the
 * first idempotent producer wait for internal topics, which are made only then.
 *
 * Leaves neither topic nor group behind. Rejects with the reason of `aborted`.
 */
export async function kafkaReady(port: number, aborted: AbortSignal): Promise<void> {
  while (!(await portOpen(port))) {
    aborted.throwIfAborted();
    await sleep(POLL_MILLIS);
  }
  const settings = resolveKafkaSettings(
    { brokers: `127.0.0.1:${port}`, clientId: "agent-actions-ready" },
    new EnvReader({}),
  );
  const kafka = createClient({ settings, sockets: new KafkaSockets(), log: NO_LOG, retry: RETRY });
  readMetadataOfAll(kafka);
  const name = `agent-actions-ready-${randomUUID()}`;
  const admin = kafka.admin();
  const producer = kafka.producer({ idempotent: true });
  const consumer = kafka.consumer({ groupId: name, maxWaitTimeInMs: 100, retry: RETRY });
  try {
    await abortable(admin.connect(), aborted);
    const topics = [{ topic: name, numPartitions: 1 }];
    await untilKnown(() => admin.createTopics({ topics, waitForLeaders: false }), aborted);
    await abortable(topicsReady(admin, [name], aborted), aborted);
    const produced = untilKnown(() => produce(producer, name), aborted);
    await Promise.all([produced, untilKnown(() => consume(consumer, name), aborted)]);
    await abortable(consumer.disconnect(), aborted);
    await abortable(admin.deleteGroups([name]), aborted);
    await abortable(admin.deleteTopics({ topics: [name] }), aborted);
  } finally {
    await Promise.allSettled([consumer.disconnect(), producer.disconnect(), admin.disconnect()]);
  }
}

/**
 * Of a cluster that is starting, a topic has too few brokers until enough of them have come, and a broker does not know yet of a topic that another
 * one has made.
 */
async function untilKnown<Result>(work: () => Promise<Result>, aborted: AbortSignal): Promise<Result> {
  for (;;)
    try {
      return await abortable(work(), aborted);
    } catch (error) {
      if (!isNotYet(error)) throw error;
      await abortable(sleep(POLL_MILLIS), aborted);
    }
}

const isNotYet = (error: unknown): boolean =>
  error instanceof kafkajs.KafkaJSAggregateError
    ? error.errors.every(isNotYet)
    : error instanceof kafkajs.KafkaJSProtocolError && NOT_YET.has(error.type);

const NOT_YET = new Set(["INVALID_REPLICATION_FACTOR", "UNKNOWN_TOPIC_OR_PARTITION"]);

async function produce(producer: Producer, topic: string): Promise<void> {
  await producer.connect();
  await producer.send({ topic, acks: -1, messages: [{ value: "ready" }] });
}

async function consume(consumer: Consumer, topic: string): Promise<void> {
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    // "The coordinator is loading" comes as a crash too, after which kafkajs starts the consumer again by itself.
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) reject(payload.error);
    });
    consumer.run({ autoCommit: false, eachMessage: async () => resolve() }).catch(reject);
  });
}

/** Settles as `work` does, or rejects with the signal's reason as soon as that is aborted. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
