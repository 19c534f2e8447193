import { HTTP_OPTIONS } from "../../config/http-settings.js";
import { flag, type OptionTable } from "../../config/option.js";
import { OTLP_OPTIONS } from "../../config/otlp-settings.js";
import { CONSUMER_OPTIONS } from "../../consumer/option-table.js";
import { defineCommand } from "../framework/command.js";
import { DATABASE_OPTIONS, GROUP_OPTIONS, KAFKA_OPTIONS } from "../framework/shared-options.js";

export const CONSUME_OPTIONS = {
  ...KAFKA_OPTIONS,
  ...DATABASE_OPTIONS,
  ...GROUP_OPTIONS,
  port: HTTP_OPTIONS.port,
  otlp: flag({
    env: OTLP_OPTIONS.enabled.env,
    description:
      "Take spans and log records from programs in any language: OTLP/HTTP at /v1/traces and /v1/logs of the HTTP server. AGENT_ACTIONS_OTLP_TOKEN asks for a bearer token.",
  }),
  "otlp-grpc-port": OTLP_OPTIONS.grpcPort,
  "otlp-topic": OTLP_OPTIONS.topic,
  "otlp-logs-topic": OTLP_OPTIONS.logsTopic,
  "otlp-encoding": OTLP_OPTIONS.encoding,
  correct: OTLP_OPTIONS.correct,
  spool: CONSUMER_OPTIONS.spool,
  "batch-size": CONSUMER_OPTIONS.batchSize,
  "batch-timeout": CONSUMER_OPTIONS.batchTimeoutMillis,
  "log-level": CONSUMER_OPTIONS.logLevel,
} as const satisfies OptionTable;

export const consumeCommand = defineCommand({
  name: "consume",
  summary: "stores events in Postgres; serves /health, /metrics.",
  usage: ["consume [options]"],
  details: [
    "Runs until SIGTERM or SIGINT: then it stops taking records, stores what it has, commits, leaves the group and exits with 0. A second signal ends it at once.",
    "Several instances share the work as one group. The database has to be migrated and the topics have to exist: see migrate and topics. Further settings: docs/configuration.md.",
  ],
  options: CONSUME_OPTIONS,
  examples: [
    { command: "consume", does: "With the settings of the environment." },
    { command: "consume --group audit --port 9090", does: "A second group with rows of its own." },
    { command: "consume --spool ./spool", does: "From files of this machine, without Kafka: docs/spool.md." },
    { command: "consume --otlp", does: "Also for agents in Python, Java, Go: docs/otlp.md." },
  ],
  run: async (input, context) => (await import("../consume/run-consume.js")).runConsume(input, context),
});
