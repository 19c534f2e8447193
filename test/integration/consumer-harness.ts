import { Kafka, logLevel, type Message, Partitioners, type Producer } from "kafkajs";
import pg from "pg";
import pino, { type Logger } from "pino";
import { afterAll } from "vitest";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolveKafkaSettings } from "../../src/config/kafka-settings.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { type ActionConsumer, type ConsumerOptions, startConsumer } from "../../src/consumer/index.js";
import { DEFAULT_TOPICS, type RecordKind, type TopicNames } from "../../src/event/index.js";
import { ensureTopics } from "../../src/kafka/ensure-topics.js";
import { readMetadataOfAll } from "../../src/kafka/metadata-of-all.js";
import { migrate } from "../../src/store/migrate.js";
import { createDatabase, kafkaBootstrap, type TestLifetime, uniqueName } from "../helpers/stack.js";
import { until } from "../helpers/until.js";

export { until };

export interface ConsumerHarness {
  readonly topics: TopicNames;
  readonly groupId: string;
  readonly databaseUrl: string;
  readonly kafka: Kafka;
  readonly producer: Producer;
  readonly logger: Logger;
  /** Everything that was logged, one JSON text a line. */
  readonly logLines: string[];
  /** Options that point at this harness. */
  options(overrides?: ConsumerOptions): ConsumerOptions;
  /** Starts a consumer that is stopped at the end, if nobody did before. */
  start(overrides?: ConsumerOptions): Promise<ActionConsumer>;
  produce(kind: RecordKind, messages: readonly Message[]): Promise<void>;
  query<Row extends pg.QueryResultRow = Record<string, unknown>>(
    sql: string,
    values?: unknown[],
  ): Promise<Row[]>;
  count(table: string): Promise<number>;
  deadLetters(expected: number): Promise<ReadDeadLetter[]>;
}

export interface HarnessOptions {
  readonly brokers?: string;
  readonly databaseUrl?: string;
  readonly partitions?: number;
  readonly migrated?: boolean;
  readonly topicsMade?: boolean;
}

/** Topics, group and database of one test, or of the file where no test is given. */
export async function createHarness(
  options: HarnessOptions = {},
  t?: TestLifetime,
): Promise<ConsumerHarness> {
  const { brokers = kafkaBootstrap(), partitions = 3, migrated = true, topicsMade = true } = options;
  const databaseUrl = options.databaseUrl ?? (await createDatabase(t));
  const run = uniqueName("consumer");
  const topics = Object.fromEntries(
    Object.keys(DEFAULT_TOPICS).map((role) => [role, `${run}.${role}`]),
  ) as unknown as TopicNames;
  const settings = resolveKafkaSettings({ brokers }, new EnvReader({}));
  if (topicsMade) await ensureTopics(settings, topics, { partitions });
  if (migrated) await migrate(resolvePostgresSettings({ url: databaseUrl }, new EnvReader({})));

  const kafka = new Kafka({ brokers: brokers.split(","), logLevel: logLevel.NOTHING });
  readMetadataOfAll(kafka);
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  // Tests restart servers.
  pool.on("error", () => undefined);
  const logLines: string[] = [];
  const logger = pino({ level: "debug" }, { write: (line: string) => logLines.push(line) });
  const consumers: ActionConsumer[] = [];
  const harness: ConsumerHarness = {
    topics,
    groupId: run,
    databaseUrl,
    kafka,
    producer,
    logger,
    logLines,
    options: (overrides = {}) => ({
      kafka: { brokers },
      postgres: { url: databaseUrl },
      topics,
      groupId: run,
      env: {},
      logger,
      // Its own eight seconds are too few for a busy machine: tests that are about the deadline set it.
      shutdownDeadlineMillis: 60_000,
      ...overrides,
    }),
    async start(overrides) {
      const consumer = await startConsumer(harness.options(overrides));
      consumers.push(consumer);
      return consumer;
    },
    async produce(kind, messages) {
      await producer.send({ topic: topics[kind], messages: [...messages] });
    },
    async query(sql, values) {
      return (await pool.query(sql, values)).rows;
    },
    async count(table) {
      const [row] = await harness.query<{ count: string }>(`select count(*) from ${table}`);
      return Number(row?.count);
    },
    deadLetters: (expected) => readDeadLetters(kafka, topics.dead_letter, expected),
  };
  const release = async (): Promise<void> => {
    await Promise.allSettled(consumers.map((consumer) => consumer.stop(5_000)));
    await producer.disconnect();
    await pool.end();
  };
  if (t) t.onTestFinished(release);
  else afterAll(release);
  return harness;
}

/** Until the consumer has brought so many records to an end, and has committed them. */
export async function untilConsumed(consumer: ActionConsumer, messages: number): Promise<void> {
  const isSo = () => {
    const { messages_consumed: consumed, lag } = consumer.metrics();
    return consumed >= messages && lag === 0;
  };
  await until(isSo, { seen: () => ({ wanted: messages, ...consumer.metrics(), ...consumer.status() }) });
}

export interface ReadDeadLetter {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

async function readDeadLetters(kafka: Kafka, topic: string, expected: number): Promise<ReadDeadLetter[]> {
  const consumer = kafka.consumer({ groupId: uniqueName("reader"), maxWaitTimeInMs: 100 });
  const letters: ReadDeadLetter[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message: { key, value, headers } }) => {
      const texts = Object.entries(headers ?? {}).map(([name, header]) => [name, String(header)]);
      letters.push({ key, value, headers: Object.fromEntries(texts) });
    },
  });
  await until(() => letters.length >= expected);
  await consumer.disconnect();
  return letters;
}

/** An action as a producer of the specification would write it. */
export function action(index: number, more: Record<string, unknown> = {}): Message {
  return {
    key: `run-${index % 7}`,
    value: JSON.stringify({
      correlation_id: `run-${index % 7}`,
      agent_name: "agent-tester",
      action_type: "tool_call",
      action_name: `Tool${index}`,
      action_details: { tool_parameters: { index }, tool_result: "x".repeat(200), success: true },
      duration_ms: index % 1_000,
      timestamp: new Date().toISOString(),
      ...more,
    }),
  };
}

export const actions = (count: number, from = 0): Message[] =>
  Array.from({ length: count }, (_, index) => action(from + index));

export interface Load {
  /** Ends the load and answers the names of the actions that Kafka has acknowledged. */
  stop(): Promise<readonly string[]>;
  readonly acknowledged: number;
}

const LOAD_BATCH = 20;

/** Publishes some hundred actions a second until it is stopped. What Kafka refuses meanwhile does not count. */
export function startLoad(harness: ConsumerHarness): Load {
  const names: string[] = [];
  const run = uniqueName("load");
  let stopped = false;
  const running = (async () => {
    for (let index = 0; !stopped; index += LOAD_BATCH) {
      const batch = Array.from({ length: LOAD_BATCH }, (_, offset) => `${run}-${index + offset}`);
      const messages = batch.map((name) => action(index, { action_name: name }));
      await harness.produce("action", messages).then(
        () => names.push(...batch),
        () => undefined,
      );
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return {
    get acknowledged() {
      return names.length;
    },
    async stop() {
      stopped = true;
      await running;
      return names;
    },
  };
}

/**
 * Which of these actions are no rows, and of which a record is more than one. A producer without idempotence whose acknowledgement is lost sends
 * again, and what is there twice in Kafka is two actions: they have no ids of their own.
 */
export async function wrongRows(harness: ConsumerHarness, names: readonly string[]): Promise<unknown[]> {
  return harness.query(
    `select name, count(id) as rows, count(distinct (kafka_partition, kafka_offset)) as records
     from unnest($1::text[]) name left join agent_actions on action_name = name
     group by name having count(id) = 0 or count(id) <> count(distinct (kafka_partition, kafka_offset))`,
    [names],
  );
}
