/** Many runs of one task, for people and as JSON. */
import type { ComparableRun, ComparisonTable } from "../../compare/comparable-run.js";
import type { Branch, Consensus, JudgedRun, Parting } from "../../compare/consensus.js";
import type { SelectionComparison } from "../../compare/over-represented.js";
import { inputOf, type RecordedAction } from "../../recorded/recorded-action.js";
import { cutToWidth, padStartToWidth, printTable } from "../format/table.js";
import { formatCount, formatNumber, oneLine } from "../format/values.js";
import type { Output } from "../framework/output.js";
import { shownEffect, shownP } from "./tool-table.js";

export interface ManyRuns {
  readonly runs: readonly JudgedRun[];
  readonly consensus: Consensus;
  /** Runs of the baseline; `undefined` when none was asked for. */
  readonly baseline: readonly string[] | undefined;
  /** The runs against the baseline; without one, the failed runs against the others. */
  readonly selection: SelectionComparison;
}

const MAX_STEPS = 60;
const MAX_SHOWN_PARTINGS = 5;
const MAX_BRANCHES = 6;

export function showMany({ runs, baseline, consensus, selection }: ManyRuns, out: Output): void {
  const { bold, dim } = out.style;
  const centre = (runs[consensus.representative] as JudgedRun).run;
  const judged = (verdict: boolean | undefined) =>
    runs.filter(({ succeeded }) => succeeded === verdict).length;
  const figures = [
    formatCount(runs.length, "run"),
    `${judged(true)} ended well`,
    `${judged(false)} failed`,
    judged(undefined) > 0 ? `of ${judged(undefined)} nobody says` : "",
  ];
  out.result(bold(figures.filter(Boolean).join(" · ")));
  out.result(dim(`most like the others: ${oneLine(centre.label)}`));
  showSteps(centre, consensus, runs.length, out);
  showPartings(runs, centre, consensus.partings, out);
  showSelection(selection, baseline !== undefined, out);
}

function showSteps(centre: ComparableRun, { steps }: Consensus, count: number, out: Output): void {
  out.result(`\n${out.style.bold("What more than half of them do")}`);
  for (const { place, support } of steps.slice(0, MAX_STEPS)) {
    const share = padStartToWidth(`${support}/${count}`, 9);
    out.result(cutToWidth(`${share}  ${callText(centre.actions[place])}`, out.columns));
  }
  if (steps.length > MAX_STEPS)
    out.result(
      out.style.dim(`           … and ${formatCount(steps.length - MAX_STEPS, "more step")}: --json`),
    );
  if (steps.length === 0) out.result("  There is no call that more than half of them have.");
}

function showPartings(
  runs: readonly JudgedRun[],
  centre: ComparableRun,
  partings: readonly Parting[],
  out: Output,
): void {
  if (partings.length === 0) return;
  const { bold, dim, good, bad } = out.style;
  out.result(`\n${bold("Where they part")}`);
  for (const { after, branches } of partings.slice(0, MAX_SHOWN_PARTINGS)) {
    const where =
      after === -1 ? "at the beginning" : `after #${after + 1} ${callText(centre.actions[after])}`;
    out.result(dim(cutToWidth(`  ${where}`, out.columns)));
    for (const branch of branches.slice(0, MAX_BRANCHES)) {
      const ended = branch.judged === 0 ? "" : `${branch.succeeded} of ${branch.judged} ended well`;
      const paint = branch.judged === 0 ? dim : branch.succeeded * 2 >= branch.judged ? good : bad;
      const text = `${padStartToWidth(formatNumber(branch.runs.length), 9)}  ${nextText(branch, runs)}`;
      out.result(
        `${cutToWidth(text, out.columns - ended.length - 2).padEnd(out.columns - 22)}  ${paint(ended)}`.trimEnd(),
      );
    }
    if (branches.length > MAX_BRANCHES)
      out.result(dim(`           … and ${formatCount(branches.length - MAX_BRANCHES, "other way")}`));
  }
}

function showSelection(
  { selectedRuns, otherRuns, tested, properties }: SelectionComparison,
  hasBaseline: boolean,
  out: Output,
): void {
  if (selectedRuns === 0 || otherRuns === 0) return;
  const title = hasBaseline ? "What more of them have than the baseline" : "What more of the failed have";
  const heads = hasBaseline
    ? [`of ${selectedRuns} runs`, `of ${otherRuns} of the baseline`]
    : [`of ${selectedRuns} failed`, `of ${otherRuns} others`];
  out.result(`\n${out.style.bold(title)}`);
  printTable(
    out,
    ["what", "value", ...heads, "effect", "p"],
    properties
      .slice(0, 10)
      .map(({ kind, value, selected, others, effect, p }) => [
        kind,
        oneLine(value),
        formatNumber(selected),
        formatNumber(others),
        shownEffect(effect),
        shownP(p),
      ]),
    [{}, { maxWidth: 30 }, { align: "right" }, { align: "right" }, { align: "right" }, { align: "right" }],
  );
  out.result(
    out.style.dim(
      `  Fisher's exact test, adjusted for the ${formatNumber(tested)} properties that were looked at.`,
    ),
  );
}

function nextText({ example }: Branch, runs: readonly JudgedRun[]): string {
  return example === undefined ? "(the end)" : callText(runs[example.run]?.run.actions[example.place]);
}

/** So much of an input is enough to be cut to any line. */
const LONGEST = 300;

function callText(action: RecordedAction | undefined): string {
  if (action === undefined) return "";
  const input = inputOf(action);
  const text = input === undefined || input === null ? "" : `  ${JSON.stringify(input).slice(0, LONGEST)}`;
  return oneLine(`${action.name}${text}`);
}

export function manyReport(
  { runs, baseline, consensus, selection }: ManyRuns,
  { canonicaliser }: ComparisonTable,
) {
  const centre = (runs[consensus.representative] as JudgedRun).run;
  const callOf = (action: RecordedAction | undefined) =>
    action && {
      id: action.id,
      action_name: action.name,
      action_type: action.type,
      input: inputOf(action) ?? null,
    };
  return {
    runs: runs.map(({ run, succeeded }) => ({
      run: run.label,
      actions: run.actions.length,
      succeeded: succeeded ?? null,
    })),
    representative: centre.label,
    consensus: consensus.steps.map(({ place, support }) => ({
      place,
      support,
      ...callOf(centre.actions[place]),
    })),
    partings: consensus.partings.map(({ after, branches }) => ({
      after: after === -1 ? null : { place: after, ...callOf(centre.actions[after]) },
      branches: branches.map(({ example, runs: taken, succeeded, judged }) => ({
        next: example === undefined ? null : callOf(runs[example.run]?.run.actions[example.place]),
        runs: taken.map((index) => runs[index]?.run.label),
        succeeded,
        judged,
      })),
    })),
    ...(baseline && { baseline }),
    over_represented: selection,
    normalisation: canonicaliser.normalisation,
  };
}
