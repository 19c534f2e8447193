import type { JsonObject } from "../../event/json.js";
import { rawItems, rawMembers } from "../../store/raw-members.js";
import { MARK_LEGEND, shownMillis } from "../actions/shown-action.js";
import type { ApiClient } from "../client/client.js";
import { withClient } from "../client/open-client.js";
import { LATEST_PARAMETERS, type SHOW_OPTIONS, type ShowOptions } from "../commands/show.js";
import { cutToWidth } from "../format/table.js";
import { formatCount, formatNumber, oneLine } from "../format/values.js";
import type { CliContext } from "../framework/command.js";
import { CommandError, EXIT_OK, UsageError } from "../framework/exit-codes.js";
import type { Output } from "../framework/output.js";
import { csvLine, csvRow } from "../lists/csv.js";
import { textOf } from "../lists/list-columns.js";
import { queryOf } from "../lists/list-options.js";
import { LISTS } from "../lists/lists.js";
import { parsedRow, shownAction } from "../lists/shown-row.js";
import { shownTime } from "../lists/shown-time.js";
import { missingLargeResults, withLargeContents } from "../recorded/whole-rows.js";
import { latestRun, ofKnownRun, type RunTree, runPath, treeOf } from "./run-tree.js";
import { createTimelineLines, createTreeLines } from "./tree-lines.js";

/** Shows a run as a tree of its actions. */
export async function runShow(
  { positionals, options }: { readonly positionals: readonly string[]; readonly options: ShowOptions },
  limit: typeof SHOW_OPTIONS.limit,
  context: CliContext,
): Promise<number> {
  const { out } = context;
  const [given] = positionals;
  checkUsage(given, options);
  return withClient(options, context, async (client) => {
    const run = given ?? (await latestRun(client, queryOf(LATEST_PARAMETERS, options)));
    if (run === undefined)
      throw new CommandError(
        "There is no run that fits. To see what an agent's run looks like: agent-actions demo --stay",
      );
    const format = (["json", "csv", "timeline"] as const).find((name) => options[name]) ?? "tree";
    const most = options.limit ?? limit.default;
    await showRun(run, { format, most, isWhole: options.whole }, client, out);
    return EXIT_OK;
  });
}

function checkUsage(run: string | undefined, options: ShowOptions): void {
  if ((run === undefined) !== options.last)
    throw new UsageError("Say which run, or --last for the latest: show RUN, or show --last.", "show");
  const exclusive = [
    options.json && "--json",
    options.csv && "--csv",
    options.timeline && "--timeline",
  ].filter(Boolean);
  if (exclusive.length > 1) throw new UsageError(`${exclusive.join(" and ")} exclude each other.`, "show");
  if (options.whole && !options.json) throw new UsageError("--whole goes with --json.", "show");
  const filters = queryOf(LATEST_PARAMETERS, options);
  if (run !== undefined && filters.size > 0)
    throw new UsageError(
      `--${[...filters.keys()][0]} says which run is the latest: it goes with --last.`,
      "show",
    );
}

export interface ShownAs {
  readonly format: "tree" | "timeline" | "json" | "csv";
  /** Most actions. */
  readonly most: number;
  /** Details are not cut. */
  readonly isWhole?: boolean;
}

/** Shows the actions of a run in the order of their tree. Throws `CommandError` for a run that is not there. */
export async function showRun(
  run: string,
  { format, most, isWhole = false }: ShownAs,
  client: ApiClient,
  out: Output,
): Promise<void> {
  const path = runPath(run);
  const summary = await ofKnownRun(run, client.object(path));
  const tree = treeOf(await ofKnownRun(run, client.object(`${path}/skeleton?ids=true`)));
  const isForPeople = format === "tree" || format === "timeline";
  if (isForPeople) showHead(summary, out);
  if (format === "csv") out.result(csvLine(CSV_COLUMNS));
  const lineOf = format === "timeline" ? createTimelineLines(tree, out) : createTreeLines(tree, out);
  let gone = 0;
  let missing = 0;
  for (let from = 0; from < Math.min(tree.count, most) && !out.readerGone.aborted; from += WINDOW) {
    const to = Math.min(from + WINDOW, tree.count, most);
    const rows = await rowsOf(path, tree, from, to, client);
    for (let place = from; place < to; place++) {
      const short = rows.get(tree.ids[place] ?? "");
      const row = isWhole && short !== undefined ? await wholeOf(short, client, () => missing++) : short;
      if (row === undefined) gone++;
      else if (isForPeople) out.result(lineOf(place, shownAction(parsedRow(row))));
      else {
        const deep = `{"depth":${tree.depths[place]},${row.slice(1)}`;
        out.result(format === "csv" ? csvRow(deep, CSV_COLUMNS) : deep);
      }
    }
  }
  if (isForPeople) out.result(`\n${out.style.dim(MARK_LEGEND)}`);
  const { dim, warn } = out.progressStyle;
  if (tree.count > most || tree.isCut)
    out.progress(dim(`${formatNumber(Math.min(tree.count, most))} of more actions. For the others: --limit`));
  if (gone > 0) out.progress(warn(`${formatCount(gone, "action")} went away while this was read.`));
  if (missing > 0) out.progress(warn(missingLargeResults(missing)));
}

/** Actions are read as they are shown. So many ids are not too long for a parameter. */
const WINDOW = 100;
const CSV_COLUMNS = ["depth", ...LISTS.actions.columns];

/** The texts of the actions of a window of the tree, by their ids. */
async function rowsOf(
  path: string,
  { ids }: RunTree,
  from: number,
  to: number,
  client: ApiClient,
): Promise<ReadonlyMap<string, string>> {
  const page = await client.text(`${path}/actions?ids=${ids.slice(from, to).join()}`);
  const rows = rawItems(rawMembers(page, "containers").get("data") ?? "[]");
  return new Map(rows.map((row) => [String(parsedRow(row).id), row]));
}

/** The row of an action with its details whole, where those of a list were cut. */
async function wholeOf(short: string, client: ApiClient, onMissing: () => void): Promise<string> {
  const { id, truncated } = parsedRow(short);
  if (truncated === null) return short;
  const row = await client.text(`/actions/${encodeURIComponent(String(id))}`);
  return withLargeContents(row.trimEnd(), client, onMissing);
}

/** Who did it, what it was, and how it went. */
function showHead(run: JsonObject, out: Output): void {
  const { bold, dim, bad } = out.style;
  const { correlation_id: id, correlation_text: text, failed_actions: failed, duration_ms: millis } = run;
  const figures = [
    `started ${shownTime(run.started_at)}`,
    typeof millis === "number" ? shownMillis(millis) : "",
    formatCount(Number(run.actions), "action"),
    failed === 0 ? "" : bad(`${formatNumber(Number(failed))} failed`),
    run.state === "ended" ? "" : textOf(run.state),
  ];
  out.result(bold(cutToWidth(oneLine(textOf(run.title)), out.columns)));
  out.result(dim(`run ${oneLine(textOf(text ?? id))}`));
  out.result(`${figures.filter(Boolean).join(dim(" · "))}\n`);
}
