/** When rows are looked for: what was given of the options of every list. */
export interface GivenTime {
  readonly last?: unknown;
  readonly since?: unknown;
  readonly until?: unknown;
}

/** The same of a query to the API. */
export const timeOf = (query: URLSearchParams): GivenTime =>
  Object.fromEntries(["last", "since", "until"].map((name) => [name, query.get(name) ?? undefined]));

/**
 * Says that a list is empty, and how to look further back where that can help.
 *
 * @param what its rows, in the plural
 * @param isOfAllTime without a time range, it is of all times
 */
export function nothingOf(what: string, given: GivenTime, isOfAllTime = false): string {
  const hasBounds = given.since !== undefined || given.until !== undefined;
  if (given.last === "all" || (given.last === undefined && !hasBounds && isOfAllTime))
    return `There are no ${what} that fit.`;
  return `There are no ${what} in this time range that fit. ${longerRange(given)}`;
}

/** What to give for a longer time range than this one, which is not all. */
export function longerRange({ last, since, until }: GivenTime, first = "7d"): string {
  if (since !== undefined || until !== undefined)
    return "All there are: --last all, without --since and --until.";
  return last === undefined ? `A longer one: --last ${first}, or --last all.` : "A longer one: --last all.";
}
