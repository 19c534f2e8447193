import { TIME_PARAMETERS } from "../../api/query/time-range.js";
import { flag, type OptionTable, option, text } from "../../config/option.js";
import { CLIENT_OPTIONS } from "../client/client-options.js";
import { defineCommand, repeatable } from "../framework/command.js";
import { ageInMillis } from "./spool.js";

/** So long ago, or a time: as a time in ISO 8601. */
function timeOf(given: string): string | undefined {
  const age = ageInMillis(given);
  if (age !== undefined) return new Date(Date.now() - age).toISOString();
  return TIME_PARAMETERS.since.option.fromText(given);
}

const time = (defaultText: string, description: string) =>
  option<string>(
    { placeholder: "TIME", defaultText, description },
    {
      unit: "age, or ISO 8601",
      expected:
        "a number with s, m, h or d behind it, as 24h, or a time in ISO 8601, as 2026-01-31T12:00:00Z",
      fromText: timeOf,
      fromCode: (given) => (typeof given === "string" ? timeOf(given) : undefined),
    },
  );

export const REPORT_OPTIONS = {
  since: time("24h", "Beginning: how far back, as 24h or 7d, or a time."),
  until: time("now", "End, likewise."),
  agent: repeatable(text({ placeholder: "TEXT", description: "Name of an agent." })),
  project: repeatable(text({ placeholder: "TEXT", description: "Name or folder of a project." })),
  "allow-list": flag({ description: "The tools that each agent used, as JSON, instead of the report." }),
  json: flag({ description: "The report as one JSON object." }),
  ...CLIENT_OPTIONS,
} as const satisfies OptionTable;

export const reportCommand = defineCommand({
  name: "report",
  summary: "sums up a day: runs, failures, notices, slow tools.",
  usage: ["report [--since TIME] [--until TIME] [options]", "report --allow-list [--agent NAME] [options]"],
  details: [
    "Everything is asked for by the requests of the HTTP API. New errors, loops and other notices are those that the service noticed in the time; of a muted one, nothing is said.",
    "--allow-list is a beginning for a policy: what an agent did is not what it should be allowed to do, and a tool that it needs once a month is missing from a list of a week.",
  ],
  options: REPORT_OPTIONS,
  examples: [
    { command: "report --since 24h", does: "The last day." },
    { command: "report --since 7d --project shop --json", does: "A week of one project, for a program." },
    { command: "report --allow-list --agent coder --since 30d", does: "Tools that one agent used." },
  ],
  run: async (input, context) => (await import("../report/run-report.js")).runReport(input, context),
});
