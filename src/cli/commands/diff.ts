import { pathMistake } from "../../compare/normalisation.js";
import { flag, integer, type OptionTable, option, text } from "../../config/option.js";
import { CLIENT_OPTIONS } from "../client/client-options.js";
import { defineCommand, type OptionValues, repeatable } from "../framework/command.js";
import { optionsOf } from "../lists/list-options.js";
import { LISTS } from "../lists/lists.js";

/** How values are made comparable; of every command that compares runs. */
export const COMPARING_OPTIONS = {
  ignore: repeatable(
    option<string>(
      {
        description:
          "Leave out what stands at a path of the input or the outcome of a tool: search:$.page.cursor, or *:$.**.etag for all tools. May be given several times.",
      },
      {
        placeholder: "TOOL:PATH",
        expected: "a tool or *, a colon and a path, such as search:$.page.cursor or *:$.items[*].id",
        fromText: (text) => {
          const colon = text.indexOf(":$");
          return colon > 0 && pathMistake(text.slice(colon + 1)) === undefined ? text : undefined;
        },
        fromCode: () => undefined,
      },
    ),
  ),
  exact: flag({
    description: "Compare values as they are. Otherwise ids, times, temporary paths and ports do not count.",
  }),
} as const satisfies OptionTable;

const { fields: _, ...RUN_FILTERS } = LISTS.runs.parameters;

/** What runs can be selected by where many are compared. */
export const MANY_FILTERS = RUN_FILTERS;

export const DIFF_OPTIONS = {
  ...COMPARING_OPTIONS,
  all: flag({ description: "Show what is the same as well." }),
  limit: integer({
    default: 200,
    minimum: 1,
    maximum: 1_000_000,
    description: "Most differences; how many are left out is said.",
  }),
  json: flag({ description: "The comparison as one JSON object." }),
  many: flag({
    description:
      "Compare any number of runs of one task: those that are given, or those that fit the filters below.",
  }),
  "most-runs": integer({
    default: 50,
    minimum: 2,
    maximum: 1_000,
    description: "With --many: the latest so many of those that fit.",
  }),
  baseline: repeatable(
    text({
      placeholder: "RUN|NAME=VALUE",
      description:
        "With --many: what more of the runs have than these, without those that are among both: runs, or a filter of the list below, such as agent=coder, failed=false or last=30d. May be given several times.",
    }),
  ),
  good: text({
    placeholder: "LABEL",
    description: "With --many: runs with this label ended well, whatever else is known of them.",
  }),
  bad: text({
    placeholder: "LABEL",
    description: "With --many: runs with this label failed, whatever else is known of them.",
  }),
  ...optionsOf(MANY_FILTERS),
  ...CLIENT_OPTIONS,
} as const satisfies OptionTable;

export type DiffOptions = OptionValues<typeof DIFF_OPTIONS>;

export const diffCommand = defineCommand({
  name: "diff",
  summary: "compares runs: what was called, and what came of it.",
  usage: ["diff A B [options]", "diff --many [RUN...] [--baseline RUN|NAME=VALUE]... [options]"],
  details: [
    "A run is called by its correlation id, or is a file of JSON lines as show RUN --json prints them (FILE#RUN where it has several). The order of what ran in parallel does not count, and neither do times.",
    "Ends with 0 when nothing differs, 1 when something does, 2 when the two cannot be compared.",
    "--many shows what most of the runs do, where they part and how each way ends, and what more of the failed ones have than chance explains. A run ended well when its outermost tasks and agents did, or when a label says so.",
    "With --baseline it is what more of the runs have than those of the baseline; without, what more of the failed ones have than the others.",
  ],
  positional: "[RUN...]",
  options: DIFF_OPTIONS,
  examples: [
    { command: "diff monday tuesday", does: "What changed since yesterday." },
    {
      command: "diff golden.jsonl abc-123 --ignore 'search:$.page.cursor'",
      does: "Against a file, without what is another in every run.",
    },
    {
      command: "diff --many --agent coder --last 7d --bad wrong",
      does: "What the runs of a week have in common, and those that failed.",
    },
    {
      command: "diff --many --last 1d --baseline last=30d",
      does: "What is new in the runs of a day, against the others of a month.",
    },
  ],
  run: async (input, context) =>
    input.options.many
      ? (await import("../diff/run-many.js")).runMany(input, DIFF_OPTIONS["most-runs"], context)
      : (await import("../diff/run-diff.js")).runDiff(input, DIFF_OPTIONS.limit, context),
});
