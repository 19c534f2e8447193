import type { JsonValue } from "../event/json.js";
import { inputOf, outcomeOf, type RecordedAction } from "../recorded/recorded-action.js";
import { notComparable } from "./comparability.js";
import type { ComparableRun, ComparisonTable } from "./comparable-run.js";
import type { RunComparison } from "./compare-runs.js";
import { actionOf, type MergedRow, mergedRows } from "./merged-rows.js";
import { runFigures, toolMeasures } from "./tool-measures.js";
import { type DifferenceLimits, type ValueDifferences, valueDifferences } from "./value-differences.js";

/** What differs in a pair, and where. */
export interface PairDifferences {
  readonly input?: ValueDifferences;
  readonly outcome?: ValueDifferences;
}

/** Where the two actions of a row differ; nothing for a row of one action, or of equal ones. */
export function pairDifferences(
  { a, b }: RunComparison,
  row: MergedRow,
  { canonicaliser }: ComparisonTable,
  limits?: DifferenceLimits,
): PairDifferences {
  if (row.a === undefined || row.b === undefined) return {};
  const one = a.actions[row.a] as RecordedAction;
  const other = b.actions[row.b] as RecordedAction;
  const between = (read: (action: RecordedAction) => JsonValue | undefined) =>
    valueDifferences(read(one), read(other), one.name, canonicaliser, limits);
  return {
    ...(row.kind === "arguments" && { input: between(inputOf) }),
    ...(row.otherOutcome && { outcome: between((action) => outcomeWithState(action)) }),
  };
}

/** A failure without a message is one all the same. */
function outcomeWithState(action: RecordedAction): JsonValue | undefined {
  const outcome = outcomeOf(action);
  return action.failed ? { failed: true, outcome: outcome ?? null } : outcome;
}

export interface ReportLimits extends DifferenceLimits {
  /** Rows that differ; what is left out is counted. @default 1,000 */
  readonly maxRows?: number;
}

/** A comparison as one JSON value: the names are those of the columns of actions. */
export function comparisonReport(
  comparison: RunComparison,
  table: ComparisonTable,
  { maxRows = 1_000, ...limits }: ReportLimits = {},
) {
  const { a, b, counts, isEqual, coarseActions } = comparison;
  const differing = [...mergedRows(comparison)].filter((row) => row.kind !== "same" || row.otherOutcome);
  return {
    equal: isEqual,
    a: runOf(a),
    b: runOf(b),
    not_comparable: notComparable(a, b),
    counts: {
      same: counts.same,
      other_input: counts.arguments,
      moved: counts.moved,
      unordered: counts.unordered,
      other_outcome: counts.otherOutcome,
      only_a: counts.onlyA,
      only_b: counts.onlyB,
    },
    // Parts that were too different to be put in order; the calls in them are compared without an order.
    coarse_actions: coarseActions,
    differences: differing.slice(0, maxRows).map((row) => ({
      kind: row.kind,
      other_outcome: row.otherOutcome,
      ...namesOf(actionOf(comparison, row)),
      a: placed(a, row.a),
      b: placed(b, row.b),
      ...pairDifferences(comparison, row, table, limits),
    })),
    differences_left_out: Math.max(differing.length - maxRows, 0),
    tools: toolMeasures(a.actions, b.actions),
    normalisation: table.canonicaliser.normalisation,
  };
}

const namesOf = ({ type, name, agent }: RecordedAction) => ({
  action_type: type,
  action_name: name,
  agent_name: agent,
});

const runOf = ({ label, actions, parents, missing, withoutDetails }: ComparableRun) => ({
  run: label,
  ...runFigures(actions, parents),
  missing,
  without_details: withoutDetails,
});

const placed = ({ actions }: ComparableRun, place: number | undefined) =>
  place === undefined ? null : { place, id: actions[place]?.id ?? "" };
