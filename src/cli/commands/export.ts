import { choice, flag, integer, type OptionTable, text } from "../../config/option.js";
import { CLIENT_OPTIONS } from "../client/client-options.js";
import { defineCommand, type OptionValues } from "../framework/command.js";
import { optionsOf } from "../lists/list-options.js";
import { LISTS } from "../lists/lists.js";

const { fields: _, ...RUN_FILTERS } = LISTS.runs.parameters;

/** What runs can be selected by. */
export const EXPORT_FILTERS = RUN_FILTERS;

/** A line for every action, of any number of runs. */
export const ROW_FORMATS = ["jsonl", "csv", "parquet", "otlp", "ocsf"] as const;
/** A document of one run. */
export const DOCUMENT_FORMATS = ["atif", "adk", "html", "bundle"] as const;
/** Those that can be written as rows come. */
export const FOLLOW_FORMATS = ["jsonl", "ocsf"] as const;
/** Those that are no lines of text. */
export const BINARY_FORMATS = ["parquet"] as const;

export const EXPORT_OPTIONS = {
  format: choice({
    of: [...ROW_FORMATS, ...DOCUMENT_FORMATS],
    default: "jsonl",
    description:
      "jsonl: an action a line, which diff, expect and replay read; csv: the same as RFC 4180 has it, with a head; parquet: the same in typed columns; otlp: spans as OTLP/JSON, which import makes the same rows of; ocsf: events of API Activity (OCSF 1.8.0) for a SIEM; atif: one run as a trajectory (ATIF v1.7); adk: one run as an eval set of Google's ADK; html: one run as a page that loads nothing; bundle: one run as a file that the dashboard opens.",
  }),
  output: text({
    placeholder: "FILE",
    defaultText: "standard output",
    description: "Write to this file, which is there once it is whole. One that exists is replaced.",
  }),
  "large-results": flag({
    description:
      "With contents that are too large for a row, from where they are kept whole: where the database is asked, the folder AGENT_ACTIONS_LARGE_RESULTS. For jsonl.",
  }),
  follow: flag({
    description: "Go on with actions as they are written and change: jsonl or ocsf, from the database.",
  }),
  cursor: text({
    placeholder: "FILE",
    description: "With --follow: where its place is kept, so that it goes on there the next time.",
  }),
  limit: integer({
    minimum: 1,
    maximum: 100_000_000,
    defaultText: "all",
    description: "Most runs, those with the latest action first.",
  }),
  ...optionsOf(EXPORT_FILTERS),
  ...CLIENT_OPTIONS,
} as const satisfies OptionTable;

export type ExportOptions = OptionValues<typeof EXPORT_OPTIONS>;

export const exportCommand = defineCommand({
  name: "export",
  summary: "writes the actions of runs for other programs, whole.",
  usage: ["export RUN... [options]", "export [options]", "export --follow --cursor FILE [options]"],
  details: [
    "Runs are those that are named, or those that fit the filters, which are the ones of runs: without a time range, those of the last 24 hours.",
    "Any number of actions is read page by page. Figures are said on standard error.",
  ],
  positional: "[RUN...]",
  options: EXPORT_OPTIONS,
  examples: [
    { command: "export abc-123 --output abc-123.jsonl", does: "A run as a file for a test, or a report." },
    {
      command: "export abc-123 --format atif --output abc-123.json",
      does: "A trajectory for other tools; what it cannot say is listed.",
    },
    {
      command: "export abc-123 --format html --output abc-123.html",
      does: "A page to attach to a report.",
    },
    {
      command: "export abc-123 --format bundle --output abc-123.bundle.json",
      does: "A file that any dashboard opens, checked by hashes.",
    },
    {
      command: "export --agent coder --last 30d --format csv --output coder.csv",
      does: "What an agent did in a month, for a spreadsheet.",
    },
    {
      command: "export --follow --format ocsf --cursor place --output siem.jsonl",
      does: "Everything from now on, for a SIEM.",
    },
  ],
  run: async (input, context) => (await import("../export/run-export.js")).runExport(input, context),
});
