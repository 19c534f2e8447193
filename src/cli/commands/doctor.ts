import { defineCommand } from "../framework/command.js";
import type { OptionTable } from "../framework/option.js";
import { DATABASE_OPTIONS, GROUP_OPTIONS, KAFKA_OPTIONS } from "../framework/shared-options.js";

export const DOCTOR_OPTIONS = {
  json: { type: "flag", description: "One JSON object with all findings." },
  ...KAFKA_OPTIONS,
  ...DATABASE_OPTIONS,
  ...GROUP_OPTIONS,
  port: {
    type: "integer",
    value: "N",
    minimum: 1,
    maximum: 65_535,
    env: ["HEALTH_CHECK_PORT"],
    otherwise: "8080",
    description: "Port of the consumer's HTTP server on this machine.",
  },
} as const satisfies OptionTable;

export const doctorCommand = defineCommand({
  name: "doctor",
  summary: "finds what is wrong between an agent and its rows.",
  usage: ["doctor [options]"],
  details: [
    "Looks at Node and the copies of the OpenTelemetry API in this folder, at Kafka and the addresses that its brokers advertise, at topics, consumer group, lag and health, at the database and its migrations, and at the clocks. It changes nothing. Exit code 1 when something fails.",
  ],
  options: DOCTOR_OPTIONS,
  examples: [
    { command: "doctor", does: "With the settings of the environment." },
    { command: "dev -- agent-actions doctor", does: "How it looks when all is well." },
  ],
  run: async (input, context) => (await import("../doctor/run-doctor.js")).runDoctor(input, context),
});
