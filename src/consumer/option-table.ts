import { LOG_LEVEL_OPTION } from "../config/log-settings.js";
import { flag, integer, list, text } from "../config/option.js";
import { ConfigError } from "../errors.js";
import { DEFAULT_FILE_TOOLS, FILE_OPERATION_TYPES, resolveFileTools } from "../store/file-tools.js";

const BYTES = { unit: "bytes", minimum: 1_024 } as const;
const MILLIS = { unit: "milliseconds", minimum: 1, maximum: 600_000 } as const;
const LONG_MILLIS = { unit: "milliseconds", minimum: 100, maximum: 3_600_000 } as const;

/** The options of the consumer itself; those of Kafka, Postgres and the topics are in `src/config`. */
export const CONSUMER_OPTIONS = {
  groupId: text({
    env: "KAFKA_GROUP_ID",
    default: "agent-observability-postgres",
    placeholder: "ID",
    description: "Consumer group. Instances of one group share the work.",
  }),
  spool: text({
    env: "AGENT_ACTIONS_CONSUMER_SPOOL",
    placeholder: "DIR",
    unit: "folder",
    defaultText: "none: from Kafka",
    description:
      "Read events from the files of this folder instead of from Kafka, for agents whose transport is `spool`: [without Kafka](spool.md#without-kafka).",
  }),
  batchSize: integer({
    env: "BATCH_SIZE",
    default: 100,
    unit: "rows",
    minimum: 1,
    maximum: 100_000,
    description:
      "A second write begins beside one under way when so many events wait. An idle consumer does not wait at all.",
  }),
  batchTimeoutMillis: integer({
    env: "BATCH_TIMEOUT_MS",
    default: 1_000,
    ...MILLIS,
    placeholder: "MS",
    description: "A second write begins beside one under way when an event has waited so long.",
  }),
  // Beyond some thousands of rows, a larger write is not faster.
  maxBatchRows: integer({
    env: "AGENT_ACTIONS_CONSUMER_MAX_BATCH_ROWS",
    default: 2_000,
    unit: "rows",
    minimum: 1,
    maximum: 100_000,
    description: "The most that one write takes.",
  }),
  maxBatchBytes: integer({
    env: "AGENT_ACTIONS_CONSUMER_MAX_BATCH_BYTES",
    default: 8_388_608,
    ...BYTES,
    maximum: 268_435_456,
    description: "The most that one write takes; a single event may be larger.",
  }),
  maxQueuedRows: integer({
    env: "AGENT_ACTIONS_CONSUMER_MAX_QUEUED_ROWS",
    default: 10_000,
    unit: "rows",
    minimum: 1,
    maximum: 10_000_000,
    description: "What may be read and not yet stored. Above it, reading waits.",
  }),
  maxQueuedBytes: integer({
    env: "AGENT_ACTIONS_CONSUMER_MAX_QUEUED_BYTES",
    default: 33_554_432,
    ...BYTES,
    maximum: 4_294_967_296,
    description: "The same in bytes.",
  }),
  // More than two writes at a time gain nothing on one Postgres.
  maxWritesInFlight: integer({
    env: "AGENT_ACTIONS_CONSUMER_MAX_WRITES_IN_FLIGHT",
    default: 2,
    unit: "writes",
    minimum: 1,
    maximum: 64,
    description: "Writes at a time. Each needs a connection of its own.",
  }),
  retries: integer({
    env: "AGENT_ACTIONS_CONSUMER_RETRIES",
    default: 3,
    unit: "times",
    minimum: 0,
    maximum: 1_000,
    description:
      "Failures in a row that are passed over; the next counts as an outage, and is logged. It is tried again in any case, for as long as it takes.",
  }),
  commitIntervalMillis: integer({
    env: "AGENT_ACTIONS_CONSUMER_COMMIT_INTERVAL_MS",
    default: 200,
    ...MILLIS,
    description: "Offsets are committed at most this often.",
  }),
  producerGraceMillis: integer({
    env: "AGENT_ACTIONS_CONSUMER_PRODUCER_GRACE_MS",
    default: 30_000,
    ...LONG_MILLIS,
    description:
      "A producer that was silent for so long is gone, and what it left running is abandoned; three of its heartbeat intervals, where these are longer. A number that has not arrived for so long is missing.",
  }),
  unhealthyAfterMillis: integer({
    env: "AGENT_ACTIONS_CONSUMER_UNHEALTHY_AFTER_MS",
    default: 25_000,
    ...LONG_MILLIS,
    description: "No progress for so long, with something to do, is unhealthy.",
  }),
  shutdownDeadlineMillis: integer({
    env: "AGENT_ACTIONS_CONSUMER_SHUTDOWN_DEADLINE_MS",
    default: 8_000,
    ...LONG_MILLIS,
    description: "How long a shutdown may take. Docker kills after ten seconds.",
  }),
  sessionTimeoutMillis: integer({
    env: "AGENT_ACTIONS_CONSUMER_SESSION_TIMEOUT_MS",
    default: 30_000,
    unit: "milliseconds",
    minimum: 1_000,
    maximum: 1_800_000,
    description:
      "After so long without a sign of life, the group gives this member's partitions to others. Brokers allow no less than 6000 by default.",
  }),
  topicCheckMillis: integer({
    env: "AGENT_ACTIONS_CONSUMER_TOPIC_CHECK_MS",
    default: 10_000,
    ...LONG_MILLIS,
    description: "While topics are missing, it looks this often whether somebody has made them.",
  }),
  fetchPartitionBytes: integer({
    env: "AGENT_ACTIONS_CONSUMER_FETCH_PARTITION_BYTES",
    default: 1_310_720,
    ...BYTES,
    maximum: 268_435_456,
    description:
      "The most that one partition gives in one fetch. Keep it above the broker's `message.max.bytes`: a larger record could have to wait for all partitions before its own to be empty.",
  }),
  fetchBytes: integer({
    env: "AGENT_ACTIONS_CONSUMER_FETCH_BYTES",
    default: 4_194_304,
    ...BYTES,
    maximum: 1_073_741_824,
    description:
      "The most that one broker gives in one fetch, compressed as the records are. Partitions have their turns.",
  }),
  fileTools: list({
    env: "AGENT_ACTIONS_CONSUMER_FILE_TOOLS",
    defaultText: `\`${DEFAULT_FILE_TOOLS.join()}\``,
    accepts: areFileTools,
    expected: `a list of tools that are each called after what they do (${FILE_OPERATION_TYPES.join(", ")}), or say it behind a colon, such as NotebookEdit:edit`,
    description:
      "Tools whose calls also give a row of `agent_file_operations`. One that is not called after what it does says it behind a colon: `NotebookEdit:edit`.",
  }),
  redact: flag({
    env: "AGENT_ACTIONS_CONSUMER_REDACT",
    default: false,
    description:
      "Hide secrets in all records before they are stored, for records that [other programs](redaction.md#what-others-write-to-the-topics) write to the topics.",
  }),
  logLevel: LOG_LEVEL_OPTION,
} as const;

function areFileTools(names: readonly string[]): boolean {
  try {
    return resolveFileTools(names).size > 0;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}
