import type { JsonObject } from "../../event/json.js";
import { cutToWidth, padStartToWidth, padToWidth, textWidth } from "../format/table.js";
import { oneLine } from "../format/values.js";
import type { Style } from "../framework/output.js";
import type { ShownColumn } from "./list-columns.js";

const GAP = "  ";
const NARROWEST = 12;

/** Rows as a table with a head; no line is wider than `columns`, unless ids and numbers alone are. */
export function listTable(
  rows: readonly JsonObject[],
  shown: readonly ShownColumn[],
  { columns, style }: { readonly columns: number; readonly style: Style },
): string[] {
  const head = shown.map((column) => column.head);
  const cells = rows.map((row) => shown.map((column) => cellOf(column, row, style)));
  const widths = shown.map((_, at) => widest(at, [head, ...cells]));
  const rest = shown.findIndex(({ takesRest }) => takesRest);
  if (rest !== -1) {
    const others = widths.reduce((sum, width, at) => sum + (at === rest ? 0 : width), 0);
    const room = Math.max(columns - others - GAP.length * (shown.length - 1), NARROWEST);
    for (const row of cells) row[rest] = cutToWidth(row[rest] ?? "", room);
    widths[rest] = widest(rest, [head, ...cells]);
  }
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => (shown[at]?.align === "right" ? padStartToWidth : padToWidth)(cell, widths[at] ?? 0))
      .join(GAP)
      .trimEnd();
  return [line(head.map(style.dim)), ...cells.map(line)];
}

/** Values come from agents: nothing of them may steer a terminal. */
function cellOf({ of, maxWidth, isMark }: ShownColumn, row: JsonObject, style: Style): string {
  const cell = of(row, style);
  if (isMark) return cell;
  return maxWidth === undefined ? oneLine(cell) : cutToWidth(oneLine(cell), maxWidth);
}

// Not Math.max(...widths): there may be more rows than a call may have arguments.
const widest = (at: number, rows: readonly (readonly string[])[]): number =>
  rows.reduce((width, row) => Math.max(width, textWidth(row[at] ?? "")), 0);
