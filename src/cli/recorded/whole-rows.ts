import type { ApiClient } from "../client/client.js";
import { NotFoundError } from "../client/refusal.js";
import { parsedRow } from "../lists/shown-row.js";
import { runPath } from "../show/run-tree.js";

/** Rows of lists have up to 16 kB of details, so a page has a few megabytes at most. */
const PAGE = 250;
/** Actions whose details a list has cut are asked for one by one, so many at a time. */
const AT_ONCE = 8;

/**
 * The rows of the actions of a run, the latest first, with their details whole; each is the text of a JSON object, in which numbers keep all their
 * digits. `undefined` stands for an action that went away while this was read. A page is in memory at a time.
 *
 * @param run correlation id, or what its producer called it
 * @param fields members of the rows; all that a list shows where they are not said
 * @throws NotFoundError for a run that is not known
 */
export async function* wholeRows(
  run: string,
  client: ApiClient,
  fields?: readonly string[],
): AsyncGenerator<string | undefined> {
  // The list is of actions, and has none for a run that is not known.
  await client.object(`${runPath(run)}?fields=correlation_id`);
  const query = new URLSearchParams({ run, ...(fields && { fields: [...fields, "truncated"].join() }) });
  for await (const { rows } of client.pages("/actions", query, Number.MAX_SAFE_INTEGER, PAGE)) {
    for (let from = 0; from < rows.length; from += AT_ONCE)
      yield* await Promise.all(rows.slice(from, from + AT_ONCE).map((row) => wholeRow(row, client, fields)));
  }
}

async function wholeRow(
  short: string,
  client: ApiClient,
  fields: readonly string[] | undefined,
): Promise<string | undefined> {
  const { id, truncated } = parsedRow(short);
  if (!Array.isArray(truncated) || truncated.length === 0) return short;
  try {
    const query = fields === undefined ? "" : `?fields=${fields.join()}`;
    return (await client.text(`/actions/${encodeURIComponent(String(id))}${query}`)).trimEnd();
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
