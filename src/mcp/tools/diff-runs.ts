import { Canonicaliser } from "../../compare/canonical.js";
import { ComparableRunBuilder, type ComparisonTable } from "../../compare/comparable-run.js";
import { compareRuns } from "../../compare/compare-runs.js";
import { comparisonReport } from "../../compare/comparison-report.js";
import { DEFAULT_NORMALISATION } from "../../compare/normalisation.js";
import { TokenIds } from "../../compare/token-ids.js";
import type { JsonObject, JsonValue } from "../../event/json.js";
import { readRunBy } from "../../run-source/run-api.js";
import { fitted, listAnswer } from "../answer.js";
import { type ApiAsk, askChecked, askObject } from "../api.js";
import { readArguments, ToolRefusal } from "../arguments.js";
import type { Tool } from "../tool.js";

const PARAMETERS = {
  a: {
    type: "string",
    description: "The run that is compared with, by correlation_id or correlation_text.",
    required: true,
  },
  b: { type: "string", description: "The run that may differ.", required: true },
  limit: { type: "integer", description: "Most differences.", minimum: 1, maximum: 500, default: 40 },
} as const;

/** A difference is told in so much of the budget at most, so that others are in the answer too. */
const SHARE = 10;
/** What stands before the differences, of all. */
const HEAD_SHARE = 3;

export const diffRuns: Tool = {
  name: "diff_runs",
  title: "Compare two runs",
  description:
    "What differs between two runs: calls with other arguments or outcomes, calls that only one has, calls in another order; durations and errors by tool. Of runs of up to 50,000 actions. Ids, times, temporary paths and ports do not count.",
  parameters: PARAMETERS,
  async call(given, { ask, maxCharacters }) {
    const { a, b, limit } = readArguments(PARAMETERS, given);
    const table: ComparisonTable = {
      tokens: new TokenIds(),
      canonicaliser: new Canonicaliser(DEFAULT_NORMALISATION),
    };
    const [one, other] = [
      await comparable(a, a === b ? `${a} (A)` : a, table, ask),
      await comparable(b, a === b ? `${b} (B)` : b, table, ask),
    ];
    const report = comparisonReport(compareRuns(one, other), table, { maxRows: limit });
    // Everything in a report is plain data.
    const {
      differences,
      normalisation: _,
      differences_left_out: beyond,
      ...head
    } = JSON.parse(JSON.stringify(report)) as JsonObject;
    const rows = Array.isArray(differences) ? differences : [];
    return listAnswer(
      {
        head: fitted(head, Math.floor(maxCharacters / HEAD_SHARE)) as JsonObject,
        name: "differences",
        rows: rows.map((row: JsonValue) => fitted(row, Math.floor(maxCharacters / SHARE))),
        tail: (shown) => {
          const left = rows.length - shown + (typeof beyond === "number" ? beyond : 0);
          return left === 0
            ? {}
            : {
                left_out: `${left} differences: agent-actions diff shows all; get_actions shows single actions`,
              };
        },
      },
      maxCharacters,
    );
  },
};

/** Both runs are in the memory of the service while they are compared. */
export const MAX_ACTIONS = 50_000;

const tooLarge = (run: string, actions: number): ToolRefusal =>
  new ToolRefusal(
    `The run ${run} has ${actions} actions, and runs of up to ${MAX_ACTIONS} are compared here. Of any size, on a machine of the user: agent-actions diff A B. What it did, in short: run_skeleton.`,
  );

async function comparable(run: string, label: string, table: ComparisonTable, ask: ApiAsk) {
  // The list of actions has none for a run that is not known.
  const { actions } = await askObject(ask, `/runs/${encodeURIComponent(run)}`, { fields: "actions" });
  if (typeof actions === "number" && actions > MAX_ACTIONS) throw tooLarge(run, actions);
  const builder = new ComparableRunBuilder(label, table);
  const checked = (path: string, init: RequestInit) => askChecked(ask, path, init);
  let count = 0;
  for await (const action of readRunBy(checked, run)) {
    // It may have grown since.
    if (++count > MAX_ACTIONS) throw tooLarge(run, count);
    builder.add(action);
  }
  return builder.finish();
}
