import { existsSync } from "node:fs";
import { basename } from "node:path";
import { type RecordedAction, recordedAction } from "../../recorded/recorded-action.js";
import { RunFileError, readRunFile } from "../../run-source/run-file.js";
import type { ApiClient } from "../client/client.js";
import { NotFoundError } from "../client/refusal.js";
import { CommandError, UnreadableError } from "../framework/exit-codes.js";
import { parsedRow } from "../lists/shown-row.js";
import { unknownRun } from "../show/run-tree.js";
import { wholeRows } from "./whole-rows.js";

/** Most actions of a run that are taken. */
const MAX_ACTIONS = 1_000_000;

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
  let count = 0;
  try {
    for await (const row of wholeRows(run, client, { large: true })) {
      const action = row === undefined ? undefined : recordedAction(parsedRow(row));
      if (action === undefined)
        throw new CommandError(
          `An action of the run ${JSON.stringify(run)} went away while it was read. Ask again.`,
        );
      if (++count > MAX_ACTIONS)
        throw new CommandError(
          `The run ${JSON.stringify(run)} has more than ${MAX_ACTIONS.toLocaleString("en-US")} actions.`,
        );
      yield action;
    }
  } catch (error) {
    throw error instanceof NotFoundError ? unknownRun(run) : error;
  }
}
