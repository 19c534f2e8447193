import { resolve } from "node:path";
import { type ComparableRun, ComparableRunBuilder } from "../../compare/comparable-run.js";
import { consensusOf, type JudgedRun } from "../../compare/consensus.js";
import { overRepresented } from "../../compare/over-represented.js";
import { correlationId } from "../../event/correlation-id.js";
import { runNameOf } from "../../recorded/recorded-action.js";
import type { ApiClient } from "../client/client.js";
import { type DIFF_OPTIONS, type DiffOptions, MANY_FILTERS } from "../commands/diff.js";
import type { CliContext } from "../framework/command.js";
import { EXIT_INCOMPARABLE, EXIT_OK, UsageError } from "../framework/exit-codes.js";
import { queryOf } from "../lists/list-options.js";
import { longerRange, timeOf } from "../lists/nothing.js";
import { parsedRow } from "../lists/shown-row.js";
import { isFile, labelOf, readRun } from "../recorded/read-run.js";
import { withRunSource } from "../recorded/run-source.js";
import { runPath } from "../show/run-tree.js";
import { baselineOf } from "./baseline.js";
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
  const baseline = baselineOf(options.baseline ?? []);
  const { out } = context;
  const table = comparisonTable(options);
  return withRunSource(options, context, async (client) => {
    const most = options["most-runs"] ?? mostRuns.default;
    const names = positionals.length > 0 ? positionals : await selected(await client(), filters, most);
    const read = async (name: string) => {
      const builder = new ComparableRunBuilder(labelOf(name), table, MAX_KEPT_CHARACTERS);
      for await (const action of readRun(name, client)) builder.add(action);
      return builder.finish();
    };
    const runs: JudgedRun[] = [];
    for (const name of names) {
      const run = await read(name);
      const said = isFile(name) ? undefined : await verdict(name, options, client);
      runs.push({ run, succeeded: said ?? endedWell(run) });
    }
    if (runs.length < 2) {
      const given = timeOf(filters);
      const longer = given.last === "all" ? "" : ` ${longerRange(given, "30d")}`;
      out.progress(`${runs.length} of two runs at least fit.${longer}`);
      return EXIT_INCOMPARABLE;
    }
    const others: ComparableRun[] = [];
    if (options.baseline !== undefined) {
      const { filters: wanted, runs: given } = baseline;
      // Those that are of the selection as well do not count towards the most that are taken.
      const found = given.length > 0 ? given : await selected(await client(), wanted, most + names.length);
      const selection = new Set(names.map(keyOf));
      const left = [...new Set(found)].filter((name) => !selection.has(keyOf(name)));
      for (const name of given.length > 0 ? left : left.slice(0, most)) others.push(await read(name));
      if (others.length === 0) {
        out.progress("No run fits the baseline that is not among the selected ones itself.");
        return EXIT_INCOMPARABLE;
      }
    }
    const isSelected = ({ succeeded }: JudgedRun) => others.length > 0 || succeeded === false;
    const result = {
      runs,
      baseline: options.baseline && others.map(({ label }) => label),
      consensus: consensusOf(runs),
      selection: overRepresented(
        [...runs.map(({ run }) => run), ...others].map(({ actions }) => actions),
        runs.map(isSelected),
      ),
    };
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

/** Of a run by whatever name: filters find runs by their UUID, and people write the text that it was made from. */
const keyOf = (name: string): string => (isFile(name) ? resolve(name) : correlationId(name).uuid);

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
