import { flag, type OptionTable } from "../../config/option.js";
import { defineCommand } from "../framework/command.js";
import { DATABASE_OPTIONS, JSON_OPTIONS } from "../framework/shared-options.js";

export const MIGRATE_OPTIONS = {
  status: flag({
    description:
      "Change nothing; say what is applied and what is not. Exit code 1 when something is missing.",
  }),
  ...JSON_OPTIONS,
  ...DATABASE_OPTIONS,
} as const satisfies OptionTable;

export const migrateCommand = defineCommand({
  name: "migrate",
  summary: "brings the tables in Postgres up to date.",
  usage: ["migrate [options]"],
  details: [
    "Applies what is missing, in order and under a lock, so several may run at once. A table agent_actions that is already there keeps its rows.",
  ],
  options: MIGRATE_OPTIONS,
  examples: [
    { command: "migrate", does: "Apply what is missing." },
    { command: "migrate --status --json", does: "For a deployment's check." },
  ],
  run: async (input, context) => (await import("../migrate/run-migrate.js")).runMigrate(input, context),
});
