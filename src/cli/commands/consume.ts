import { HTTP_OPTIONS } from "../../config/http-settings.js";
import { LOG_LEVEL_OPTION, LOG_LEVELS } from "../../config/log-settings.js";
import { OTLP_ENCODINGS } from "../../config/otlp-settings.js";
import { CONSUMER_OPTIONS } from "../../consumer/options.js";
import { defineCommand } from "../framework/command.js";
import type { OptionTable } from "../framework/option.js";
import { DATABASE_OPTIONS, GROUP_OPTIONS, KAFKA_OPTIONS } from "../framework/shared-options.js";

export const CONSUME_OPTIONS = {
  ...KAFKA_OPTIONS,
  ...DATABASE_OPTIONS,
  ...GROUP_OPTIONS,
  port: {
    type: "integer",
    value: "N",
    minimum: 0,
    maximum: 65_535,
    env: ["HEALTH_CHECK_PORT"],
    otherwise: String(HTTP_OPTIONS.port.default),
    description: "Port of the HTTP server; 0 takes a free one.",
  },
  otlp: {
    type: "flag",
    env: ["AGENT_ACTIONS_OTLP_ENABLED"],
    description:
      "Take spans from programs in any language: OTLP/HTTP at /v1/traces of the HTTP server. AGENT_ACTIONS_OTLP_TOKEN asks for a bearer token.",
  },
  "otlp-topic": {
    type: "text",
    value: "TOPIC",
    env: ["AGENT_ACTIONS_OTLP_TOPIC"],
    otherwise: "none",
    description: "Consume OTLP that a Collector's Kafka exporter writes to this topic, too.",
  },
  "otlp-encoding": {
    type: "choice",
    of: OTLP_ENCODINGS,
    env: ["AGENT_ACTIONS_OTLP_ENCODING"],
    otherwise: "otlp_proto",
    description: "What the records of that topic are.",
  },
  "batch-size": {
    type: "integer",
    value: "N",
    minimum: 1,
    env: ["BATCH_SIZE"],
    otherwise: String(CONSUMER_OPTIONS.batchSize.default),
    description: "Events that are stored together at most.",
  },
  "batch-timeout": {
    type: "integer",
    value: "MS",
    minimum: 1,
    env: ["BATCH_TIMEOUT_MS"],
    otherwise: String(CONSUMER_OPTIONS.batchTimeoutMillis.default),
    description: "Milliseconds after which a batch that is not full is stored.",
  },
  "log-level": {
    type: "choice",
    of: LOG_LEVELS,
    env: ["LOG_LEVEL"],
    otherwise: LOG_LEVEL_OPTION.default,
    description: "The log goes to standard output, one JSON object a line. Payloads are never logged.",
  },
} as const satisfies OptionTable;

export const consumeCommand = defineCommand({
  name: "consume",
  summary: "stores events in Postgres; answers /health, /metrics.",
  usage: ["consume [options]"],
  details: [
    "Runs until SIGTERM or SIGINT: then it stops taking records, stores what it has, commits, leaves the group and exits with 0. A second signal ends it at once.",
    "Several instances share the work as one group. The database has to be migrated and the topics have to exist: see migrate and topics. Further settings: docs/configuration.md.",
  ],
  options: CONSUME_OPTIONS,
  examples: [
    { command: "consume", does: "With the settings of the environment." },
    { command: "consume --group audit --port 9090", does: "A second group with rows of its own." },
    { command: "consume --otlp", does: "Also for agents in Python, Java, Go: docs/otlp.md." },
  ],
  run: async (input, context) => (await import("../consume/run-consume.js")).runConsume(input, context),
});
