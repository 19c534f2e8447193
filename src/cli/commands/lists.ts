import { DIMENSIONS } from "../../api/collections/statistics.js";
import type { OptionTable } from "../../config/option.js";
import { CLIENT_OPTIONS } from "../client/client-options.js";
import { type Command, defineCommand, type Example } from "../framework/command.js";
import { optionsOf, SHOWN_OPTIONS } from "../lists/list-options.js";
import { LISTS, type ListName } from "../lists/lists.js";
import type { ListFlags } from "../lists/run-list.js";

const HOW_FILTERS_WORK =
  "Filters are those of the HTTP API: all of them have to fit, and of one that is given several times, any value. Without a time range the last 24 hours are shown.";

interface ListCommand {
  readonly list: ListName;
  readonly summary: string;
  readonly details?: readonly string[];
  /** Its rows, in the plural. */
  readonly what: string;
  readonly examples: readonly Example[];
}

/** A command that shows one list of the API. */
export function listCommand({ list, summary, details = [], what, examples }: ListCommand): Command {
  return defineCommand<OptionTable>({
    name: list,
    summary,
    usage: [`${list} [options]`],
    details: [...details, HOW_FILTERS_WORK],
    options: { ...optionsOf(LISTS[list].parameters), ...SHOWN_OPTIONS, ...CLIENT_OPTIONS },
    examples,
    async run({ options }, context) {
      const { runList } = await import("../lists/run-list.js");
      return runList({ list, what, options: listFlags(options) }, SHOWN_OPTIONS.limit, context);
    },
  });
}

/** The table of options was made by a loop, which types do not follow: these are in every one. */
const listFlags = (options: object): Readonly<Record<string, unknown>> & ListFlags =>
  options as Readonly<Record<string, unknown>> & ListFlags;

export const runsCommand = listCommand({
  list: "runs",
  summary: "lists runs, those with the latest action first.",
  details: ["A run is shown with the figures of all its actions if one of them fits."],
  what: "runs",
  examples: [
    { command: "runs", does: "Those of the last 24 hours." },
    { command: "runs --last 7d --failed", does: "Those of a week in which something failed." },
  ],
});

export const actionsCommand = listCommand({
  list: "actions",
  summary: "lists actions, the latest first.",
  details: ["To follow them as they come: tail. One run as a tree: show."],
  what: "actions",
  examples: [
    { command: "actions --tool Bash --failed --last 7d", does: "Calls of one tool that failed." },
    {
      command: "actions --run abc-123 --csv --limit 100000 > run.csv",
      does: "Everything of one run, for a spreadsheet.",
    },
    {
      command: "actions --fields id,action_name,user_id --min-duration 1000",
      does: "Columns of your choice.",
    },
  ],
});

export const statsCommand = listCommand({
  list: "stats",
  summary: "counts and times actions by tool, agent, day and more.",
  details: [`What they can be grouped by, up to three at once: ${Object.keys(DIMENSIONS).join(", ")}.`],
  what: "actions",
  examples: [
    { command: "stats", does: "Tools of the last 24 hours." },
    { command: "stats --by day,agent --last 30d", does: "Agents by day." },
  ],
});

export const decisionsCommand = listCommand({
  list: "decisions",
  summary: "lists decisions, also of routers, the latest first.",
  what: "decisions",
  examples: [{ command: "decisions --agent coder --last 7d", does: "What one agent decided." }],
});

export const sessionsCommand = listCommand({
  list: "sessions",
  summary: "lists sessions, those with the latest action first.",
  what: "sessions",
  examples: [{ command: "sessions --project shop --last 7d", does: "Those of one project." }],
});

export const errorsCommand = listCommand({
  list: "errors",
  summary: "lists failures by error, the most frequent first.",
  details: ["Failures whose messages differ in numbers, ids, paths and quotations only are one error."],
  what: "failures",
  examples: [{ command: "errors --last 7d --agent coder", does: "What went wrong for one agent." }],
});

const { path: _, ...FILE_PARAMETERS } = LISTS.files.parameters;

export const filesCommand: Command = defineCommand<OptionTable>({
  name: "files",
  summary: "lists what tools did to files: who, what and when.",
  usage: ["files [options]", "files PATH [options]"],
  details: [
    "A path is found as it was given to the tool, and as an absolute one. With a path, all times are shown. CONTENT is the beginning of the SHA-256 of the content, before and after.",
    HOW_FILTERS_WORK,
  ],
  positional: "[PATH]",
  options: { ...optionsOf(FILE_PARAMETERS), ...SHOWN_OPTIONS, ...CLIENT_OPTIONS },
  examples: [
    { command: "files src/parse.ts", does: "Who read and changed it, and when." },
    { command: "files --operation write --operation edit", does: "Every change of the last 24 hours." },
  ],
  async run({ options, positionals: [path] }, context) {
    const [{ runList }, { resolve }] = await Promise.all([
      import("../lists/run-list.js"),
      import("node:path"),
    ]);
    const given = listFlags(options);
    const paths = path === undefined ? undefined : [...new Set([path, resolve(path)])];
    const nothing =
      path === undefined
        ? {}
        : {
            nothing: `Nothing is recorded of ${path}. Paths are found as they were given to the tool, to the letter; by their last part: --name`,
          };
    return runList(
      { list: "files", what: "operations on files", ...nothing, options: { ...given, path: paths } },
      SHOWN_OPTIONS.limit,
      context,
    );
  },
});
