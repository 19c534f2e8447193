import type { Logger } from "pino";
import { EnvReader } from "../config/env-reader.js";
import { type KafkaOptions, type KafkaSettings, resolveKafkaSettings } from "../config/kafka-settings.js";
import type { LogLevel } from "../config/log-settings.js";
import type { OptionsOf, SettingsOf } from "../config/option.js";
import {
  type PostgresOptions,
  type PostgresSettings,
  resolvePostgresSettings,
} from "../config/postgres-settings.js";
import { resolveOptions } from "../config/resolve-options.js";
import { resolveTopicSettings, type TopicOptions } from "../config/topic-settings.js";
import type { TopicNames } from "../event/index.js";
import { CONSUMER_OPTIONS } from "./option-table.js";

type ConsumerSettings = SettingsOf<typeof CONSUMER_OPTIONS>;

/** The options of a consumer; docs/configuration.md has the same in tables. */
export interface ConsumerOptions extends OptionsOf<typeof CONSUMER_OPTIONS> {
  /**
   * Consumer group. Instances of one group share the work. `KAFKA_GROUP_ID`. @default
   * "agent-observability-postgres"
   */
  readonly groupId?: string | undefined;
  /**
   * Read events from the files of this folder instead of from Kafka, for agents whose transport is `spool`.
   * `AGENT_ACTIONS_CONSUMER_SPOOL`. @default none: from Kafka
   */
  readonly spool?: string | undefined;
  /**
   * A second write begins beside one under way when so many events wait. An idle consumer does not wait at
   * all. `BATCH_SIZE`. @default 100
   */
  readonly batchSize?: number | undefined;
  /**
   * A second write begins beside one under way when an event has waited so long. `BATCH_TIMEOUT_MS`.
   * @default 1_000
   */
  readonly batchTimeoutMillis?: number | undefined;
  /** The most that one write takes. `AGENT_ACTIONS_CONSUMER_MAX_BATCH_ROWS`. @default 2_000 */
  readonly maxBatchRows?: number | undefined;
  /**
   * The most that one write takes; a single event may be larger. `AGENT_ACTIONS_CONSUMER_MAX_BATCH_BYTES`.
   * @default 8_388_608
   */
  readonly maxBatchBytes?: number | undefined;
  /**
   * What may be read and not yet stored. Above it, reading waits. `AGENT_ACTIONS_CONSUMER_MAX_QUEUED_ROWS`.
   * @default 10_000
   */
  readonly maxQueuedRows?: number | undefined;
  /** The same in bytes. `AGENT_ACTIONS_CONSUMER_MAX_QUEUED_BYTES`. @default 33_554_432 */
  readonly maxQueuedBytes?: number | undefined;
  /**
   * Writes at a time. Each needs a connection of its own. `AGENT_ACTIONS_CONSUMER_MAX_WRITES_IN_FLIGHT`.
   * @default 2
   */
  readonly maxWritesInFlight?: number | undefined;
  /**
   * Failures in a row that are passed over; the next counts as an outage, and is logged. It is tried again
   * in any case, for as long as it takes. `AGENT_ACTIONS_CONSUMER_RETRIES`. @default 3
   */
  readonly retries?: number | undefined;
  /** Offsets are committed at most this often. `AGENT_ACTIONS_CONSUMER_COMMIT_INTERVAL_MS`. @default 200 */
  readonly commitIntervalMillis?: number | undefined;
  /**
   * A producer that was silent for so long is gone, and what it left running is abandoned; three of its
   * heartbeat intervals, where these are longer. A number that has not arrived for so long is missing.
   * `AGENT_ACTIONS_CONSUMER_PRODUCER_GRACE_MS`. @default 30_000
   */
  readonly producerGraceMillis?: number | undefined;
  /**
   * No progress for so long, with something to do, is unhealthy.
   * `AGENT_ACTIONS_CONSUMER_UNHEALTHY_AFTER_MS`. @default 25_000
   */
  readonly unhealthyAfterMillis?: number | undefined;
  /**
   * How long a shutdown may take. Docker kills after ten seconds.
   * `AGENT_ACTIONS_CONSUMER_SHUTDOWN_DEADLINE_MS`. @default 8_000
   */
  readonly shutdownDeadlineMillis?: number | undefined;
  /**
   * After so long without a sign of life, the group gives this member's partitions to others. Brokers allow
   * no less than 6000 by default. `AGENT_ACTIONS_CONSUMER_SESSION_TIMEOUT_MS`. @default 30_000
   */
  readonly sessionTimeoutMillis?: number | undefined;
  /**
   * While topics are missing, it looks this often whether somebody has made them.
   * `AGENT_ACTIONS_CONSUMER_TOPIC_CHECK_MS`. @default 10_000
   */
  readonly topicCheckMillis?: number | undefined;
  /**
   * The most that one partition gives in one fetch. Keep it above the broker's `message.max.bytes`: a larger
   * record could have to wait for all partitions before its own to be empty.
   * `AGENT_ACTIONS_CONSUMER_FETCH_PARTITION_BYTES`. @default 1_310_720
   */
  readonly fetchPartitionBytes?: number | undefined;
  /**
   * The most that one broker gives in one fetch, compressed as the records are. Partitions have their turns.
   * `AGENT_ACTIONS_CONSUMER_FETCH_BYTES`. @default 4_194_304
   */
  readonly fetchBytes?: number | undefined;
  /**
   * Tools whose calls also give a row of `agent_file_operations`. One that is not called after what it does
   * says it behind a colon: `NotebookEdit:edit`. `AGENT_ACTIONS_CONSUMER_FILE_TOOLS`. @default Read, Write,
   * Edit, Glob, Grep, Delete
   */
  readonly fileTools?: readonly string[] | undefined;
  /**
   * Hide secrets in all records before they are stored, for records that other programs write to the topics.
   * `AGENT_ACTIONS_CONSUMER_REDACT`. @default false
   */
  readonly redact?: boolean | undefined;
  /** JSON lines on standard output. Payloads are never logged. `LOG_LEVEL`. @default "info" */
  readonly logLevel?: LogLevel | undefined;
  readonly kafka?: KafkaOptions;
  readonly postgres?: PostgresOptions;
  readonly topics?: TopicOptions;
  /** Where to log. @default JSON lines on stdout, at `logLevel` */
  readonly logger?: Logger | undefined;
  /** Where variables are looked up. @default process.env */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

export interface ResolvedConsumerOptions extends ConsumerSettings {
  readonly kafka: KafkaSettings;
  readonly postgres: PostgresSettings;
  readonly topics: TopicNames;
}

/** Options over environment over default. Never throws: what cannot be used is named in `env.problems`. */
export function resolveConsumerOptions(
  options: ConsumerOptions,
  env = new EnvReader(options.env ?? process.env),
): ResolvedConsumerOptions {
  return Object.freeze({
    ...resolveOptions(CONSUMER_OPTIONS, options, { env }),
    kafka: resolveKafkaSettings(options.kafka ?? {}, env),
    postgres: resolvePostgresSettings(options.postgres ?? {}, env),
    topics: resolveTopicSettings(options.topics, env),
  });
}
