import { KAFKA_OPTIONS as KAFKA } from "../../config/kafka-settings.js";
import { CONSUMER_OPTIONS } from "../../consumer/options.js";
import type { OptionTable } from "./option.js";

// Options that several commands have, so that they read the same everywhere.

export const KAFKA_OPTIONS = {
  "bootstrap-servers": {
    type: "text",
    value: "HOST:PORT,...",
    env: ["KAFKA_BOOTSTRAP_SERVERS"],
    otherwise: KAFKA.brokers.default.join(),
    description: "Where Kafka is. TLS and credentials: AGENT_ACTIONS_KAFKA_SSL, AGENT_ACTIONS_KAFKA_SASL_*.",
  },
} as const satisfies OptionTable;

export const DATABASE_OPTIONS = {
  "database-url": {
    type: "text",
    value: "URL",
    env: ["DATABASE_URL", "POSTGRES_*", "PG*"],
    otherwise: "localhost:5432",
    description: "Where Postgres is. A password is better kept in the environment than in a command.",
  },
} as const satisfies OptionTable;

export const GROUP_OPTIONS = {
  group: {
    type: "text",
    value: "ID",
    env: ["KAFKA_GROUP_ID"],
    otherwise: CONSUMER_OPTIONS.groupId.default,
    description: "Consumer group.",
  },
} as const satisfies OptionTable;

export const JSON_OPTIONS = {
  json: { type: "flag", description: "Results as JSON, one object a line." },
} as const satisfies OptionTable;
