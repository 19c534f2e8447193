import type { OptionTable } from "../../config/option.js";
import { CLIENT_OPTIONS } from "../client/client-options.js";
import { type Command, defineCommand } from "../framework/command.js";
import { optionsOf } from "../lists/list-options.js";
import { LISTS } from "../lists/lists.js";

const { fields: _, ...FILTERS } = LISTS.runs.parameters;

/** What runs can be narrowed by while they are browsed. */
export const HISTORY_FILTERS = FILTERS;

export const historyCommand: Command = defineCommand<OptionTable>({
  name: "history",
  summary: "browses executions: list, open, filter, export.",
  usage: ["history [options]"],
  details: [
    "It needs a terminal; for programs there are runs and show with --json or --csv. Inside, ? says what can be typed. Without a time range, all times are shown.",
  ],
  options: { ...optionsOf(FILTERS), ...CLIENT_OPTIONS },
  examples: [
    { command: "history", does: "Begin with the latest." },
    { command: "history --agent coder --failed", does: "Those of one agent that failed." },
  ],
  run: async ({ options }, context) =>
    (await import("../history/run-history.js")).runHistory(options, context),
});
