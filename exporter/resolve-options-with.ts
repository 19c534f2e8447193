import { EnvReader } from "../src/config/env-reader.js";
import { type KafkaSettings, resolveKafkaSettings } from "../src/config/kafka-settings.js";
import type { SettingsOf } from "../src/config/option.js";
import { CAPTURE_CONTENT_OPTION, LLM_CALLS } from "../src/config/reading-options.js";
import { resolveOptions } from "../src/config/resolve-options.js";
import { resolveTopicSettings } from "../src/config/topic-settings.js";
import { ConfigError } from "../src/errors.js";
import type { TopicNames } from "../src/event/index.js";
import type { OnLoop } from "./deliver/loop-watch.js";
import { log } from "./deliver/say.js";
import type { SpoolMode } from "./deliver/spool-settings.js";
import type { Transport } from "./deliver/transport.js";
import type { TransportName } from "./deliver/transport-settings.js";
import { EXPORTER_OPTIONS, type ExporterOptions } from "./options.js";

export interface ResolvedExporterOptions
  extends Omit<SettingsOf<typeof EXPORTER_OPTIONS>, "spool" | "transport"> {
  readonly spool: SpoolMode;
  readonly kafka: KafkaSettings;
  readonly topics: TopicNames;
  readonly transport: TransportName | Transport;
  readonly onLoop: OnLoop | undefined;
}

/** Redacting so many characters takes an agent some milliseconds at worst. */
const REDACTED_IN_TURN = 131_072;

/** Contents of more characters become a `LargeText`. `undefined`: none. */
export function largeAbove({
  redactionThread,
  largeResults,
  largeResultBytes,
}: ResolvedExporterOptions): number | undefined {
  if (!redactionThread) return undefined;
  return largeResults === undefined ? REDACTED_IN_TURN : Math.min(REDACTED_IN_TURN, largeResultBytes);
}

/** A thread has no functions of this one; and an event that has to be on the disk before it is accepted cannot wait for a thread. */
const hasOwnThread = (wanted: boolean, spool: SpoolMode, { redaction }: ExporterOptions): boolean =>
  wanted && spool !== "always" && redaction?.redact === undefined;

/** Every mistake of `dialects` in code. */
export type DialectMistakes = (dialects: unknown) => readonly string[];

/**
 * @param dialectMistakes needs all dialects to be loaded, so whoever has none in code does without
 * @throws ConfigError when a value in `options` cannot be used; it lists all of them
 */
export function resolveWith(
  dialectMistakes: DialectMistakes,
  options: ExporterOptions,
  env: NodeJS.ProcessEnv = process.env,
): ResolvedExporterOptions {
  const reader = new EnvReader(env);
  const mistakes: string[] = [];
  const { transport } = options;
  const named = typeof transport === "object" ? undefined : transport;
  const own = resolveOptions(EXPORTER_OPTIONS, { ...options, transport: named }, { env: reader, mistakes });
  if (own.spool !== undefined && own.spool !== "off" && own.spoolDirectory === undefined)
    (options.spool === undefined ? reader.problems : mistakes).push(
      `spool has to be off as long as no spoolDirectory (AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY) is named`,
    );
  if (options.onLoop !== undefined && typeof options.onLoop !== "function")
    mistakes.push("onLoop has to be a function");
  if (own.largeResults !== undefined && options.redaction?.redact !== undefined)
    (options.largeResults === undefined ? reader.problems : mistakes).push(
      "largeResults (AGENT_ACTIONS_LARGE_RESULTS) cannot be used with redaction.redact: a thread of its own redacts them, which has no functions of this one",
    );
  const isOff = own.spoolDirectory === undefined || own.spool === "off";
  const isLocal = own.transport === "spool" && typeof transport !== "object";
  if (isLocal && isOff)
    (named === undefined ? reader.problems : mistakes).push(
      "transport spool needs a spoolDirectory (AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY), and no spool that is off",
    );
  const spool = isOff ? "off" : (own.spool ?? (isLocal ? "always" : "overflow"));
  const largeResults = options.redaction?.redact === undefined ? own.largeResults : undefined;
  const resolved = Object.freeze({
    ...own,
    largeResults,
    redactionThread: largeResults !== undefined || hasOwnThread(own.redactionThread, spool, options),
    spool,
    kafka: resolveKafkaSettings(options, reader, mistakes),
    topics: resolveTopicSettings(options.topics, reader, mistakes),
    transport: typeof transport === "object" ? transport : isOff ? "kafka" : own.transport,
    onLoop: options.onLoop,
  });
  const { captureContent } = options;
  if (captureContent !== undefined && CAPTURE_CONTENT_OPTION.fromCode(captureContent) === undefined)
    mistakes.push("captureContent has to be true or false");
  if (options.llmCalls !== undefined && !LLM_CALLS.includes(options.llmCalls))
    mistakes.push(`llmCalls has to be one of ${LLM_CALLS.join(", ")}`);
  mistakes.push(...dialectMistakes(options.dialects));
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  for (const problem of reader.problems) log().warn(`${problem}. The default is used.`);
  return resolved;
}
