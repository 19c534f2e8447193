/** Reads two runs and compares them, off the page's main thread: values may be large, and 20,000 actions take most of a second. */
import { Canonicaliser } from "../../src/compare/canonical.js";
import {
  type ComparableRun,
  ComparableRunBuilder,
  type ComparisonTable,
} from "../../src/compare/comparable-run.js";
import { compareRuns } from "../../src/compare/compare-runs.js";
import { comparisonReport } from "../../src/compare/comparison-report.js";
import { DEFAULT_NORMALISATION, NO_NORMALISATION } from "../../src/compare/normalisation.js";
import { TokenIds } from "../../src/compare/token-ids.js";
import { type RecordedAction, recordedAction } from "../../src/recorded/recorded-action.js";
import { type ActionRow, apiPath, getJson, RequestFailure } from "../api.js";
import type { CompareMessage, CompareRequest } from "./protocol.js";

const PAGE = 1_000;
/** Actions of which a list has cut the details are asked for one by one, so many at a time. */
const AT_ONCE = 6;
const MAX_DIFFERENCES = 500;

const tell = (message: CompareMessage): void => self.postMessage(message);

self.onmessage = async ({ data }: MessageEvent<CompareRequest>) => {
  try {
    const { a, b, exact } = data;
    const table: ComparisonTable = {
      tokens: new TokenIds(),
      canonicaliser: new Canonicaliser(exact ? NO_NORMALISATION : DEFAULT_NORMALISATION),
    };
    let read = 0;
    const count = (actions: number) => {
      read += actions;
      tell({ is: "progress", actions: read });
    };
    const one = await readRun(a, table, count);
    const other = await readRun(b, table, count);
    const limits = { maxRows: MAX_DIFFERENCES, maxDifferences: 10, maxLines: 30 };
    const report = comparisonReport(compareRuns(one.run, other.run), table, limits);
    tell({ is: "done", report, names: [one.name, other.name] });
  } catch (error) {
    const status = error instanceof RequestFailure ? error.status : 0;
    tell({ is: "failed", status, message: error instanceof Error ? error.message : String(error) });
  }
};

async function readRun(
  run: string,
  table: ComparisonTable,
  count: (actions: number) => void,
): Promise<{ readonly run: ComparableRun; readonly name: string }> {
  const { title } = await getJson<{ title: string | null }>(
    apiPath(`/runs/${encodeURIComponent(run)}`, { fields: "title" }),
  );
  const builder = new ComparableRunBuilder(run, table);
  let cursor: string | null = null;
  do {
    const page: { data: readonly ActionRow[]; next: string | null } = await getJson(
      apiPath("/actions", { run, limit: PAGE, cursor }),
    );
    for (let from = 0; from < page.data.length; from += AT_ONCE)
      for (const action of await Promise.all(page.data.slice(from, from + AT_ONCE).map(whole)))
        builder.add(action);
    count(page.data.length);
    cursor = page.next;
  } while (cursor !== null);
  return { run: builder.finish(), name: title ?? run };
}

async function whole(row: ActionRow): Promise<RecordedAction> {
  const isCut = row.truncated !== null && row.truncated !== undefined && row.truncated.length > 0;
  const action = recordedAction(isCut ? await getJson<ActionRow>(apiPath(`/actions/${row.id}`)) : row);
  if (action === undefined) throw new Error("A row of the API is no action.");
  return action;
}
