import {
  type RowSource,
  type WholeRowsOptions,
  wholeRows as wholeRowsOf,
  withLargeContents as withLargeContentsOf,
} from "../../run-source/whole-rows.js";
import type { ApiClient } from "../client/client.js";
import { NotFoundError } from "../client/refusal.js";
import { formatCount } from "../format/values.js";
import { runPath } from "../show/run-tree.js";

/** Rows of lists have up to 16 kB of details, so a page has a few megabytes at most. */
const PAGE = 250;

/**
 * The rows of the actions of a run, the latest first, as of `src/run-source/whole-rows.ts`.
 *
 * @param run correlation id, or what its producer called it
 * @throws NotFoundError for a run that is not known
 */
export async function* wholeRows(
  run: string,
  client: ApiClient,
  options: WholeRowsOptions = {},
): AsyncGenerator<string | undefined> {
  // The list is of actions, and has none for a run that is not known.
  await client.object(`${runPath(run)}?fields=correlation_id`);
  yield* wholeRowsOf(new URLSearchParams({ run }), sourceOf(client, Number.MAX_SAFE_INTEGER), options);
}

/** The same of any list of actions, `most` of its rows. */
export const wholeRowsBy = (
  query: URLSearchParams,
  client: ApiClient,
  { most, ...options }: WholeRowsOptions & { readonly most: number },
): AsyncGenerator<string | undefined> => wholeRowsOf(query, sourceOf(client, most), options);

/** The row with contents that are too large for it, as far as they are there. @param onMissing called for each that is not */
export const withLargeContents = (row: string, client: ApiClient, onMissing: () => void): Promise<string> =>
  withLargeContentsOf(row, sourceOf(client, 0), onMissing);

/** What a command says of large results that were not there. */
export const missingLargeResults = (count: number): string =>
  `${formatCount(count, "large result")} not found in the folder of large results: only the beginning is in the row.`;

const sourceOf = (client: ApiClient, most: number): RowSource => ({
  async *pages(query) {
    for await (const { rows } of client.pages("/actions", query, most, PAGE)) yield rows;
  },
  async text(path) {
    try {
      return await client.text(path);
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  },
});
