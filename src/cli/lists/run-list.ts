import { GROUP_BY } from "../../api/collections/statistics.js";
import type { ParameterTable } from "../../api/query/parameter.js";
import type { JsonObject } from "../../event/json.js";
import type { ApiClient } from "../client/client.js";
import { type ClientFlags, withClient } from "../client/open-client.js";
import { formatNumber } from "../format/values.js";
import type { CliContext } from "../framework/command.js";
import { EXIT_OK, UsageError } from "../framework/exit-codes.js";
import type { Output } from "../framework/output.js";
import { csvLine, csvRow } from "./csv.js";
import { LIST_COLUMNS, type ShownColumn, textOf } from "./list-columns.js";
import { queryOf, type SHOWN_OPTIONS } from "./list-options.js";
import { listTable } from "./list-table.js";
import { LISTS, type ListName } from "./lists.js";
import { type GivenTime, nothingOf } from "./nothing.js";
import { parsedRow } from "./shown-row.js";
import { shownTime } from "./shown-time.js";

/** What every list has, whatever it filters by. */
export interface ListFlags extends ClientFlags, GivenTime {
  readonly limit?: number | undefined;
  readonly json: boolean;
  readonly csv: boolean;
  readonly fields?: readonly string[] | undefined;
  /** Of statistics: what they are grouped by. */
  readonly by?: readonly string[] | undefined;
}

export interface ListRequest {
  readonly list: ListName;
  /** Values by the names of the options. */
  readonly options: Readonly<Record<string, unknown>> & ListFlags;
  /** Its rows, in the plural. */
  readonly what: string;
  /** What is said where there are none. @default that there are none, and whether a longer time range may have some */
  readonly nothing?: string;
  /** What is said then beside it. */
  readonly hint?: string;
}

/** Shows a list as its options say. */
export async function runList(
  request: ListRequest,
  limit: typeof SHOWN_OPTIONS.limit,
  context: CliContext,
): Promise<number> {
  const { list, options } = request;
  checkFlags(list, options, LISTS[list].parameters);
  const { out } = context;
  return withClient(options, context, async (client) => {
    const most = options.limit ?? limit.default;
    const { count, hasMore, isComplete } = await show(list, options, most, client, out);
    if (out.readerGone.aborted) return EXIT_OK;
    const { dim } = out.progressStyle;
    if (!isComplete) out.progress(dim(NOT_COMPLETE));
    if (count === 0) out.progress(dim(request.nothing ?? nothingIn(request)));
    else if (hasMore)
      out.progress(dim(`${formatNumber(count)} of more. For the others: --limit ${most * 10}`));
    return EXIT_OK;
  });
}

function nothingIn({ list, what, hint, options }: ListRequest): string {
  const isOfAllTime = LISTS[list].boundedBy.some((name) => isGiven(options[name]));
  const nothing = nothingOf(what, options, isOfAllTime);
  return hint === undefined ? nothing : `${nothing} ${hint}`;
}

const NOT_COMPLETE =
  "Not complete: statistics are still being computed, or do not have so rare a name. From the rows: --computed-from rows";

/** Throws `UsageError` for options that exclude each other. */
export function checkFlags(
  command: string,
  options: Readonly<Record<string, unknown>>,
  parameters: ParameterTable,
): void {
  const exclusive = [
    ["json", "csv"],
    ["last", "since"],
    ...Object.keys(parameters).map((name) => [name, `not-${name}`]),
  ];
  for (const [one = "", other = ""] of exclusive) {
    if (isGiven(options[one]) && isGiven(options[other]))
      throw new UsageError(`--${one} and --${other} exclude each other.`, command);
  }
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== false;

/** Rows beyond this are told of while they are read. */
const ROWS_PER_NOTICE = 10_000;

async function show(
  list: ListName,
  options: ListRequest["options"],
  most: number,
  client: ApiClient,
  out: Output,
): Promise<{ readonly count: number; readonly hasMore: boolean; readonly isComplete: boolean }> {
  const { path, parameters, columns } = LISTS[list];
  const by = list === "stats" ? (options.by ?? GROUP_BY.default) : [];
  const names = [...by, ...(options.fields ?? columns).filter((name) => !by.includes(name))];
  const kept: JsonObject[] = [];
  let count = 0;
  let more = false;
  let complete = true;
  if (options.csv) out.result(csvLine(names));
  const pages = client.pages(path, queryOf(parameters, options), most);
  for await (const { rows, hasMore, isComplete, searchedSince } of pages) {
    for (const row of rows) {
      if (options.json) out.result(row);
      else if (options.csv) out.result(csvRow(row, names));
      else kept.push(parsedRow(row));
    }
    count += rows.length;
    more = hasMore;
    complete &&= isComplete;
    if (out.readerGone.aborted) break;
    if (searchedSince !== undefined)
      out.progress(
        out.progressStyle.dim(`${formatNumber(count)} found back to ${shownTime(searchedSince)} ...`),
      );
    else if (count % ROWS_PER_NOTICE === 0 && hasMore) out.progress(`${formatNumber(count)} rows ...`);
  }
  if (kept.length > 0) {
    const shown = options.fields
      ? names.map((name) => (by.includes(name) ? dimensionColumn(name) : plainColumn(name)))
      : [...by.map(dimensionColumn), ...LIST_COLUMNS[list]];
    for (const line of listTable(kept, shown, out)) out.result(line);
  }
  return { count, hasMore: more, isComplete: complete };
}

const MAX_CELL = 40;

/** A column as it is, under its own name. */
const plainColumn = (name: string): ShownColumn => ({
  head: name.toUpperCase(),
  of: (row) => {
    const value = row[name];
    return typeof value === "string" && ISO_TIME.test(value) ? shownTime(value) : textOf(value);
  },
  maxWidth: MAX_CELL,
});

/** What statistics are grouped by. Times are the beginnings of days, hours and minutes of UTC, and shown as such. */
const dimensionColumn = (name: string): ShownColumn => ({
  ...plainColumn(name),
  of: (row) => {
    const text = textOf(row[name]);
    if (!ISO_TIME.test(text)) return text;
    return name === "day" ? text.slice(0, 10) : `${text.slice(0, 16).replace("T", " ")}Z`;
  },
});

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
