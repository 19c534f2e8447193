import { diag } from "@opentelemetry/api";
import { checkNumber, type NumberRange } from "../src/config/check-number.js";
import { EnvReader } from "../src/config/env-reader.js";
import { type KafkaOptions, type KafkaSettings, resolveKafkaSettings } from "../src/config/kafka-settings.js";
import { resolveTopicSettings, type TopicOptions } from "../src/config/topic-settings.js";
import { ConfigError } from "../src/errors.js";
import { MAX_RECORD_BYTES, type TopicNames } from "../src/event/index.js";
import {
  SPAN_ATTRIBUTIONS,
  type SpanAttributionsMode,
} from "./correlate/span-attributions/span-attributions-mode.js";
import type { Transport } from "./deliver/transport/transport.js";
import { dialectMistakes } from "./read/dialects/custom/resolve-dialects.js";
import type { TransformOptions } from "./read/transform.js";

/**
 * Options of span processor, exporter and publisher. Each has an environment variable; an option in code goes before it.
 * A value in code that cannot be used throws a `ConfigError` that lists all of them; one in the environment is told through
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
  /** How long an event waits for company before it is sent. `AGENT_ACTIONS_EXPORTER_LINGER_MS`. @default 10 */
  readonly lingerMillis?: number | undefined;
  /** Requests with at least so many bytes of events are compressed with gzip. `AGENT_ACTIONS_EXPORTER_GZIP_MIN_BYTES`. @default 16_384 */
  readonly gzipMinBytes?: number | undefined;
  /** Largest event in bytes; the largest parts of a larger one are trimmed. `AGENT_ACTIONS_EXPORTER_MAX_RECORD_BYTES`. @default 1_000_000 */
  readonly maxRecordBytes?: number | undefined;
  /** How long `forceFlush()` waits. `AGENT_ACTIONS_EXPORTER_FLUSH_TIMEOUT_MS`. @default 10_000 */
  readonly flushTimeoutMillis?: number | undefined;
  /** How long `shutdown()` waits. `AGENT_ACTIONS_EXPORTER_SHUTDOWN_TIMEOUT_MS`. @default 10_000 */
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
   * Record calls that have no span, when a model is told that they failed or were denied.
   * `AGENT_ACTIONS_EXPORTER_CALLS_WITHOUT_SPAN`. @default true
   */
  readonly callsWithoutSpan?: boolean | undefined;
  /**
   * Of which spans `KafkaActionExporter` sends facts, by which the consumer completes actions that were sent before the spans around
   * them had ended: of those that an action of this process awaits, or of `"all"`, where the spans of one trace come to
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
  /** Another way out than Kafka: for tests, another client, a spool. */
  readonly transport?: Transport | undefined;
}

export interface ResolvedExporterOptions {
  readonly kafka: KafkaSettings;
  readonly topics: TopicNames;
  readonly maxQueueSize: number;
  readonly maxQueueBytes: number;
  readonly maxExportBatchSize: number;
  readonly maxBatchBytes: number;
  readonly lingerMillis: number;
  readonly gzipMinBytes: number;
  readonly maxRecordBytes: number;
  readonly flushTimeoutMillis: number;
  readonly shutdownTimeoutMillis: number;
  readonly maxHeldEvents: number;
  readonly maxHeldBytes: number;
  readonly maxHeldMillis: number;
  readonly callsWithoutSpan: boolean;
  readonly spanAttributions: SpanAttributionsMode;
  readonly flushOnExit: boolean;
  readonly recordUnsampled: boolean;
  readonly transport: Transport | undefined;
}

/** Variables are named after the options: `lingerMillis` is `AGENT_ACTIONS_EXPORTER_LINGER_MS`. */
export const ENV_PREFIX = "AGENT_ACTIONS_EXPORTER_";

const MILLIS: NumberRange = { minimum: 0, maximum: 3_600_000 };

/** Every number among the options: its default, and what it may be. */
export const NUMBER_OPTIONS = {
  maxQueueSize: { default: 20_000, minimum: 1, maximum: 10_000_000 },
  maxQueueBytes: { default: 67_108_864, minimum: MAX_RECORD_BYTES, maximum: 2 ** 40 },
  maxExportBatchSize: { default: 100, minimum: 1, maximum: 10_000 },
  maxBatchBytes: { default: 262_144, minimum: 1_024, maximum: MAX_RECORD_BYTES },
  lingerMillis: { default: 10, ...MILLIS },
  gzipMinBytes: { default: 16_384, minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  maxRecordBytes: { default: MAX_RECORD_BYTES, minimum: 8_192, maximum: 100_000_000 },
  flushTimeoutMillis: { default: 10_000, ...MILLIS },
  shutdownTimeoutMillis: { default: 10_000, ...MILLIS },
  maxHeldEvents: { default: 1_000, minimum: 0, maximum: 1_000_000 },
  maxHeldBytes: { default: 16_777_216, minimum: 0, maximum: 2 ** 40 },
  maxHeldMillis: { default: 60_000, ...MILLIS },
} as const satisfies Record<string, NumberRange & { readonly default: number }>;

type NumberOption = keyof typeof NUMBER_OPTIONS;

/** @throws ConfigError when a value in `options` cannot be used; it lists all of them */
export function resolveExporterOptions(
  options: ExporterOptions = {},
  env: NodeJS.ProcessEnv = process.env,
): ResolvedExporterOptions {
  const reader = new EnvReader(env);
  const mistakes: string[] = [];
  const number = (name: NumberOption) => readNumber(name, options[name], reader, mistakes);
  const flag = (name: FlagOption, standard: boolean) =>
    readFlag(name, options[name], standard, reader, mistakes);
  const resolved = Object.freeze({
    kafka: resolveKafkaSettings(options, reader, mistakes),
    topics: resolveTopicSettings(options.topics, reader, mistakes),
    maxQueueSize: number("maxQueueSize"),
    maxQueueBytes: number("maxQueueBytes"),
    maxExportBatchSize: number("maxExportBatchSize"),
    maxBatchBytes: number("maxBatchBytes"),
    lingerMillis: number("lingerMillis"),
    gzipMinBytes: number("gzipMinBytes"),
    maxRecordBytes: number("maxRecordBytes"),
    flushTimeoutMillis: number("flushTimeoutMillis"),
    shutdownTimeoutMillis: number("shutdownTimeoutMillis"),
    maxHeldEvents: number("maxHeldEvents"),
    maxHeldBytes: number("maxHeldBytes"),
    maxHeldMillis: number("maxHeldMillis"),
    callsWithoutSpan: flag("callsWithoutSpan", true),
    spanAttributions: readSpanAttributions(options.spanAttributions, reader, mistakes),
    flushOnExit: flag("flushOnExit", true),
    recordUnsampled: flag("recordUnsampled", false),
    transport: options.transport,
  });
  mistakes.push(...dialectMistakes(options.dialects));
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  const log = diag.createComponentLogger({ namespace: "otel-agent-actions" });
  for (const problem of reader.problems) log.warn(`${problem}. The default is used.`);
  return resolved;
}

function readNumber(
  name: NumberOption,
  given: number | undefined,
  env: EnvReader,
  mistakes: string[],
): number {
  const { default: standard, ...range } = NUMBER_OPTIONS[name];
  return checkNumber(name, given, range, mistakes) ?? env.integer(variableOf(name), range) ?? standard;
}

type FlagOption = "flushOnExit" | "callsWithoutSpan" | "recordUnsampled";

function readFlag(
  name: FlagOption,
  given: boolean | undefined,
  standard: boolean,
  env: EnvReader,
  mistakes: string[],
): boolean {
  if (typeof given === "boolean") return given;
  if (given !== undefined) mistakes.push(`${name} has to be true or false`);
  return env.boolean(variableOf(name)) ?? standard;
}

function readSpanAttributions(
  given: SpanAttributionsMode | undefined,
  env: EnvReader,
  mistakes: string[],
): SpanAttributionsMode {
  if (given !== undefined && SPAN_ATTRIBUTIONS.includes(given)) return given;
  if (given !== undefined) mistakes.push(`spanAttributions has to be one of ${SPAN_ATTRIBUTIONS.join(", ")}`);
  return env.choice(variableOf("spanAttributions"), SPAN_ATTRIBUTIONS) ?? "awaited";
}

/** The environment variable of an option. Milliseconds are `_MS` there, as in the specification's `BATCH_TIMEOUT_MS`. */
export function variableOf(option: string): string {
  const name = option.replace(/Millis$/, "Ms");
  return ENV_PREFIX + name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
