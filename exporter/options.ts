import type { KafkaOptions } from "../src/config/kafka-settings.js";
import { choice, flag, integer, text } from "../src/config/option.js";
import type { TopicOptions } from "../src/config/topic-settings.js";
import { DEFAULT_SENDER, MAX_RECORD_BYTES } from "../src/event/index.js";
import {
  MAX_CORRELATION_BYTES,
  SPAN_ATTRIBUTIONS,
  type SpanAttributionsMode,
} from "./correlate/correlation-settings.js";
import { IN_FLIGHT_OPTIONS } from "./deliver/in-flight-settings.js";
import type { OnLoop } from "./deliver/loop-watch.js";
import { SPOOL_OPTIONS, type SpoolFsync, type SpoolMode } from "./deliver/spool-settings.js";
import type { Transport } from "./deliver/transport.js";
import { TRANSPORT_OPTION, type TransportName } from "./deliver/transport-settings.js";
import { LARGE_RESULT_OPTIONS } from "./large-results/large-result-settings.js";
import type { TransformOptions } from "./read/transform.js";

/**
 * Options of span processor, exporter and publisher. Each has an environment variable; an option in code goes before it.
 * A value in code that cannot be used throws a `ConfigError` that lists all of them; one in the environment is reported through
 * `diag` and the default stands in its place.
 */
export interface ExporterOptions extends KafkaOptions, TransformOptions {
  /** Names of topics. `AGENT_ACTIONS_TOPIC_ACTION` and so on. @default those of the specification */
  readonly topics?: TopicOptions | undefined;
  /** Most events in memory; one more is dropped and counted. `AGENT_ACTIONS_EXPORTER_MAX_QUEUE_SIZE`. @default 20_000 */
  readonly maxQueueSize?: number | undefined;
  /** Most bytes of events in memory. `AGENT_ACTIONS_EXPORTER_MAX_QUEUE_BYTES`. @default 67_108_864 (64 MiB) */
  readonly maxQueueBytes?: number | undefined;
  /** Most events in one request to Kafka. `AGENT_ACTIONS_EXPORTER_MAX_EXPORT_BATCH_SIZE`. @default 100 */
  readonly maxExportBatchSize?: number | undefined;
  /** Most bytes of events in one request; a larger single event goes alone. `AGENT_ACTIONS_EXPORTER_MAX_BATCH_BYTES`. @default 262_144 */
  readonly maxBatchBytes?: number | undefined;
  /** How long an event waits for others where some were sent right before; one that comes alone is sent at once. `AGENT_ACTIONS_EXPORTER_LINGER_MS`. @default 10 */
  readonly lingerMillis?: number | undefined;
  /** Requests with at least so many bytes of events are compressed with gzip. `AGENT_ACTIONS_EXPORTER_GZIP_MIN_BYTES`. @default 16_384 */
  readonly gzipMinBytes?: number | undefined;
  /** Largest event in bytes; the largest parts of a larger one are trimmed. `AGENT_ACTIONS_EXPORTER_MAX_RECORD_BYTES`. @default 1_000_000 */
  readonly maxRecordBytes?: number | undefined;
  /** How long `forceFlush()` waits, and the end of the process. `AGENT_ACTIONS_EXPORTER_FLUSH_TIMEOUT_MS`. @default 7_000 */
  readonly flushTimeoutMillis?: number | undefined;
  /** How long `shutdown()` waits. `AGENT_ACTIONS_EXPORTER_SHUTDOWN_TIMEOUT_MS`. @default 7_000 */
  readonly shutdownTimeoutMillis?: number | undefined;
  /**
   * Most calls that wait for the end of a span around them, which may have recorded them too; the oldest goes on alone.
   * `AGENT_ACTIONS_EXPORTER_MAX_HELD_EVENTS`. @default 1_000
   */
  readonly maxHeldEvents?: number | undefined;
  /** Most bytes of such calls. They count towards `maxQueueBytes`. `AGENT_ACTIONS_EXPORTER_MAX_HELD_BYTES`. @default 16_777_216 (16 MiB) */
  readonly maxHeldBytes?: number | undefined;
  /** How long such a call waits at most. `AGENT_ACTIONS_EXPORTER_MAX_HELD_MS`. @default 60_000 */
  readonly maxHeldMillis?: number | undefined;
  /**
   * Most bytes remembered across spans: what models asked for, which calls were recorded, calls that wait for an outer span; at
   * the bound the oldest is let go and held calls are sent. `AGENT_ACTIONS_EXPORTER_MAX_CORRELATION_BYTES`. @default 33_554_432 (32 MiB)
   */
  readonly maxCorrelationBytes?: number | undefined;
  /** Whose spans they are: nothing that is remembered of one sender gets into the events of another. `AGENT_ACTIONS_SENDER`. @default "default" */
  readonly sender?: string | undefined;
  /**
   * Record calls that have no span: those that a model is told failed or were denied, and all that it is told of where no tool of the trace
   * has a span.
   * `AGENT_ACTIONS_EXPORTER_CALLS_WITHOUT_SPAN`. @default true
   */
  readonly callsWithoutSpan?: boolean | undefined;
  /**
   * Of which spans `KafkaActionExporter` sends attributions, by which the consumer completes actions that were sent before the spans around
   * them had ended: of those that an action of this process refers to, or of `"all"`, where the spans of one trace come to
   * several exporters. `AGENT_ACTIONS_EXPORTER_SPAN_ATTRIBUTIONS`. @default "awaited"
   */
  readonly spanAttributions?: SpanAttributionsMode | undefined;
  /** Flush on SIGTERM, SIGINT and at a natural end of the process. `AGENT_ACTIONS_EXPORTER_FLUSH_ON_EXIT`. @default true */
  readonly flushOnExit?: boolean | undefined;
  /**
   * Take spans that the sampler has recorded without sampling them, too: those of {@link recordUnsampled}. Only a span processor sees
   * them. `AGENT_ACTIONS_EXPORTER_RECORD_UNSAMPLED`. @default false
   */
  readonly recordUnsampled?: boolean | undefined;
  /**
   * A tool call or decision that is open for longer is published as `running`, and completed at its end; 0 for never. Only a span processor
   * sees it open. `AGENT_ACTIONS_EXPORTER_IN_FLIGHT_AFTER_MS`. @default 1_000
   */
  readonly inFlightAfterMillis?: number | undefined;
  /** How often it is said meanwhile that the process is alive. `AGENT_ACTIONS_EXPORTER_HEARTBEAT_INTERVAL_MS`. @default 10_000 */
  readonly heartbeatIntervalMillis?: number | undefined;
  /**
   * Whether events go to files: never, when they do not fit in memory or are left at the end of the process, or before they are accepted.
   * `AGENT_ACTIONS_EXPORTER_SPOOL`. @default `"overflow"` with a folder, `"off"` without; `"always"` without Kafka
   */
  readonly spool?: SpoolMode | undefined;
  /** Where these files are; for one Kafka. `AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY`. @default none; `register` makes one */
  readonly spoolDirectory?: string | undefined;
  /** Most bytes of all files in the folder. `AGENT_ACTIONS_EXPORTER_SPOOL_MAX_BYTES`. @default 1_073_741_824 (1 GiB) */
  readonly spoolMaxBytes?: number | undefined;
  /** What has been in a file for longer is not sent. `AGENT_ACTIONS_EXPORTER_SPOOL_MAX_AGE_MS`. @default 604_800_000 (7 days) */
  readonly spoolMaxAgeMillis?: number | undefined;
  /** When what was written has to be on the disk itself. `AGENT_ACTIONS_EXPORTER_SPOOL_FSYNC`. @default "interval" */
  readonly spoolFsync?: SpoolFsync | undefined;
  /**
   * Whether a thread of its own reads, redacts and sends spans, where nothing of that is a function of the agent's thread. Only the span
   * processor has one. `AGENT_ACTIONS_EXPORTER_SPAN_THREAD`. @default where it is of use: not in a worker thread, in a bundle, on one
   * processor, or in less than 256 MiB of memory
   */
  readonly spanThread?: boolean | undefined;
  /** Whether a thread of its own redacts large arguments and results. `AGENT_ACTIONS_EXPORTER_REDACTION_THREAD`. @default true */
  readonly redactionThread?: boolean | undefined;
  /** Folder of contents that are too large for a record: an absolute path, or a `file:` URL. `AGENT_ACTIONS_LARGE_RESULTS`. @default none */
  readonly largeResults?: string | undefined;
  /** Arguments and results of more characters are kept whole there. `AGENT_ACTIONS_EXPORTER_LARGE_RESULT_BYTES`. @default 400_000 */
  readonly largeResultBytes?: number | undefined;
  /** Most bytes of all files in that folder. `AGENT_ACTIONS_EXPORTER_LARGE_RESULTS_MAX_BYTES`. @default 10_737_418_240 (10 GiB) */
  readonly largeResultsMaxBytes?: number | undefined;
  /** Most bytes of such contents that wait to be written. `AGENT_ACTIONS_EXPORTER_LARGE_RESULTS_MAX_WAITING_BYTES`. @default 67_108_864 (64 MiB) */
  readonly largeResultsMaxWaitingBytes?: number | undefined;
  /** Where events go: to Kafka, to files in `spoolDirectory`, or a way out of one's own. `AGENT_ACTIONS_EXPORTER_TRANSPORT`. @default "kafka" */
  readonly transport?: TransportName | Transport | undefined;
  /**
   * Called when an agent of this process repeats itself, within the call that decides, so that the host can stop it. By the rules of the
   * service's notices, over what is recorded and not redacted. Only in code. @default none
   */
  readonly onLoop?: OnLoop | undefined;
}

/** Variables are named after the options: `lingerMillis` is `AGENT_ACTIONS_EXPORTER_LINGER_MS`. */
export const ENV_PREFIX = "AGENT_ACTIONS_EXPORTER_";

/** The environment variable of an option. Milliseconds are `_MS` there, as in the specification's `BATCH_TIMEOUT_MS`. */
export function variableOf(option: string): string {
  const name = option.replace(/Millis$/, "Ms");
  return ENV_PREFIX + name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

const EVENTS = { unit: "events", minimum: 1 } as const;
const MILLIS = { unit: "milliseconds", minimum: 0, maximum: 3_600_000 } as const;

/** The options of the exporter itself; those of Kafka and the topics are in `src/config`. */
export const EXPORTER_OPTIONS = {
  maxQueueSize: integer({
    env: variableOf("maxQueueSize"),
    default: 20_000,
    ...EVENTS,
    maximum: 10_000_000,
    description: "Most events in memory; one more is dropped and counted.",
  }),
  maxQueueBytes: integer({
    env: variableOf("maxQueueBytes"),
    default: 67_108_864,
    unit: "bytes",
    minimum: MAX_RECORD_BYTES,
    maximum: 2 ** 40,
    description: "Most bytes of events in memory. What is sent and not acknowledged counts, too.",
  }),
  maxExportBatchSize: integer({
    env: variableOf("maxExportBatchSize"),
    default: 100,
    ...EVENTS,
    maximum: 10_000,
    description:
      "Most events in one request to Kafka. Large requests are what makes an agent's event loop pause.",
  }),
  maxBatchBytes: integer({
    env: variableOf("maxBatchBytes"),
    default: 262_144,
    unit: "bytes",
    minimum: 1_024,
    maximum: MAX_RECORD_BYTES,
    description: "Most bytes of events in one request; a larger single event goes alone.",
  }),
  lingerMillis: integer({
    env: variableOf("lingerMillis"),
    default: 10,
    ...MILLIS,
    description:
      "How long an event waits for others where some were sent right before; one that comes alone is sent at once. More costs less CPU. The publisher does not wait.",
  }),
  gzipMinBytes: integer({
    env: variableOf("gzipMinBytes"),
    default: 16_384,
    unit: "bytes",
    minimum: 0,
    description: "Requests with at least so much are compressed, off the agent's thread.",
  }),
  maxRecordBytes: integer({
    env: variableOf("maxRecordBytes"),
    default: MAX_RECORD_BYTES,
    unit: "bytes",
    minimum: 8_192,
    maximum: 100_000_000,
    description:
      "Largest event; the largest parts of a larger one are trimmed, with a marker that has their size and SHA-256.",
  }),
  flushTimeoutMillis: integer({
    env: variableOf("flushTimeoutMillis"),
    default: 7_000,
    ...MILLIS,
    description: "How long `forceFlush()` waits, and the end of the process.",
  }),
  shutdownTimeoutMillis: integer({
    env: variableOf("shutdownTimeoutMillis"),
    default: 7_000,
    ...MILLIS,
    description: "How long `shutdown()` waits before what is left is dropped and counted.",
  }),
  maxHeldEvents: integer({
    env: variableOf("maxHeldEvents"),
    default: 1_000,
    unit: "calls",
    minimum: 0,
    maximum: 1_000_000,
    description:
      "Most calls that wait for the end of a span around them, which may have recorded them too: [layers](layers.md). The oldest goes on alone.",
  }),
  maxHeldBytes: integer({
    env: variableOf("maxHeldBytes"),
    default: 16_777_216,
    unit: "bytes",
    minimum: 0,
    maximum: 2 ** 40,
    description:
      "Most bytes of such calls. They have their place in the queue, so `maxQueueSize` and `maxQueueBytes` count them, too.",
  }),
  maxHeldMillis: integer({
    env: variableOf("maxHeldMillis"),
    default: 60_000,
    ...MILLIS,
    description: "How long such a call waits at most.",
  }),
  maxCorrelationBytes: integer({
    env: variableOf("maxCorrelationBytes"),
    default: MAX_CORRELATION_BYTES,
    unit: "bytes",
    minimum: 0,
    maximum: 2 ** 40,
    description:
      "Most bytes remembered across spans: what models asked for, which calls were recorded, calls that wait for an outer span; at the bound the oldest is let go and held calls are sent.",
  }),
  sender: text({
    env: "AGENT_ACTIONS_SENDER",
    default: DEFAULT_SENDER,
    description:
      "Whose spans they are: nothing that is remembered of one sender gets into the events of another.",
  }),
  recordUnsampled: flag({
    env: variableOf("recordUnsampled"),
    default: false,
    description:
      "Take spans that the sampler has recorded without sampling them: [existing setups](existing-setup.md).",
  }),
  flushOnExit: flag({
    env: variableOf("flushOnExit"),
    default: true,
    description:
      "Flush on SIGTERM, SIGINT and at a natural end of the process: [delivery](delivery.md#the-end-of-the-process).",
  }),
  callsWithoutSpan: flag({
    env: variableOf("callsWithoutSpan"),
    default: true,
    description:
      "Record calls that have no span: those that a model is told failed or were denied, and all that it is told of where no tool of the trace has a span.",
  }),
  spanAttributions: choice({
    env: variableOf("spanAttributions"),
    of: SPAN_ATTRIBUTIONS,
    default: "awaited",
    description:
      "Of which spans `KafkaActionExporter` sends attributions: of those that an action of this process refers to, or of `all`, where the spans of one trace come to several exporters: [delivery](delivery.md#what-an-exporter-learns-too-late).",
  }),
  spanThread: flag({
    env: variableOf("spanThread"),
    defaultText: "where it is of use",
    description:
      "Have spans read, redacted and sent by a thread of its own; the agent's thread copies them: [a thread for spans](delivery.md#a-thread-for-spans). Only the span processor has one.",
  }),
  ...IN_FLIGHT_OPTIONS,
  ...SPOOL_OPTIONS,
  ...LARGE_RESULT_OPTIONS,
  transport: TRANSPORT_OPTION,
} as const;
