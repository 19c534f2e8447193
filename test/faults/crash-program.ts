/**
 * A service that kills itself, as `kill -9` would, at the first time that it comes to a step of a batch: CRASH_AT. Its clients are wrapped
 * here, so that the package itself knows nothing of it.
 */
import kafkajs, { type Consumer, type Kafka, type Producer } from "kafkajs";
import pg from "pg";

const at = process.env.CRASH_AT ?? "";
const crash = (step: string): void => {
  if (step === at) process.kill(process.pid, "SIGKILL");
};

/** What was waited for, unless this is the step. */
const unless =
  (step: string) =>
  <Value>(value: Value): Value => {
    crash(step);
    return value;
  };

const textOf = (query: unknown): string =>
  typeof query === "string"
    ? query
    : ((query as { name?: string; text?: string }).name ?? (query as { text: string }).text);

const writers = new WeakSet<object>();
const query = pg.Client.prototype.query as (this: pg.Client, ...args: unknown[]) => unknown;
pg.Client.prototype.query = function crashing(this: pg.Client, ...args: unknown[]) {
  const text = textOf(args[0]);
  if (text.startsWith("upsert_agent_actions")) {
    crash("before rows");
    writers.add(this);
  }
  const isCommit = text === "commit" && writers.delete(this);
  if (isCommit) crash("before commit");
  const result = query.apply(this, args);
  if (isCommit && result instanceof Promise) return result.then(unless("after commit"));
  return result;
} as typeof pg.Client.prototype.query;

const prototype = kafkajs.Kafka.prototype as unknown as {
  consumer(this: Kafka, ...args: unknown[]): Consumer;
  producer(this: Kafka, ...args: unknown[]): Producer;
};
const { consumer, producer } = prototype;
prototype.consumer = function crashing(this: Kafka, ...args) {
  const made = consumer.apply(this, args);
  const { commitOffsets } = made;
  made.commitOffsets = async (offsets) => {
    if (offsets.length > 0) crash("before offsets");
    await commitOffsets(offsets);
    if (offsets.length > 0) crash("after offsets");
  };
  return made;
};
prototype.producer = function crashing(this: Kafka, ...args) {
  const made = producer.apply(this, args);
  const { send, sendBatch } = made;
  made.send = (record) => send(record).then(unless("after a dead letter"));
  made.sendBatch = (batch) => sendBatch(batch).then(unless("after a dead letter"));
  return made;
};

await import("../integration/service-program.js");
