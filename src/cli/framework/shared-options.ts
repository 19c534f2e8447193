import { HTTP_OPTIONS } from "../../config/http-settings.js";
import { KAFKA_OPTIONS as KAFKA } from "../../config/kafka-settings.js";
import { flag, type OptionTable } from "../../config/option.js";
import { POSTGRES_OPTIONS } from "../../config/postgres-settings.js";
import { CONSUMER_OPTIONS } from "../../consumer/option-table.js";

// Options that several commands have, so that they read the same everywhere.

export const KAFKA_OPTIONS = {
  "bootstrap-servers": {
    ...KAFKA.brokers,
    description: "Where Kafka is. TLS and credentials: AGENT_ACTIONS_KAFKA_SSL, AGENT_ACTIONS_KAFKA_SASL_*.",
  },
} as const satisfies OptionTable;

export const DATABASE_OPTIONS = {
  "database-url": {
    ...POSTGRES_OPTIONS.url,
    env: ["DATABASE_URL", "POSTGRES_*", "PG*"],
    defaultText: `${POSTGRES_OPTIONS.host.default}:${POSTGRES_OPTIONS.port.default}`,
    description:
      "Where Postgres is. A password is better kept in the environment than in a command. TLS: AGENT_ACTIONS_POSTGRES_SSL.",
  },
} as const satisfies OptionTable;

export const GROUP_OPTIONS = {
  group: { ...CONSUMER_OPTIONS.groupId, description: "Consumer group." },
} as const satisfies OptionTable;

export const PORT_OPTIONS = {
  port: { ...HTTP_OPTIONS.port, description: "Port of the consumer's HTTP server on this machine." },
} as const satisfies OptionTable;

export const JSON_OPTIONS = {
  json: flag({ description: "Results as JSON, one object a line." }),
} as const satisfies OptionTable;
