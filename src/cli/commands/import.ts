import { defineCommand } from "../framework/command.js";
import type { OptionTable } from "../framework/option.js";
import { KAFKA_OPTIONS } from "../framework/shared-options.js";
import { MAP_OPTIONS } from "./map.js";

const { "capture-content": content, "llm-calls": llmCalls, dialects, "agent-name": agentName } = MAP_OPTIONS;

export const IMPORT_OPTIONS = {
  "dry-run": { type: "flag", description: "Send nothing; say what would be sent." },
  resume: {
    type: "text",
    value: "STATE",
    otherwise: "begin at the beginning",
    description: "Keep in this file how far each file got, and go on from there.",
  },
  json: { type: "flag", description: "The counts as one JSON object." },
  "capture-content": content,
  "llm-calls": llmCalls,
  dialects,
  "agent-name": agentName,
  ...KAFKA_OPTIONS,
} as const satisfies OptionTable;

export const importCommand = defineCommand({
  name: "import",
  summary: "sends the actions in files of spans to Kafka.",
  usage: ["import [options] FILE...", "import [options] -"],
  details: [
    "Reads every form of file that map reads. Files with a document a line are read a piece at a time, however large they are. Rows get the times of the spans, and their ids are made of the spans: importing a file twice gives no second row.",
    "Progress goes to standard error, the counts at the end to standard output. What cannot be read is named and left out, and the exit code is 1 then. Interrupted, it finishes the piece it is at; with --resume the next run goes on behind it.",
  ],
  positional: { name: "FILE", required: true, many: true },
  options: IMPORT_OPTIONS,
  examples: [
    { command: "import traces/*.json", does: "Everything in a folder." },
    { command: "import --dry-run langfuse-export.csv", does: "Look first." },
    { command: "import --resume state.json spans.jsonl", does: "Large, or still growing." },
  ],
  run: async (input, context) => (await import("../import/run-import.js")).runImport(input, context),
});
