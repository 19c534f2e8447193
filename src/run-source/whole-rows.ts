import { isPlainObject } from "../event/json.js";
import { withWholeContentsInText } from "./whole-contents.js";

/** What rows are read from: the API of a service, or the same in this process. */
export interface RowSource {
  /** The list of actions, page by page; each row is the text of a JSON object. */
  pages(query: URLSearchParams): AsyncIterable<readonly string[]>;
  /** The text of a response to a path below `/api/v1`; `undefined` where there is none of it (404). */
  text(path: string): Promise<string | undefined>;
}

export interface WholeRowsOptions {
  /** Members of the rows. @default all that a list shows */
  readonly fields?: readonly string[] | undefined;
  /** Whether contents that are too large for a row are put into it, as far as they are there. @default false */
  readonly large?: boolean;
  /** Called for each of these contents that is not where it was kept: its beginning stays in the row. */
  readonly onMissing?: (() => void) | undefined;
}

/** Actions whose details a list has cut are asked for one by one, so many at a time. */
const AT_ONCE = 8;

/**
 * The rows of a list of actions in its order, with their details whole; numbers keep all their digits. `undefined` stands for an action that went
 * away while this was read. A page is in memory at a time.
 *
 * @param query parameters of the list beside `fields`
 */
export async function* wholeRows(
  query: URLSearchParams,
  source: RowSource,
  { fields, large = false, onMissing }: WholeRowsOptions = {},
): AsyncGenerator<string | undefined> {
  const wanted = new URLSearchParams(query);
  if (fields !== undefined) wanted.set("fields", [...fields, "truncated"].join());
  for await (const rows of source.pages(wanted)) {
    for (let from = 0; from < rows.length; from += AT_ONCE)
      yield* await Promise.all(
        rows.slice(from, from + AT_ONCE).map((row) => wholeRow(row, source, { fields, large, onMissing })),
      );
  }
}

async function wholeRow(
  short: string,
  source: RowSource,
  { fields, large = false, onMissing }: WholeRowsOptions,
): Promise<string | undefined> {
  const { id, truncated } = objectIn(short);
  if (!Array.isArray(truncated) || truncated.length === 0) return short;
  const query = fields === undefined ? "" : `?fields=${fields.join()}`;
  const row = (await source.text(`/actions/${encodeURIComponent(String(id))}${query}`))?.trimEnd();
  return row !== undefined && large ? withLargeContents(row, source, onMissing) : row;
}

/** The row with contents that are too large for it, as far as they are there. @param onMissing called for each that is not */
export const withLargeContents = (
  row: string,
  source: Pick<RowSource, "text">,
  onMissing?: () => void,
): Promise<string> =>
  withWholeContentsInText(row, objectIn(row), async (id, member) => {
    const text = await source.text(`/actions/${encodeURIComponent(id)}/contents/${member}`);
    if (text === undefined) onMissing?.();
    return text;
  });

function objectIn(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  return isPlainObject(value) ? value : {};
}
