/** What a service is told, and what comes of it. */
import { type AlertSettings, DEFAULT_ALERTS } from "./config/alert-rules.js";
import { type ApiOptions, resolveApiSettings } from "./config/api-settings.js";
import { EnvReader } from "./config/env-reader.js";
import { type EvidenceOptions, resolveEvidenceSettings } from "./config/evidence-settings.js";
import { type HttpOptions, resolveHttpSettings } from "./config/http-settings.js";
import { type IntakeOptions, resolveIntakeSettings } from "./config/intake-settings.js";
import { type McpOptions, resolveMcpSettings } from "./config/mcp-settings.js";
import { type NoticeOptions, type NoticeSettings, resolveNoticeSettings } from "./config/notice-settings.js";
import { type OtlpOptions, type OtlpSettings, resolveOtlpSettings } from "./config/otlp-settings.js";
import { type RetentionOptions, resolveRetentionSettings } from "./config/retention-settings.js";
import { resolveStatisticsSettings, type StatisticsOptions } from "./config/statistics-settings.js";
import {
  type ConsumerOptions,
  type ResolvedConsumerOptions,
  resolveConsumerOptions,
} from "./consumer/options.js";
import { ConfigError } from "./errors.js";
import { readKeyFile } from "./evidence/key-file.js";
import type { SigningKey } from "./evidence/note.js";

export interface ServiceOptions extends ConsumerOptions {
  /** `GET /health`, `/ready` and `/metrics`. */
  readonly http?: HttpOptions;
  /** Spans from programs in any language; off by default. */
  readonly otlp?: OtlpOptions;
  /** Events as JSON: `POST /v1/actions`; off by default. */
  readonly intake?: IntakeOptions;
  /** Reading what was recorded: `/api/v1`. */
  readonly api?: ApiOptions;
  /** Tools for language models: `/mcp`. */
  readonly mcp?: McpOptions;
  /** Statistics and summaries of runs, kept in the background; on by default. */
  readonly statistics?: StatisticsOptions;
  /** Loops and the like, looked for in the background; on by default. */
  readonly notices?: NoticeOptions;
  /** For how long rows are kept; for ever by default. */
  readonly retention?: RetentionOptions;
  /** A log of hashes that shows whether somebody changed rows; off by default. */
  readonly evidence?: EvidenceOptions;
  /** Stops the service when it is aborted, as `stop()` does. */
  readonly signal?: AbortSignal;
}

/** Everything that is set, checked. Throws `ConfigError` with all problems at once; connects to nothing. */
export async function resolveService(options: ServiceOptions) {
  const env = new EnvReader(options.env ?? process.env);
  const settings = resolveConsumerOptions(options, env);
  const http = resolveHttpSettings(options.http ?? {}, env);
  const otlpSettings = resolveOtlpSettings(options.otlp ?? {}, env);
  const api = resolveApiSettings(options.api ?? {}, env);
  const mcp = resolveMcpSettings(options.mcp ?? {}, env);
  const intake = resolveIntakeSettings(options.intake ?? {}, env);
  const statistics = resolveStatisticsSettings(options.statistics ?? {}, env);
  const noticing = resolveNoticeSettings(options.notices ?? {}, env);
  const alerts = await alertsOf(noticing, options.env ?? process.env, env.problems);
  const retention = resolveRetentionSettings(options.retention ?? {}, env);
  const evidence = resolveEvidenceSettings(options.evidence ?? {}, env);
  const evidenceKey = evidenceKeyOf(evidence.keyFile, env.problems);
  reportOwnTopic(otlpSettings, settings, env.problems);
  // Loaded only where it is used: a service that only consumes needs no dialects.
  const takesSpans =
    otlpSettings.enabled ||
    otlpSettings.grpcPort !== undefined ||
    otlpSettings.topic !== undefined ||
    otlpSettings.logsTopic !== undefined ||
    intake.enabled;
  const receiver = takesSpans ? await import("./otlp/otlp-receiver.js") : undefined;
  if (takesSpans) (await import("./otlp/pipeline-problems.js")).reportPipelineProblems(env);
  // Several parts of the service may read one variable.
  if (env.problems.length > 0) throw new ConfigError([...new Set(env.problems)]);
  return {
    settings,
    http,
    otlp: otlpSettings,
    api,
    mcp,
    intake,
    receiver,
    statistics,
    noticing,
    alerts,
    retention,
    evidence: evidenceKey && { settings: evidence, key: evidenceKey },
    notices: env.notices,
  };
}

async function alertsOf(
  { enabled, alertsFile }: NoticeSettings,
  env: NodeJS.ProcessEnv,
  problems: string[],
): Promise<AlertSettings> {
  if (!enabled || alertsFile === undefined) return DEFAULT_ALERTS;
  try {
    return (await import("./notices/alerts-file.js")).readAlertsFile(alertsFile, env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
    return DEFAULT_ALERTS;
  }
}

function evidenceKeyOf(file: string | undefined, problems: string[]): SigningKey | undefined {
  if (file === undefined) return undefined;
  const key = readKeyFile(file);
  if (!("problem" in key)) return key;
  problems.push(`AGENT_ACTIONS_EVIDENCE_KEY_FILE: ${key.problem}`);
  return undefined;
}

function reportOwnTopic(
  { topic, logsTopic }: OtlpSettings,
  { topics, spool }: ResolvedConsumerOptions,
  problems: string[],
): void {
  const given = { AGENT_ACTIONS_OTLP_TOPIC: topic, AGENT_ACTIONS_OTLP_LOGS_TOPIC: logsTopic };
  for (const [variable, name] of Object.entries(given)) {
    if (name !== undefined && spool !== undefined)
      problems.push(`${variable} needs Kafka, and AGENT_ACTIONS_CONSUMER_SPOOL is set: unset one of them`);
    if (name !== undefined && Object.values(topics).includes(name))
      problems.push(`${variable} ${name} is a topic of events: it has to be another one`);
  }
  if (topic !== undefined && topic === logsTopic)
    problems.push(`AGENT_ACTIONS_OTLP_LOGS_TOPIC ${topic} is the topic with spans: a Collector writes two`);
}
