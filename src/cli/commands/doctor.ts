import { flag, type OptionTable } from "../../config/option.js";
import { defineCommand } from "../framework/command.js";
import { DATABASE_OPTIONS, GROUP_OPTIONS, KAFKA_OPTIONS, PORT_OPTIONS } from "../framework/shared-options.js";

export const DOCTOR_OPTIONS = {
  json: flag({ description: "One JSON object with all findings." }),
  ...KAFKA_OPTIONS,
  ...DATABASE_OPTIONS,
  ...GROUP_OPTIONS,
  ...PORT_OPTIONS,
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
