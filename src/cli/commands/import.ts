import { TRANSCRIPT_FORMAT_NAMES } from "../../../exporter/transcripts/format-names.js";
import { choice, flag, type OptionTable, text } from "../../config/option.js";
import { CONSUMER_OPTIONS } from "../../consumer/option-table.js";
import { defineCommand } from "../framework/command.js";
import { DATABASE_OPTIONS, KAFKA_OPTIONS } from "../framework/shared-options.js";
import { MAPPING_OPTIONS } from "./map.js";

export const IMPORT_OPTIONS = {
  format: choice({
    of: TRANSCRIPT_FORMAT_NAMES,
    defaultText: "what each file shows",
    description:
      "The files are transcripts of this coding agent; without FILE, all that it keeps in its own folder.",
  }),
  follow: flag({
    description: "Go on with what is added to transcripts, and with new ones, until it is interrupted.",
  }),
  "dry-run": flag({ description: "Send nothing; say what would be sent." }),
  resume: text({
    placeholder: "STATE",
    defaultText: "begin at the beginning",
    description: "Keep in this file how far each file got, and go on from there.",
  }),
  correct: flag({
    description:
      "Correct rows that an older version of this package made of the same spans, and say how many would change, by field. It looks into Postgres. Without it nothing that is there changes.",
  }),
  spool: {
    ...CONSUMER_OPTIONS.spool,
    defaultText: "none: to Kafka",
    description:
      "Write events to the files of this folder instead of to Kafka, for consume --spool: docs/spool.md.",
  },
  json: flag({ description: "The counts as one JSON object." }),
  ...MAPPING_OPTIONS,
  ...KAFKA_OPTIONS,
  ...DATABASE_OPTIONS,
} as const satisfies OptionTable;

export const importCommand = defineCommand({
  name: "import",
  summary: "sends what spans and transcripts in files tell to Kafka.",
  usage: ["import [options] FILE...", "import [options] -", "import --format AGENT [--follow] [options]"],
  details: [
    "Transcripts of Claude Code, Codex, Gemini CLI, pi and OpenCode (as opencode export prints them) become rows of the same calls that their telemetry and hooks tell of: nothing that came live comes twice. Of a folder, all transcripts in it are read.",
    "Reads every form of file of spans that map reads. Files with a document a line are read a piece at a time, however large they are. Rows get the times of the spans, and their ids are made of the spans: importing a file twice gives no second row.",
    "Progress goes to standard error, the counts at the end to standard output. What cannot be read is named and left out, and the exit code is 1 then. Interrupted, it finishes the piece it is at; with --resume the next run goes on behind it.",
  ],
  positional: "[FILE...]",
  options: IMPORT_OPTIONS,
  examples: [
    { command: "import traces/*.json", does: "Everything in a folder." },
    { command: "import --dry-run langfuse-export.csv", does: "Look first." },
    { command: "import --correct --dry-run spans.jsonl", does: "What is read otherwise now." },
    { command: "import --resume state.json spans.jsonl", does: "Large, or still growing." },
    { command: "import --format claude-code", does: "Everything that Claude Code did on this machine." },
    { command: "import --format codex --follow --resume codex.json", does: "What Codex did and does." },
  ],
  run: async (input, context) => (await import("../import/run-import.js")).runImport(input, context),
});
