import { NOTICE_OPTIONS } from "../../config/notice-settings.js";
import { type OptionTable, option } from "../../config/option.js";
import { defineCommand } from "../framework/command.js";
import { DATABASE_OPTIONS, JSON_OPTIONS } from "../framework/shared-options.js";
import { ageInMillis } from "./spool.js";

export const ALERTS_OPTIONS = {
  since: option<number>(
    { placeholder: "TIME", defaultText: "7d", description: "Of test: how far back, as 12h or 30d." },
    {
      unit: "milliseconds",
      expected: "a number with s, m, h or d behind it, as 30d",
      fromText: ageInMillis,
      fromCode: (given) => (typeof given === "string" ? ageInMillis(given) : undefined),
    },
  ),
  file: { ...NOTICE_OPTIONS.alertsFile, description: "The file with figures of the rules, and targets." },
  ...JSON_OPTIONS,
  ...DATABASE_OPTIONS,
} as const satisfies OptionTable;

export const alertsCommand = defineCommand({
  name: "alerts",
  summary: "shows what would have been noticed, checks alerts.yaml.",
  usage: ["alerts test [--since TIME] [--file FILE] [options]", "alerts check [--file FILE]"],
  details: [
    "test applies the rules of loops, sequences, anomalies and regressions to the rows that are there, as the service would have, and says by rule how often it would have told you. It writes nothing. Silence, stuck calls, collisions, what is new and the pipeline's own faults are of the moment, and not simulated.",
  ],
  positional: "test|check",
  options: ALERTS_OPTIONS,
  examples: [
    { command: "alerts test --since 30d", does: "How often the built-in figures would have told you." },
    { command: "alerts test --file alerts.yaml --json", does: "With your figures, each notice as a line." },
    { command: "alerts check --file alerts.yaml", does: "Whether the service would start with it." },
  ],
  run: async (input, context) => (await import("../alerts/run-alerts.js")).runAlerts(input, context),
});
