import { withWholeContentsInText } from "../../run-source/whole-contents.js";
import type { ApiClient } from "../client/client.js";
import { NotFoundError } from "../client/refusal.js";
import { parsedRow } from "../lists/shown-row.js";
import { runPath } from "../show/run-tree.js";

/** Rows of lists have up to 16 kB of details, so a page has a few megabytes at most. */
const PAGE = 250;
/** Actions whose details a list has cut are asked for one by one, so many at a time. */
const AT_ONCE = 8;

export interface WholeRowsOptions {
  /** Members of the rows. @default all that a list shows */
  readonly fields?: readonly string[] | undefined;
  /** Whether contents that are too large for a row are put into it, as far as they are there. @default false */
  readonly large?: boolean;
}

/**
 * The rows of the actions of a run, the latest first, with their details whole; each is the text of a JSON object, in which numbers keep all their
 * digits. `undefined` stands for an action that went away while this was read. A page is in memory at a time.
 *
 * @param run correlation id, or what its producer called it
 * @throws NotFoundError for a run that is not known
 */
export async function* wholeRows(
  run: string,
  client: ApiClient,
  { fields, large = false }: WholeRowsOptions = {},
): AsyncGenerator<string | undefined> {
  // The list is of actions, and has none for a run that is not known.
  await client.object(`${runPath(run)}?fields=correlation_id`);
  const query = new URLSearchParams({ run, ...(fields && { fields: [...fields, "truncated"].join() }) });
  yield* wholeRowsBy(query, client, { most: Number.MAX_SAFE_INTEGER, large });
}

/**
 * The same of any list of actions.
 *
 * @param query with `fields`, these have to be among them: `id` and `truncated`
 * @param options `most`: rows that are read; `large`: as of {@link WholeRowsOptions}
 */
export async function* wholeRowsBy(
  query: URLSearchParams,
  client: ApiClient,
  { most, large = false }: { readonly most: number; readonly large?: boolean },
): AsyncGenerator<string | undefined> {
  const fields = query.get("fields")?.split(",");
  for await (const { rows } of client.pages("/actions", query, most, PAGE)) {
    for (let from = 0; from < rows.length; from += AT_ONCE)
      yield* await Promise.all(
        rows.slice(from, from + AT_ONCE).map((row) => wholeRow(row, client, { fields, large })),
      );
  }
}

async function wholeRow(
  short: string,
  client: ApiClient,
  { fields, large }: WholeRowsOptions,
): Promise<string | undefined> {
  const { id, truncated } = parsedRow(short);
  if (!Array.isArray(truncated) || truncated.length === 0) return short;
  try {
    const wanted = fields?.filter((name) => name !== "truncated");
    const query = wanted === undefined ? "" : `?fields=${wanted.join()}`;
    const row = (await client.text(`/actions/${encodeURIComponent(String(id))}${query}`)).trimEnd();
    return large ? await withLargeContents(row, client) : row;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** The row with contents that are too large for it, as far as they are there. */
export const withLargeContents = (row: string, client: ApiClient): Promise<string> =>
  withWholeContentsInText(row, parsedRow(row), async (id, member) => {
    try {
      return await client.text(`/actions/${encodeURIComponent(id)}/contents/${member}`);
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  });
