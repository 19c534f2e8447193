/** What `--baseline` says: runs by name, and filters of runs as NAME=VALUE. */
import { optionName } from "../client/refusal.js";
import { MANY_FILTERS } from "../commands/diff.js";
import { UsageError } from "../framework/exit-codes.js";
import { isFile } from "../recorded/read-run.js";

export interface Baseline {
  /** Files, and correlation ids. */
  readonly runs: readonly string[];
  /** Query of the API for runs; empty when no filter was given. */
  readonly filters: URLSearchParams;
}

/** Set by the command itself. */
const OF_PAGES = new Set(["limit", "cursor"]);

const FILTERS = new Map(
  Object.entries(MANY_FILTERS)
    .filter(([name]) => !OF_PAGES.has(name))
    .map(([name, parameter]) => [optionName(name), { name, ...parameter }] as const),
);

/**
 * @param given each value of `--baseline`: a file, a correlation id, or a filter such as `agent=coder` or `failed=false`
 * @throws UsageError for a filter that there is not, or whose value cannot be
 */
export function baselineOf(given: readonly string[]): Baseline {
  const runs: string[] = [];
  const filters = new URLSearchParams();
  for (const text of given) {
    const at = text.indexOf("=");
    if (at === -1 || isFile(text)) {
      runs.push(text);
      continue;
    }
    const [key, value] = [text.slice(0, at), text.slice(at + 1)];
    const filter = FILTERS.get(key);
    if (filter === undefined)
      throw new UsageError(
        `--baseline ${text}: there is no file of this name, and no filter ${key}. There are ${[...FILTERS.keys()].join(", ")}.`,
        "diff",
      );
    if (filter.option.fromText(value) === undefined)
      throw new UsageError(`--baseline ${text}: ${key} has to be ${filter.option.expected}.`, "diff");
    if (filter.many !== true && filters.has(filter.name))
      throw new UsageError(`--baseline ${key}=... may be given once only.`, "diff");
    filters.append(filter.name, value);
  }
  if (runs.length > 0 && filters.size > 0)
    throw new UsageError("The runs of the baseline are given, or selected by filters: not both.", "diff");
  return { runs, filters };
}
