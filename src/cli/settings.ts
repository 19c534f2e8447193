import { EnvReader } from "../config/env-reader.js";
import { type KafkaSettings, resolveKafkaSettings } from "../config/kafka-settings.js";
import { type PostgresSettings, resolvePostgresSettings } from "../config/postgres-settings.js";
import { resolveTopicSettings } from "../config/topic-settings.js";
import { DEFAULT_GROUP_ID } from "../consumer/options.js";
import { ConfigError } from "../errors.js";
import type { TopicNames } from "../event/topics.js";

export interface CliSettings {
  readonly kafka: KafkaSettings;
  readonly postgres: PostgresSettings;
  readonly topics: TopicNames;
  readonly groupId: string;
}

export interface ConnectionFlags {
  readonly "bootstrap-servers"?: string | undefined;
  readonly "database-url"?: string | undefined;
  readonly group?: string | undefined;
}

/** Where everything is: command line over environment over default. Throws `ConfigError` with all problems at once. */
export function resolveSettings(flags: ConnectionFlags, env: NodeJS.ProcessEnv): CliSettings {
  const reader = new EnvReader(env);
  const settings = {
    kafka: resolveKafkaSettings({ brokers: flags["bootstrap-servers"] }, reader),
    postgres: resolvePostgresSettings({ url: flags["database-url"] }, reader),
    topics: resolveTopicSettings(undefined, reader),
    groupId: flags.group ?? reader.text("KAFKA_GROUP_ID") ?? DEFAULT_GROUP_ID,
  };
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return settings;
}
