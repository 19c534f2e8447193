import { type ComparableRun, ComparableRunBuilder } from "../../compare/comparable-run.js";
import { consensusOf, type JudgedRun } from "../../compare/consensus.js";
import { overRepresented } from "../../compare/over-represented.js";
import { runNameOf } from "../../recorded/recorded-action.js";
import type { ApiClient } from "../client/client.js";
import { type DIFF_OPTIONS, type DiffOptions, MANY_FILTERS } from "../commands/diff.js";
import type { CliContext } from "../framework/command.js";
import { EXIT_INCOMPARABLE, EXIT_OK, UsageError } from "../framework/exit-codes.js";
import { queryOf } from "../lists/list-options.js";
import { parsedRow } from "../lists/shown-row.js";
import { isFile, labelOf, readRun } from "../recorded/read-run.js";
import { withRunSource } from "../recorded/run-source.js";
import { runPath } from "../show/run-tree.js";
import { comparisonTable } from "./comparison-table.js";
import { manyReport, showMany } from "./many-lines.js";

/** Of each of many runs, characters of details that are kept. */
const MAX_KEPT_CHARACTERS = 4_000_000;

/** Compares any number of runs. */
export async function runMany(
  { positionals, options }: { readonly positionals: readonly string[]; readonly options: DiffOptions },
  mostRuns: (typeof DIFF_OPTIONS)["most-runs"],
  context: CliContext,
): Promise<number> {
  const filters = queryOf(MANY_FILTERS, options);
  if (positionals.length > 0 && filters.size > 0)
    throw new UsageError("Runs are given, or selected by filters: not both.", "diff");
  if (positionals.length === 1) throw new UsageError("Two runs at least: diff --many A B C.", "diff");
  const { out } = context;
  const table = comparisonTable(options);
  return withRunSource(options, context, async (client) => {
    const most = options["most-runs"] ?? mostRuns.default;
    const names = positionals.length > 0 ? positionals : await selected(await client(), filters, most);
    const runs: JudgedRun[] = [];
    for (const name of names) {
      const builder = new ComparableRunBuilder(labelOf(name), table, MAX_KEPT_CHARACTERS);
      for await (const action of readRun(name, client)) builder.add(action);
      const run = builder.finish();
      const said = isFile(name) ? undefined : await verdict(name, options, client);
      runs.push({ run, succeeded: said ?? endedWell(run) });
    }
    if (runs.length < 2) {
      out.progress(`${runs.length} of two runs at least fit. A longer time range: --last 30d, or --last all`);
      return EXIT_INCOMPARABLE;
    }
    const actions = runs.map(({ run }) => run.actions);
    const failed = runs.map(({ succeeded }) => succeeded === false);
    const result = { runs, consensus: consensusOf(runs), selection: overRepresented(actions, failed) };
    if (options.json) out.json(manyReport(result, table));
    else showMany(result, out);
    return EXIT_OK;
  });
}

async function selected(
  client: ApiClient,
  filters: URLSearchParams,
  most: number,
): Promise<readonly string[]> {
  filters.set("fields", "correlation_id");
  const names: string[] = [];
  for await (const { rows } of client.pages("/runs", filters, most))
    names.push(...rows.map((row) => String(parsedRow(row).correlation_id)));
  return names;
}

/** What a label says of a run. */
async function verdict(
  run: string,
  { good, bad }: DiffOptions,
  client: () => Promise<ApiClient>,
): Promise<boolean | undefined> {
  if (good === undefined && bad === undefined) return undefined;
  const { data } = await (await client()).object(`${runPath(run)}/labels`);
  const names = Array.isArray(data) ? data.map((label) => (label as { readonly name?: unknown }).name) : [];
  if (bad !== undefined && names.includes(bad)) return false;
  return good !== undefined && names.includes(good) ? true : undefined;
}

/** Whether the outermost tasks and agents ended well; `undefined` where there are none. */
function endedWell({ actions, parents }: ComparableRun): boolean | undefined {
  const outermost = actions.filter(
    (action, place) => parents[place] === -1 && runNameOf(action) !== undefined,
  );
  return outermost.length === 0 ? undefined : outermost.every(({ failed }) => !failed);
}
