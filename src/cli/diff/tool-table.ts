import { type ToolMeasure, toolMeasures } from "../../compare/tool-measures.js";
import type { RecordedAction } from "../../recorded/recorded-action.js";
import { shownMillis } from "../actions/shown-action.js";
import { printTable } from "../format/table.js";
import { formatNumber, oneLine } from "../format/values.js";
import type { Output } from "../framework/output.js";

/** More tools than these are in the JSON. */
const MAX_TOOLS = 12;

/** Calls, failures and durations of each tool of two runs. */
export function showTools(a: readonly RecordedAction[], b: readonly RecordedAction[], out: Output): void {
  const measures = toolMeasures(a, b);
  if (measures.length === 0) return;
  printTable(
    out,
    ["tool", "calls A", "B", "failed A", "B", "median A", "B", "durations"],
    measures.slice(0, MAX_TOOLS).map(row),
    [{ maxWidth: 24 }, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, {}],
  );
  if (measures.length > MAX_TOOLS)
    out.result(out.style.dim(`  … and ${formatNumber(measures.length - MAX_TOOLS)} more: --json`));
  out.result("");
}

const RIGHT = { align: "right" } as const;

function row({ tool, a, b, durations, failures }: ToolMeasure): string[] {
  const millis = (value: number | undefined) => (value === undefined ? "" : shownMillis(Math.round(value)));
  const notes = [
    durations === undefined ? "" : `p ${shownP(durations.p)}, effect ${shownEffect(durations.effect)}`,
    failures.p < 0.05 ? `failures p ${shownP(failures.p)}` : "",
  ];
  return [
    oneLine(tool),
    formatNumber(a.calls),
    formatNumber(b.calls),
    formatNumber(a.failed),
    formatNumber(b.failed),
    millis(a.medianDuration),
    millis(b.medianDuration),
    notes.filter(Boolean).join("; "),
  ];
}

export const shownP = (p: number): string => (p < 0.001 ? "<0.001" : p.toFixed(p < 0.1 ? 3 : 2));
export const shownEffect = (effect: number): string =>
  `${effect > 0 ? "+" : effect < 0 ? "−" : ""}${Math.abs(effect).toFixed(2)}`;
