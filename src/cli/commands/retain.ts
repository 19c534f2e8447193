import type { OptionTable } from "../../config/option.js";
import { RETENTION_OPTIONS } from "../../config/retention-settings.js";
import { defineCommand } from "../framework/command.js";
import { DATABASE_OPTIONS, JSON_OPTIONS } from "../framework/shared-options.js";

const { days, contentsDays, failedDays, projects, evidenceDays, archive, archiveFormat, largeResults } =
  RETENTION_OPTIONS;

export const RETAIN_OPTIONS = {
  days,
  "contents-days": contentsDays,
  "failed-days": failedDays,
  projects,
  "evidence-days": evidenceDays,
  archive,
  "archive-format": archiveFormat,
  "large-results": largeResults,
  ...JSON_OPTIONS,
  ...DATABASE_OPTIONS,
} as const satisfies OptionTable;

export const retainCommand = defineCommand({
  name: "retain",
  summary: "removes what is older than it has to be kept.",
  usage: ["retain [options]"],
  details: [
    "Statistics are brought up to date and frozen first, so that they outlive the rows. Weeks of actions are dropped as a whole, under a lock that is asked for briefly and again; where rows stay, the others go some thousand at a time. What a hold names stays.",
    "Where the environment says how long, the service does the same every six hours.",
  ],
  options: RETAIN_OPTIONS,
  examples: [
    { command: "retain --days 90 --contents-days 30", does: "Three months of rows, one of contents." },
    { command: "retain --days 90 --failed-days 365 --archive /archive", does: "Keep failed runs longer." },
  ],
  run: async (input, context) => (await import("../retain/run-retain.js")).runRetain(input, context),
});
