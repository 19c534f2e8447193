import { ACTION_FILTERS } from "../../api/collections/action-filters.js";
import { TIME_PARAMETERS } from "../../api/query/time-range.js";
import { flag, integer, type OptionTable } from "../../config/option.js";
import { CLIENT_OPTIONS } from "../client/client-options.js";
import { defineCommand, type OptionValues } from "../framework/command.js";
import { optionsOf } from "../lists/list-options.js";

/** What both lists that are searched can be narrowed by. */
export const ORIGIN_FILTERS = {
  project: ACTION_FILTERS.project,
  agent: ACTION_FILTERS.agent,
  ...TIME_PARAMETERS,
};

const filters = optionsOf(ORIGIN_FILTERS);
const ORIGIN_RANGE: OptionTable = {
  ...filters,
  ...(filters.last && { last: { ...filters.last, defaultText: "7d" } }),
};

export const ORIGIN_OPTIONS = {
  limit: integer({ default: 20, minimum: 1, maximum: 1_000, description: "Most runs." }),
  json: flag({ description: "A run a line, as JSON." }),
  ...ORIGIN_RANGE,
  ...CLIENT_OPTIONS,
} as const satisfies OptionTable;

export type OriginOptions = OptionValues<typeof ORIGIN_OPTIONS>;

export const originCommand = defineCommand({
  name: "origin",
  summary: "finds the runs that made a commit, a file or an address.",
  usage: ["origin COMMIT [options]", "origin PATH [options]", "origin URL [options]"],
  details: [
    "wrote: a file operation of the run changed the file. made: the result of a git command shows the new commit, or a result shows an address that the call was not given. printed: another result shows the commit. named: a call was given it, and does not only read. The surest comes first.",
    "Without a time range, the last 7 days are searched: details have no index, so a longer range takes longer.",
  ],
  positional: "TARGET",
  options: ORIGIN_OPTIONS,
  examples: [
    { command: "origin 1a2b3c4", does: "Which run made this commit?" },
    { command: "origin src/parse.ts --last 30d", does: "Which runs changed this file?" },
    { command: "origin https://github.com/o/r/pull/7", does: "Which run opened it?" },
  ],
  run: async (input, context) =>
    (await import("../origin/run-origin.js")).runOrigin(input, ORIGIN_OPTIONS.limit, context),
});
