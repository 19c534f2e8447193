import { choice, flag, type OptionTable, option, text } from "../../config/option.js";
import { LABEL_KINDS } from "../../event/index.js";
import { CLIENT_OPTIONS } from "../client/client-options.js";
import { defineCommand } from "../framework/command.js";
import { JSON_OPTIONS } from "../framework/shared-options.js";

export const LABEL_OPTIONS = {
  action: flag({ description: "What is labelled is an action, by its id, and not a run." }),
  kind: choice({ of: LABEL_KINDS, default: "label", description: "What it is." }),
  text: text({ description: "In words, or a link." }),
  score: option<number>(
    { description: "In a number." },
    {
      placeholder: "NUMBER",
      expected: "a number",
      fromText: (given) =>
        given.trim() !== "" && Number.isFinite(Number(given)) ? Number(given) : undefined,
      fromCode: () => undefined,
    },
  ),
  by: text({
    env: ["USER", "USERNAME"],
    placeholder: "NAME",
    description: "Who says it.",
  }),
  remove: flag({ description: "Take back every label with this name." }),
  ...JSON_OPTIONS,
  ...CLIENT_OPTIONS,
} as const satisfies OptionTable;

export const labelCommand = defineCommand({
  name: "label",
  summary: "says how a run or an action was, or lists what was said.",
  usage: ["label RUN NAME [options]", "label ID NAME --action [options]", "label RUN [--action]"],
  details: [
    "runs --label NAME and actions --label NAME find them again. It may be said before the run has its first row. Through a service, this needs a token with the scope write.",
  ],
  options: LABEL_OPTIONS,
  positional: "RUN...",
  examples: [
    { command: "label abc-123 good", does: "A verdict." },
    {
      command: "label abc-123 resolved --kind outcome --score 0.9",
      does: "What came of it.",
    },
    { command: "label abc-123", does: "What was said of it." },
  ],
  run: async (input, context) => (await import("../label/run-label.js")).runLabel(input, context),
});
