import type { BenchRow } from "./agent/write-json.js";
import type { Line } from "./summary.js";
import type { Bound, Target } from "./summary-targets.js";

/** The summary's cells, as texts: one row a line, with the group only where it begins. */
export function summaryCells(lines: readonly Line[]): readonly (readonly string[])[] {
  let group = "";
  return lines.map((line) => {
    const { target, ours } = line;
    const first = target.group === group ? "" : target.group;
    group = target.group;
    return [
      first,
      nameOf(line),
      ours === undefined ? "" : oursText(ours, target),
      peerText(line),
      relation(line),
      targetText(target),
      line.verdict,
    ];
  });
}

export const SUMMARY_HEADER = ["", "", "ours", "peer", "ratio", "target", ""] as const;

function oursText(ours: BenchRow, { isAdded }: Target): string {
  return isAdded && ours.value < 0 ? `below what can be told (${quantity(ours)})` : withSpread(ours);
}

function nameOf({ target, ours, size }: Line): string {
  const worstOf = target.row instanceof RegExp && ours ? ` (${ours.name})` : "";
  return target.name + worstOf + (size === undefined ? "" : `, ${number(size)} rows`);
}

function peerText({ target, peer, peerLost }: Line): string {
  if (target.peer === undefined) return "";
  const lost = peerLost === undefined ? "" : `, ${quantity(peerLost)} lost`;
  return target.peer.name + (peer === undefined ? "" : `: ${quantity(peer)}${lost}`);
}

function relation({ target, judged }: Line): string {
  if (target.peer === undefined || judged === undefined) return "";
  return target.peer.by === "ratio" ? judged.toFixed(2) : `${judged < 0 ? "" : "+"}${number(judged)}`;
}

function targetText({ bound, stretch, peer }: Target): string {
  if (bound === undefined) return "";
  const unit = peer?.by === "ratio" ? " x" : "";
  const more = stretch === undefined ? "" : ` (stretch ${stretch})`;
  return `${boundText(bound, peer?.by === "difference" ? "+" : "")}${unit}${more}`;
}

function boundText(bound: Bound, sign: string): string {
  if ("atLeast" in bound) return `>= ${sign}${number(bound.atLeast)}`;
  return "below" in bound ? `< ${sign}${number(bound.below)}` : `<= ${sign}${number(bound.atMost)}`;
}

/** A figure with its unit, and the lowest and highest of the rounds where they are known. */
export function withSpread(row: BenchRow): string {
  const { lowest, highest } = row;
  const spread =
    lowest === undefined || highest === undefined ? "" : ` (${number(lowest)} to ${number(highest)})`;
  return quantity(row) + spread;
}

const quantity = ({ value, unit }: BenchRow): string => `${number(value)} ${unit}`;

/** Three digits that say something, and thousands in groups: 43,210; 117; 17.6; 0.53. */
export function number(value: number): string {
  const size = Math.abs(value);
  const digits = Number.isInteger(value) || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A table in aligned columns for a terminal. */
export function plainTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(header), `|${"---|".repeat(header.length)}`, ...rows.map(line)].join("\n");
}
