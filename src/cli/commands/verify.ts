import { flag, integer, type OptionTable, text } from "../../config/option.js";
import { defineCommand } from "../framework/command.js";
import { DATABASE_OPTIONS, GROUP_OPTIONS, KAFKA_OPTIONS } from "../framework/shared-options.js";

export const VERIFY_OPTIONS = {
  since: text({
    placeholder: "WHEN",
    defaultText: "everything that is known",
    description:
      "Producers that were seen since then, and records of Kafka since then: 30s, 10m, 2h, 3d or an ISO 8601 time.",
  }),
  run: text({
    placeholder: "ID",
    description: "One run, by its correlation id: a UUID, a trace id, or the text that its producer gave.",
  }),
  producer: text({ placeholder: "NAME", description: "One producer: its epoch, or a service.name." }),
  records: flag({
    description: "Read the records that Kafka still has, too, and look for the row of each.",
  }),
  wait: integer({
    minimum: 0,
    maximum: 86_400,
    default: 0,
    unit: "seconds",
    description: "Ask again for at most so many seconds while records are on their way.",
  }),
  json: flag({ description: "One JSON object." }),
  ...KAFKA_OPTIONS,
  ...DATABASE_OPTIONS,
  ...GROUP_OPTIONS,
} as const satisfies OptionTable;

export const verifyCommand = defineCommand({
  name: "verify",
  summary: "says whether what was sent is stored, or what is missing.",
  usage: ["verify [options]"],
  details: [
    "Holds the numbers that producers gave their records against what has arrived, what the group has read of Kafka, the dead letters and the rows. It changes nothing. Without --records it reads no records but dead letters; with it, it also finds rows that were removed after they were stored, and records without numbers.",
    "Exit code 0: all is there, or its absence is counted with a reason. 1: something is missing. 75: it cannot be said, or not yet.",
  ],
  options: VERIFY_OPTIONS,
  examples: [
    { command: "verify --since 1d", does: "Everything of a day." },
    { command: "verify --run checkout-17 --records", does: "One run, record by record." },
    { command: "verify --since 10m --wait 60", does: "After a deployment, once nothing is on its way." },
  ],
  run: async (input, context) => (await import("../verify/run-verify.js")).runVerify(input, context),
});
