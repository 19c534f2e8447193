import type { Logger } from "pino";
import { EnvReader } from "../config/env-reader.js";
import { type KafkaOptions, type KafkaSettings, resolveKafkaSettings } from "../config/kafka-settings.js";
import { type LogLevel, resolveLogLevel } from "../config/log-settings.js";
import { type NumbersOf, type NumberTable, resolveNumbers } from "../config/number-settings.js";
import {
  type PostgresOptions,
  type PostgresSettings,
  resolvePostgresSettings,
} from "../config/postgres-settings.js";
import { resolveTopicSettings, type TopicOptions } from "../config/topic-settings.js";
import type { TopicNames } from "../event/index.js";

/** The consumer's numbers; docs/configuration.md says the same in a table, and a test holds the two together. */
export const CONSUMER_NUMBERS = {
  /** A second write begins beside one under way when this many events wait. */
  batchSize: { env: "BATCH_SIZE", fallback: 100, minimum: 1, maximum: 100_000, unit: "rows" },
  /** A second write begins beside one under way when an event has waited this long. */
  batchTimeoutMillis: {
    env: "BATCH_TIMEOUT_MS",
    fallback: 1_000,
    minimum: 1,
    maximum: 600_000,
    unit: "milliseconds",
  },
  /** The most that one write takes. Beyond some thousands of rows, a larger write is not faster. */
  maxBatchRows: {
    env: "AGENT_ACTIONS_CONSUMER_MAX_BATCH_ROWS",
    fallback: 2_000,
    minimum: 1,
    maximum: 100_000,
    unit: "rows",
  },
  maxBatchBytes: {
    env: "AGENT_ACTIONS_CONSUMER_MAX_BATCH_BYTES",
    fallback: 8_388_608,
    minimum: 1_024,
    maximum: 268_435_456,
    unit: "bytes",
  },
  /** What may be read and not yet stored. Above it, reading waits. */
  maxQueuedRows: {
    env: "AGENT_ACTIONS_CONSUMER_MAX_QUEUED_ROWS",
    fallback: 10_000,
    minimum: 1,
    maximum: 10_000_000,
    unit: "rows",
  },
  maxQueuedBytes: {
    env: "AGENT_ACTIONS_CONSUMER_MAX_QUEUED_BYTES",
    fallback: 33_554_432,
    minimum: 1_024,
    maximum: 4_294_967_296,
    unit: "bytes",
  },
  /** More than two writes at a time gain nothing on one Postgres, and they need as many connections. */
  maxWritesInFlight: {
    env: "AGENT_ACTIONS_CONSUMER_MAX_WRITES_IN_FLIGHT",
    fallback: 2,
    minimum: 1,
    maximum: 64,
    unit: "writes",
  },
  /** Failures in a row that are passed over as a hiccup; the next one counts as an outage. */
  retries: { env: "AGENT_ACTIONS_CONSUMER_RETRIES", fallback: 3, minimum: 0, maximum: 1_000, unit: "times" },
  /** Offsets are committed at most this often. */
  commitIntervalMillis: {
    env: "AGENT_ACTIONS_CONSUMER_COMMIT_INTERVAL_MS",
    fallback: 200,
    minimum: 1,
    maximum: 600_000,
    unit: "milliseconds",
  },
  /** No progress for so long, with something to do, is unhealthy. */
  unhealthyAfterMillis: {
    env: "AGENT_ACTIONS_CONSUMER_UNHEALTHY_AFTER_MS",
    fallback: 30_000,
    minimum: 100,
    maximum: 3_600_000,
    unit: "milliseconds",
  },
  /** How long a shutdown may take. Docker kills after ten seconds. */
  shutdownDeadlineMillis: {
    env: "AGENT_ACTIONS_CONSUMER_SHUTDOWN_DEADLINE_MS",
    fallback: 8_000,
    minimum: 100,
    maximum: 3_600_000,
    unit: "milliseconds",
  },
  /** How long the group waits for a sign of life before it gives this member's partitions to others. */
  sessionTimeoutMillis: {
    env: "AGENT_ACTIONS_CONSUMER_SESSION_TIMEOUT_MS",
    fallback: 30_000,
    minimum: 1_000,
    maximum: 1_800_000,
    unit: "milliseconds",
  },
  /** While topics are missing, it looks this often whether somebody has made them. */
  topicCheckMillis: {
    env: "AGENT_ACTIONS_CONSUMER_TOPIC_CHECK_MS",
    fallback: 10_000,
    minimum: 100,
    maximum: 3_600_000,
    unit: "milliseconds",
  },
  /** The most that one partition gives in one fetch; not below the broker's `message.max.bytes`. */
  fetchPartitionBytes: {
    env: "AGENT_ACTIONS_CONSUMER_FETCH_PARTITION_BYTES",
    fallback: 1_310_720,
    minimum: 1_024,
    maximum: 268_435_456,
    unit: "bytes",
  },
  /** The most that one broker gives in one fetch. */
  fetchBytes: {
    env: "AGENT_ACTIONS_CONSUMER_FETCH_BYTES",
    fallback: 16_777_216,
    minimum: 1_024,
    maximum: 1_073_741_824,
    unit: "bytes",
  },
} as const satisfies NumberTable;

type ConsumerNumbers = NumbersOf<typeof CONSUMER_NUMBERS>;

export interface ConsumerOptions extends Partial<ConsumerNumbers> {
  readonly kafka?: KafkaOptions;
  readonly postgres?: PostgresOptions;
  readonly topics?: TopicOptions;
  /** `KAFKA_GROUP_ID`. @default "agent-observability-postgres" */
  readonly groupId?: string | undefined;
  /**
   * Tools whose calls are file operations as well, any letter case. `AGENT_ACTIONS_CONSUMER_FILE_TOOLS`.
   * @default Read, Write, Edit, Glob, Grep, Delete
   */
  readonly fileTools?: readonly string[] | undefined;
  /** Where to log. @default JSON lines on stdout */
  readonly logger?: Logger | undefined;
  /** For the default logger. `LOG_LEVEL`. @default "info" */
  readonly logLevel?: LogLevel | undefined;
  /** Where variables are looked up. @default process.env */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

export interface ResolvedConsumerOptions extends ConsumerNumbers {
  readonly kafka: KafkaSettings;
  readonly postgres: PostgresSettings;
  readonly topics: TopicNames;
  readonly groupId: string;
  /** `undefined`: the store's own list. */
  readonly fileTools: readonly string[] | undefined;
  readonly logLevel: LogLevel;
}

export const DEFAULT_GROUP_ID = "agent-observability-postgres";

/** Options over environment over default. Never throws: what cannot be used is named in `env.problems`. */
export function resolveConsumerOptions(
  options: ConsumerOptions,
  env = new EnvReader(options.env ?? process.env),
): ResolvedConsumerOptions {
  return Object.freeze({
    ...resolveNumbers(CONSUMER_NUMBERS, options, env),
    kafka: resolveKafkaSettings(options.kafka ?? {}, env),
    postgres: resolvePostgresSettings(options.postgres ?? {}, env),
    topics: resolveTopicSettings(options.topics, env),
    groupId: options.groupId ?? env.text("KAFKA_GROUP_ID") ?? DEFAULT_GROUP_ID,
    fileTools: options.fileTools ?? env.list("AGENT_ACTIONS_CONSUMER_FILE_TOOLS"),
    logLevel: resolveLogLevel(options.logLevel, env),
  });
}
