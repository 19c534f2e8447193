/** A comparison for people: what differs, in the order of the runs, with equal stretches folded. */
import { notComparable } from "../../compare/comparability.js";
import type { ComparableRun, ComparisonTable } from "../../compare/comparable-run.js";
import type { RunComparison } from "../../compare/compare-runs.js";
import { type PairDifferences, pairDifferences } from "../../compare/comparison-report.js";
import { actionOf, type MergedRow, mergedRows } from "../../compare/merged-rows.js";
import { runFigures } from "../../compare/tool-measures.js";
import { inputOf, type RecordedAction } from "../../recorded/recorded-action.js";
import { shownMillis } from "../actions/shown-action.js";
import { cutToWidth, renderTable } from "../format/table.js";
import { formatCount, formatNumber, oneLine } from "../format/values.js";
import type { Output } from "../framework/output.js";
import { differenceLines, shortJson } from "./difference-lines.js";
import { showTools } from "./tool-table.js";

export interface ShownComparison {
  readonly maxRows: number;
  /** Equal actions too. */
  readonly showsAll: boolean;
}

export function showComparison(
  comparison: RunComparison,
  table: ComparisonTable,
  shown: ShownComparison,
  out: Output,
): void {
  const { a, b } = comparison;
  showHead(comparison, out);
  const reasons = notComparable(a, b);
  for (const { because } of reasons) out.result(out.style.warn(`Not comparable: ${oneLine(because)}`));
  if (reasons.length > 0) out.result("");
  showRows(comparison, table, shown, out);
  showTools(a.actions, b.actions, out);
  showNotes(comparison, table, out);
}

function showHead({ a, b, counts, isEqual }: RunComparison, out: Output): void {
  const { dim, bold, good } = out.style;
  const lines = renderTable([headOf("A", a), headOf("B", b)], [{}, { maxWidth: 40 }, {}, {}, {}, {}]);
  for (const line of lines) out.result(line);
  const parts = [
    [counts.same, "the same"],
    [counts.arguments, "with another input"],
    [counts.moved, "moved"],
    [counts.unordered, "in another order"],
    [counts.otherOutcome, "with another outcome"],
    [counts.onlyA, "only in A"],
    [counts.onlyB, "only in B"],
  ] as const;
  const words = parts.filter(([count], at) => count > 0 || at === 0);
  const line = words.map(([count, word]) => `${formatNumber(count)} ${word}`).join(dim(" · "));
  out.result(`\n${isEqual ? good("Nothing differs. ") : ""}${bold(line)}\n`);
}

function headOf(side: string, { label, actions, parents }: ComparableRun): string[] {
  const { duration, failed, inputTokens, outputTokens } = runFigures(actions, parents);
  const tokens = [inputTokens, outputTokens].map((count) => (count === null ? "?" : formatNumber(count)));
  return [
    side,
    oneLine(label),
    formatCount(actions.length, "action"),
    duration === null ? "" : shownMillis(Math.round(duration)),
    failed === 0 ? "" : `${formatNumber(failed)} failed`,
    inputTokens === null && outputTokens === null ? "" : `tokens ${tokens.join(" in, ")} out`,
  ];
}

/** Signs of the kinds of row; they say the same without colours. */
const SIGNS: Readonly<Record<MergedRow["kind"], string>> = {
  same: "=",
  arguments: "~",
  moved: ">",
  unordered: "?",
  "only-a": "-",
  "only-b": "+",
};

function showRows(
  comparison: RunComparison,
  table: ComparisonTable,
  { maxRows, showsAll }: ShownComparison,
  out: Output,
): void {
  let left = maxRows;
  let equal = 0;
  let leftOut = 0;
  const fold = () => {
    if (equal > 0) out.result(out.style.dim(`    … ${formatCount(equal, "action")} the same`));
    equal = 0;
  };
  for (const row of mergedRows(comparison)) {
    if (out.readerGone.aborted) return;
    const isEqual = row.kind === "same" && !row.otherOutcome;
    if (isEqual && !showsAll) equal++;
    else if (left <= 0) leftOut++;
    else {
      fold();
      if (!isEqual) left--;
      out.result(rowLine(comparison, row, out));
      for (const line of detailLines(pairDifferences(comparison, row, table, SHOWN), row.depth, out))
        out.result(line);
    }
  }
  if (leftOut > 0) out.result(`    … ${formatCount(leftOut, "more difference")}: --limit`);
  else fold();
  out.result("");
}

/** Of one pair, most differences and lines of a text. */
const SHOWN = { maxDifferences: 5, maxLines: 12 };
const MAX_INDENT = 12;

function rowLine(comparison: RunComparison, row: MergedRow, { style, columns }: Output): string {
  const action = actionOf(comparison, row);
  const paint = {
    same: style.dim,
    arguments: style.warn,
    moved: style.accent,
    unordered: style.accent,
    "only-a": style.bad,
    "only-b": style.good,
  }[row.kind];
  const indent = "  ".repeat(Math.min(row.depth, MAX_INDENT));
  const places = [row.a, row.b].map((place) => (place === undefined ? "" : `#${place + 1}`));
  const note =
    row.kind === "moved" || row.kind === "unordered"
      ? `${places[0]} in A, ${places[1]} in B`
      : row.kind === "arguments"
        ? "another input"
        : shortInput(action);
  const failed = [comparison.a.actions[row.a ?? -1], comparison.b.actions[row.b ?? -1]].map(
    (one) => one?.failed === true,
  );
  const outcome =
    !row.otherOutcome || failed[0] === failed[1]
      ? row.otherOutcome
        ? "another outcome"
        : ""
      : failed[1]
        ? "failed in B"
        : "failed in A";
  const text = [oneLine(action.name), note, outcome].filter(Boolean).join("  ");
  return paint(cutToWidth(`${SIGNS[row.kind]} ${places[0] || places[1]}`.padEnd(7) + indent + text, columns));
}

const shortInput = (action: RecordedAction): string => {
  const input = inputOf(action);
  return input === undefined || input === null ? "" : shortJson(input);
};

function* detailLines({ input, outcome }: PairDifferences, depth: number, out: Output): Generator<string> {
  const indent = `       ${"  ".repeat(Math.min(depth, MAX_INDENT))}`;
  for (const [part, found] of [
    ["", input],
    ["outcome ", outcome],
  ] as const) {
    for (const difference of found?.differences ?? []) yield* differenceLines(part, difference, indent, out);
    if (found?.isCut === true) yield out.style.dim(`${indent}… and more: --json`);
  }
}

function showNotes(
  { a, b, coarseActions }: RunComparison,
  { canonicaliser }: ComparisonTable,
  out: Output,
): void {
  const { texts, keys, paths } = canonicaliser.normalisation;
  const { dim, warn } = out.style;
  if (coarseActions > 0)
    out.result(
      warn(
        `${formatCount(coarseActions, "action")} of both are in parts that are too different to be put in order: their calls were compared without one.`,
      ),
    );
  const withoutDetails = a.withoutDetails + b.withoutDetails;
  if (withoutDetails > 0)
    out.result(warn(`The details of ${formatCount(withoutDetails, "action")} were too large to be shown.`));
  const ignored = [
    ...texts.map(({ name }) => name),
    ...(keys.length > 0 ? [`${keys.length} names such as ${keys.slice(0, 2).join(", ")}`] : []),
    ...paths.map(({ tool, path }) => `${tool}:${path}`),
  ];
  if (ignored.length > 0)
    out.result(dim(`Not compared: ${ignored.map(oneLine).join(", ")}. All rules: --json; none: --exact`));
}
