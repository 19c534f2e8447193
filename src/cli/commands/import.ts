import { flag, type OptionTable, text } from "../../config/option.js";
import { defineCommand } from "../framework/command.js";
import { KAFKA_OPTIONS } from "../framework/shared-options.js";
import { MAPPING_OPTIONS } from "./map.js";

export const IMPORT_OPTIONS = {
  "dry-run": flag({ description: "Send nothing; say what would be sent." }),
  resume: text({
    placeholder: "STATE",
    defaultText: "begin at the beginning",
    description: "Keep in this file how far each file got, and go on from there.",
  }),
  json: flag({ description: "The counts as one JSON object." }),
  ...MAPPING_OPTIONS,
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
  positional: "FILE...",
  options: IMPORT_OPTIONS,
  examples: [
    { command: "import traces/*.json", does: "Everything in a folder." },
    { command: "import --dry-run langfuse-export.csv", does: "Look first." },
    { command: "import --resume state.json spans.jsonl", does: "Large, or still growing." },
  ],
  run: async (input, context) => (await import("../import/run-import.js")).runImport(input, context),
});
