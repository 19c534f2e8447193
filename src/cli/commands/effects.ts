import { flag, type OptionTable } from "../../config/option.js";
import { CLIENT_OPTIONS } from "../client/client-options.js";
import { defineCommand, type OptionValues } from "../framework/command.js";

export const EFFECTS_OPTIONS = {
  json: flag({ description: "The effects as one JSON object." }),
  ...CLIENT_OPTIONS,
} as const satisfies OptionTable;

export type EffectsOptions = OptionValues<typeof EFFECTS_OPTIONS>;

export const effectsCommand = defineCommand({
  name: "effects",
  summary: "lists what a run changed, and what can be undone.",
  usage: ["effects RUN [options]"],
  details: [
    "Files that it wrote or deleted, commands, addresses that it asked, and other tools. What can be undone is judged by what is recorded: file operations with their hashes, edits with the text before, commands whose effect is known, and what tools say of themselves.",
  ],
  positional: "RUN",
  options: EFFECTS_OPTIONS,
  examples: [
    { command: "effects abc-123", does: "What is there to clean up?" },
    {
      command: "effects abc-123 --json | jq '.files[].path'",
      does: "The files that it changed.",
    },
  ],
  run: async (input, context) => (await import("../effects/run-effects.js")).runEffects(input, context),
});
