import { LARGE_RESULTS_FOLDER } from "../../config/large-results-settings.js";
import { choice, flag, type OptionTable, text } from "../../config/option.js";
import { defineCommand } from "../framework/command.js";
import { DATABASE_OPTIONS, GROUP_OPTIONS, KAFKA_OPTIONS } from "../framework/shared-options.js";

export const ERASE_OPTIONS = {
  run: text({
    placeholder: "ID",
    description: "A run, by its correlation id: a UUID, a trace id, or the text that its producer gave.",
  }),
  session: text({ placeholder: "ID", description: "A session." }),
  where: text({
    placeholder: "KEY=VALUE",
    expected: "KEY=VALUE",
    accepts: (value) => /^[^=]+=./.test(value),
    description: "All that has a value: user, on_behalf_of, project, agent or service.",
  }),
  mode: choice({
    of: ["remove", "mask"],
    default: "remove",
    description:
      "mask keeps rows, names, times and durations, and empties contents, messages, and whose they are.",
  }),
  repeat: flag({
    description:
      "Erase once more all that the ledger names: after rows of a backup came in. Reads all tables.",
  }),
  "dry-run": flag({ description: "Only say what would be erased." }),
  reason: text({ placeholder: "TEXT", description: "Why; it stands in the ledger and in the audit log." }),
  "large-results": LARGE_RESULTS_FOLDER,
  "no-kafka": flag({ description: "Do not look for dead letters, and not at what Kafka still holds." }),
  json: flag({ description: "One JSON object." }),
  ...DATABASE_OPTIONS,
  ...KAFKA_OPTIONS,
  ...GROUP_OPTIONS,
} as const satisfies OptionTable;

export const eraseCommand = defineCommand({
  name: "erase",
  summary: "erases a run, a session or a person, for good.",
  usage: [
    "erase --run ID [options]",
    "erase --session ID [options]",
    "erase --where KEY=VALUE [options]",
    "erase --repeat",
  ],
  details: [
    "Rows go from all tables, with their file operations, labels, summaries and what hangs on them. A ledger keeps the SHA-256 of what was erased and the ids of the rows: the consumer stores no event that it names, so a replay, a redrive or a spool does not bring it back. Statistics are computed anew from what is left; those that are frozen keep their counts.",
    "Kafka cannot forget single records: the command says until when its topics hold them. Dead letters are marked, so that they are no longer shown or redriven. While a hold names one of the rows, nothing is erased.",
  ],
  options: ERASE_OPTIONS,
  examples: [
    { command: "erase --where user=ada@example.com --dry-run", does: "What would go." },
    { command: "erase --where user=ada@example.com --reason '#4711'", does: "Erase it." },
    { command: "erase --run checkout-17 --mode mask", does: "Keep that it happened, not what was said." },
  ],
  run: async (input, context) => (await import("../erase/run-erase.js")).runErase(input, context),
});
