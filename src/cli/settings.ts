import { EnvReader } from "../config/env-reader.js";
import { type KafkaSettings, resolveKafkaSettings } from "../config/kafka-settings.js";
import { type PostgresSettings, resolvePostgresSettings } from "../config/postgres-settings.js";
import { resolveTopicSettings } from "../config/topic-settings.js";
import { ConfigError } from "../errors.js";
import type { TopicNames } from "../event/topics.js";

export interface CliSettings {
  readonly kafka: KafkaSettings;
  readonly postgres: PostgresSettings;
  readonly topics: TopicNames;
}

export interface ConnectionFlags {
  readonly "bootstrap-servers"?: string | undefined;
  readonly "database-url"?: string | undefined;
}

/** Where everything is: command line over environment over default. Throws `ConfigError` with all problems at once. */
export function resolveSettings(flags: ConnectionFlags, env: NodeJS.ProcessEnv): CliSettings {
  const reader = new EnvReader(env);
  const settings = {
    kafka: resolveKafkaSettings({ brokers: flags["bootstrap-servers"] }, reader),
    postgres: resolvePostgresSettings({ url: flags["database-url"] }, reader),
    topics: resolveTopicSettings(undefined, reader),
  };
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return settings;
}
