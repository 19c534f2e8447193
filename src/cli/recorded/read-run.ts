import { existsSync } from "node:fs";
import { basename } from "node:path";
import { type RecordedAction, recordedAction } from "../../recorded/recorded-action.js";
import { RunFileError, readRunFile } from "../../run-source/run-file.js";
import type { ApiClient } from "../client/client.js";
import { CommandError, UnreadableError } from "../framework/exit-codes.js";
import { parsedRow } from "../lists/shown-row.js";
import { ofKnownRun } from "../show/run-tree.js";

/** Most actions of a run that are taken. */
const MAX_ACTIONS = 1_000_000;
/** Actions whose details a list has cut are asked for one by one, so many at a time. */
const AT_ONCE = 8;

/** Of a run as it is named at the command line, whether it is in a file. */
export const isFile = (given: string): boolean => existsSync(fileOf(given).path);

/** What a run is called where it is shown. */
export const labelOf = (given: string): string => (isFile(given) ? basename(given) : given);

/** `run.jsonl`, and `runs.jsonl#abc-123` where a file has several. */
function fileOf(given: string): { readonly path: string; readonly run?: string } {
  const [path = given, run] = given.split(/#(?=[^#]*$)/);
  return run === undefined || run === "" || existsSync(given) ? { path: given } : { path, run };
}

/**
 * The actions of a run, in no particular order, with their details whole: of a file, or from whom the client asks.
 *
 * @param given path of a file of JSON lines, or a correlation id
 */
export async function* readRun(
  given: string,
  client: () => Promise<ApiClient>,
): AsyncGenerator<RecordedAction> {
  if (isFile(given)) {
    const { path, run } = fileOf(given);
    try {
      yield* readRunFile(path, run);
    } catch (error) {
      throw error instanceof RunFileError ? new UnreadableError(error.message) : error;
    }
    return;
  }
  if (/[/\\]|\.jsonl?$/.test(given)) throw new UnreadableError(`There is no file ${given}.`);
  yield* fromApi(given, await client());
}

async function* fromApi(run: string, client: ApiClient): AsyncGenerator<RecordedAction> {
  // The list is of actions, and has none for a run that is not known.
  await ofKnownRun(run, client.object(`/runs/${encodeURIComponent(run)}?fields=correlation_id`));
  const query = new URLSearchParams({ run });
  for await (const { rows, hasMore } of client.pages("/actions", query, MAX_ACTIONS)) {
    for (let from = 0; from < rows.length; from += AT_ONCE)
      yield* await Promise.all(rows.slice(from, from + AT_ONCE).map((row) => wholeAction(row, client)));
    if (!hasMore) return;
  }
  throw new CommandError(
    `The run ${JSON.stringify(run)} has more than ${MAX_ACTIONS.toLocaleString("en-US")} actions.`,
  );
}

async function wholeAction(text: string, client: ApiClient): Promise<RecordedAction> {
  const row = parsedRow(text);
  const isCut = Array.isArray(row.truncated) && row.truncated.length > 0;
  const whole = isCut ? await client.object(`/actions/${encodeURIComponent(String(row.id))}`) : row;
  const action = recordedAction(whole);
  if (action === undefined) throw new Error("A row of the API is no action.");
  return action;
}
