import { type RecordedAction, recordedAction } from "../../recorded/recorded-action.js";
import { adkOf } from "../../run-document/adk.js";
import { atifOf } from "../../run-document/atif.js";
import { htmlOf } from "../../run-document/html-page.js";
import { NotFoundError } from "../client/refusal.js";
import type { DOCUMENT_FORMATS } from "../commands/export.js";
import { formatBytes, formatNumber } from "../format/values.js";
import { CommandError } from "../framework/exit-codes.js";
import { parsedRow } from "../lists/shown-row.js";

/** Formats that are made of the actions alone. */
export type DocumentFormat = Exclude<(typeof DOCUMENT_FORMATS)[number], "bundle">;

/** A run as one document, which is made in memory. */
export interface RunDocument {
  readonly text: string;
  /** What it cannot say, for people: a line each. */
  readonly gaps: readonly string[];
}

/** Most bytes of the rows of a run that becomes one document. */
const MAX_DOCUMENT_BYTES = 64_000_000;

/**
 * The actions of a run, as many as one document may have.
 *
 * @param rows texts of JSON objects; `undefined` for one that went away
 * @throws CommandError where there are more, NotFoundError where none is left
 */
export async function readDocumentRun(
  rows: AsyncIterable<string | undefined>,
  maxBytes = MAX_DOCUMENT_BYTES,
): Promise<{ readonly actions: readonly RecordedAction[]; readonly gone: number }> {
  const actions: RecordedAction[] = [];
  let gone = 0;
  let bytes = 0;
  for await (const row of rows) {
    if (row === undefined) {
      gone++;
      continue;
    }
    bytes += Buffer.byteLength(row);
    if (bytes > maxBytes)
      throw new CommandError(
        `The run has more than ${formatBytes(maxBytes)}, which is too much for one document. Without a bound: --format jsonl`,
      );
    const action = recordedAction(parsedRow(row));
    if (action === undefined) throw new Error("A row of the API is no action.");
    actions.push(action);
  }
  if (actions.length === 0) throw new NotFoundError("The run has no actions any more.");
  return { actions, gone };
}

/** @param run what the run is called */
export function documentOf(
  format: DocumentFormat,
  run: string,
  actions: readonly RecordedAction[],
): RunDocument {
  if (format === "html") return { text: htmlOf(run, actions), gaps: [] };
  const { document, gaps } = jsonDocumentOf(format, run, actions);
  return {
    text: JSON.stringify(document, undefined, 2),
    gaps: gaps.map(({ what, why, count }) => `${what}: ${why} (${formatNumber(count)})`),
  };
}

function jsonDocumentOf(format: "atif" | "adk", run: string, actions: readonly RecordedAction[]) {
  if (format === "adk") {
    const { evalSet, gaps } = adkOf(run, actions);
    return { document: evalSet, gaps };
  }
  const { trajectory, gaps } = atifOf(run, actions);
  return { document: trajectory, gaps };
}
