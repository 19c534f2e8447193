import { notComparable } from "../../compare/comparability.js";
import { type ComparableRun, ComparableRunBuilder } from "../../compare/comparable-run.js";
import { compareRuns } from "../../compare/compare-runs.js";
import { comparisonReport } from "../../compare/comparison-report.js";
import { type DIFF_OPTIONS, type DiffOptions, MANY_FILTERS } from "../commands/diff.js";
import type { CliContext } from "../framework/command.js";
import { EXIT_FAILURE, EXIT_INCOMPARABLE, EXIT_OK, UsageError } from "../framework/exit-codes.js";
import { queryOf } from "../lists/list-options.js";
import { labelOf, readRun } from "../recorded/read-run.js";
import { withRunSource } from "../recorded/run-source.js";
import { comparisonTable } from "./comparison-table.js";
import { showComparison } from "./diff-lines.js";

/** The first option that was given and makes sense only where many runs are compared. */
function onlyForMany(options: DiffOptions): string | undefined {
  const own = (["most-runs", "baseline", "good", "bad"] as const).find((name) => options[name] !== undefined);
  return own ?? queryOf(MANY_FILTERS, options).keys().next().value?.replaceAll("_", "-");
}

/** Compares two runs. */
export async function runDiff(
  { positionals, options }: { readonly positionals: readonly string[]; readonly options: DiffOptions },
  limit: typeof DIFF_OPTIONS.limit,
  context: CliContext,
): Promise<number> {
  const [first, second, ...more] = positionals;
  if (first === undefined || second === undefined || more.length > 0)
    throw new UsageError("Two runs are compared: diff A B.", "diff");
  const given = onlyForMany(options);
  if (given !== undefined) throw new UsageError(`--${given} goes with --many.`, "diff");
  const { out } = context;
  const table = comparisonTable(options);
  return withRunSource(options, context, async (client) => {
    const build = async (given: string, side: string): Promise<ComparableRun> => {
      const label = first === second ? `${labelOf(given)} (${side})` : labelOf(given);
      const builder = new ComparableRunBuilder(label, table);
      for await (const action of readRun(given, client)) builder.add(action);
      return builder.finish();
    };
    const a = await build(first, "A");
    const b = await build(second, "B");
    const comparison = compareRuns(a, b);
    const maxRows = options.limit ?? limit.default;
    if (options.json) out.json(comparisonReport(comparison, table, { maxRows }));
    else showComparison(comparison, table, { maxRows, showsAll: options.all }, out);
    if (notComparable(a, b).some(({ what }) => what === "run")) return EXIT_INCOMPARABLE;
    return comparison.isEqual ? EXIT_OK : EXIT_FAILURE;
  });
}
