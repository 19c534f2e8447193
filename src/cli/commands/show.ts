import { ACTION_FILTERS } from "../../api/collections/action-filters.js";
import { flag, integer, type OptionTable } from "../../config/option.js";
import { CLIENT_OPTIONS } from "../client/client-options.js";
import type { OptionValues } from "../framework/command.js";
import { defineCommand } from "../framework/command.js";
import { optionsOf, SHOWN_OPTIONS } from "../lists/list-options.js";

const { project, agent, session, failed, label } = ACTION_FILTERS;

/** What `--last` can be narrowed by. */
export const LATEST_PARAMETERS = { project, agent, session, failed, label };

export const SHOW_OPTIONS = {
  last: flag({ description: "The latest run." }),
  ...optionsOf(LATEST_PARAMETERS),
  timeline: flag({ description: "With bars: when each action began, and how long it took." }),
  limit: integer({
    default: 1_000,
    minimum: 1,
    maximum: 500_000,
    description: "Most actions; what is left out is said on standard error.",
  }),
  json: SHOWN_OPTIONS.json,
  whole: flag({
    description:
      "With --json: arguments and results whole, as replay and diff want them in a file. Where the database is asked, large ones are read from AGENT_ACTIONS_LARGE_RESULTS.",
  }),
  csv: SHOWN_OPTIONS.csv,
  ...CLIENT_OPTIONS,
} as const satisfies OptionTable;

export type ShowOptions = OptionValues<typeof SHOW_OPTIONS>;

export const showCommand = defineCommand({
  name: "show",
  summary: "shows a run as a tree of its actions.",
  usage: ["show RUN [options]", "show --last [options]"],
  details: [
    "A run is called by its correlation id: a UUID, a trace id, or the text that its producer gave; runs lists them. Of what can narrow --last, all has to fit.",
    "--json and --csv have the actions in the order of the tree, with the column depth.",
  ],
  positional: "[RUN]",
  options: SHOW_OPTIONS,
  examples: [
    { command: "show --last", does: "The latest run." },
    {
      command: "show --last --agent coder --failed",
      does: "The latest in which this agent failed at something.",
    },
    { command: "show abc-123 --timeline", does: "When it did what." },
  ],
  run: async (input, context) =>
    (await import("../show/run-show.js")).runShow(input, SHOW_OPTIONS.limit, context),
});
