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

/** What one query sends: the text or name of each statement. With several in one trip, nothing happens in between that this process could see. */
const textsOf = (query: unknown): string[] => {
  const nameOf = ({ name, text }: Named): string => name ?? text;
  if (typeof query === "string") return [query];
  return isTrip(query) ? query.statements.map(nameOf) : [nameOf(query as Named)];
};

interface Named {
  readonly name?: string;
  readonly text: string;
}

/** `src/store/one-trip.ts` */
interface Trip {
  readonly statements: readonly Named[];
  callback(error: unknown, rows?: unknown): void;
}

const isTrip = (query: unknown): query is Trip =>
  typeof query === "object" && query !== null && "statements" in query;

const writers = new WeakSet<object>();
const query = pg.Client.prototype.query as (this: pg.Client, ...args: unknown[]) => unknown;
pg.Client.prototype.query = function crashing(this: pg.Client, ...args: unknown[]) {
  const [first] = args;
  const texts = textsOf(first);
  if (texts.some((text) => text.startsWith("upsert_agent_actions"))) {
    crash("before rows");
    writers.add(this);
  }
  const isCommit = texts.some((text) => text.startsWith("commit")) && writers.delete(this);
  if (isCommit && isTrip(first)) {
    const { callback } = first;
    first.callback = (error, rows) => {
      if (error == null) crash("after commit");
      callback(error, rows);
    };
    const result = query.apply(this, args);
    // It is sent: whether it is committed is Postgres's.
    crash("before commit");
    return result;
  }
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
