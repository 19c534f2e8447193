import { EnvReader } from "../config/env-reader.js";
import { type HttpSettings, resolveHttpSettings } from "../config/http-settings.js";
import { type KafkaSettings, resolveKafkaSettings } from "../config/kafka-settings.js";
import { type PostgresSettings, resolvePostgresSettings } from "../config/postgres-settings.js";
import { resolveOption } from "../config/resolve-options.js";
import { Secret } from "../config/secret.js";
import { resolveTopicSettings } from "../config/topic-settings.js";
import { CONSUMER_OPTIONS } from "../consumer/option-table.js";
import { ConfigError } from "../errors.js";
import type { TopicNames } from "../event/topics.js";

export interface CliSettings {
  readonly kafka: KafkaSettings;
  readonly postgres: PostgresSettings;
  readonly topics: TopicNames;
  readonly groupId: string;
  readonly http: HttpSettings;
}

export interface ConnectionFlags {
  readonly "bootstrap-servers"?: string | readonly string[] | undefined;
  readonly "database-url"?: string | Secret | undefined;
  readonly group?: string | undefined;
  readonly port?: number | undefined;
}

export interface ResolveHooks {
  /** Called with a sentence for each variable that is passed over. */
  readonly onNotice: (sentence: string) => void;
  /** Names further problems of the environment. */
  readonly check?: (env: EnvReader) => void;
}

/** Where everything is: command line over environment over default. Throws `ConfigError` with all problems at once. */
export function resolveSettings(
  flags: ConnectionFlags,
  env: NodeJS.ProcessEnv,
  { onNotice, check = () => undefined }: ResolveHooks,
): CliSettings {
  const reader = new EnvReader(env);
  const url = flags["database-url"];
  const settings = {
    kafka: resolveKafkaSettings({ brokers: flags["bootstrap-servers"] }, reader),
    postgres: resolvePostgresSettings({ url: url instanceof Secret ? url.reveal() : url }, reader),
    topics: resolveTopicSettings(undefined, reader),
    groupId: resolveOption("group", CONSUMER_OPTIONS.groupId, flags.group, { env: reader }),
    http: resolveHttpSettings({ port: flags.port }, reader),
  };
  check(reader);
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  for (const notice of reader.notices) onNotice(`${notice}.`);
  return settings;
}
