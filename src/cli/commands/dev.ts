import { HTTP_OPTIONS } from "../../config/http-settings.js";
import { choice, flag, integer, type OptionTable, text } from "../../config/option.js";
import { defineCommand } from "../framework/command.js";

export const DEV_OPTIONS = {
  only: choice({
    of: ["kafka", "postgres"],
    defaultText: "both",
    description: "Start one of the two servers only, and no consumer.",
  }),
  "no-kafka": flag({
    description:
      "Start no Kafka: events go through files to the consumer. So it is, too, where neither Java with Maven nor Docker is found.",
  }),
  "no-consumer": flag({ description: "Start no consumer: events wait in Kafka." }),
  port: integer({
    minimum: 1,
    maximum: 65_535,
    env: HTTP_OPTIONS.port.env,
    defaultText: "8080, or a free one when that is taken",
    description: "Port of the consumer's HTTP server.",
  }),
  "keep-data": text({
    placeholder: "DIR",
    defaultText: "a temporary folder that is removed at the end",
    description: "Keep the data in this folder, and go on with what is in it.",
  }),
  stay: flag({
    description:
      "After the program has ended, say the links of the runs that it recorded, and keep everything up until Ctrl-C.",
  }),
  json: flag({
    description:
      "One line of JSON with all addresses when everything is ready. With a program it goes to standard error, so that standard output is the program's.",
  }),
} as const satisfies OptionTable;

export const devCommand = defineCommand({
  name: "dev",
  summary: "starts a real Kafka and a real Postgres for your agent.",
  usage: ["dev [options]", "dev [options] -- PROGRAM [ARGUMENTS...]"],
  details: [
    "Starts both servers on free ports of this machine, migrates the database, makes the topics and starts the consumer with its HTTP server. Then it prints where everything is and stays until it is interrupted.",
    "With a program it runs that with the environment set (KAFKA_BOOTSTRAP_SERVERS, DATABASE_URL, POSTGRES_*, HEALTH_CHECK_PORT), waits up to 15 s until its actions are stored, shows them on standard error with the link of their run, ends everything (with --stay, only after Ctrl-C) and exits as the program did: its exit code, or 128 and the number of the signal.",
    "Spans of agents in any language are taken by OTLP/HTTP: unless the environment says where traces go, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT leads there.",
    "Coding agents (claude, codex, gemini, qwen, opencode, copilot) are started so that they send their telemetry here; what it contains, their own switches say. With a task on their command line (claude -p, codex exec), rows are shown on standard error as they come.",
    "A Kafka or Postgres that the environment names is used instead of an own one. Nothing is left running, however this ends.",
  ],
  options: DEV_OPTIONS,
  takesProgram: true,
  examples: [
    { command: "dev", does: "Everything, until Ctrl-C." },
    { command: "dev -- node agent.js", does: "Run an agent against a stack of its own." },
    {
      command: "dev --stay -- node agent.js",
      does: "The same, and look at its run in the dashboard afterwards.",
    },
    {
      command: "dev -- opentelemetry-instrument python agent.py",
      does: "The same in Python, with instrumentations of its own.",
    },
    { command: "dev -- claude -p 'mend the tests'", does: "See what a coding agent does." },
    {
      command: "dev --no-consumer -- npm test",
      does: "Run tests that need a Kafka and a migrated Postgres.",
    },
    { command: "dev --no-kafka -- node agent.js", does: "With nothing but Node: docs/spool.md." },
    { command: "dev --keep-data ./.agent-actions", does: "Find the rows again next time." },
  ],
  run: async (input, context) => (await import("../dev/run-dev.js")).runDev(input, context),
});
