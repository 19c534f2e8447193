import type { JsonObject } from "../../event/json.js";
import { cutToWidth, padStartToWidth, padToWidth, textWidth } from "../format/table.js";
import { oneLine } from "../format/values.js";
import type { Style } from "../framework/output.js";
import type { ShownColumn } from "./list-columns.js";

const GAP = "  ";
const NARROWEST = 12;

/** In a table that is whole, so that one cell does not fill the screen with blanks for all others. */
const LONGEST_CELL = 500;

/** Where a table is drawn: `tableColumns` may be without an end. */
interface Canvas {
  readonly columns: number;
  readonly tableColumns?: number;
  readonly style: Style;
}

/** Rows as a table with a head; no line is wider than the canvas, unless ids and numbers alone are. */
export function listTable(
  rows: readonly JsonObject[],
  shown: readonly ShownColumn[],
  { columns, tableColumns = columns, style }: Canvas,
): string[] {
  const isWhole = tableColumns === Number.POSITIVE_INFINITY;
  const head = shown.map((column) => column.head);
  const cells = rows.map((row) => shown.map((column) => cellOf(column, row, style, isWhole)));
  const widths = shown.map((_, at) => widest(at, [head, ...cells]));
  const rest = shown.findIndex(({ takesRest }) => takesRest);
  if (rest !== -1) {
    const others = widths.reduce((sum, width, at) => sum + (at === rest ? 0 : width), 0);
    const room = Math.max(tableColumns - others - GAP.length * (shown.length - 1), NARROWEST);
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
function cellOf(
  { of, maxWidth, isMark }: ShownColumn,
  row: JsonObject,
  style: Style,
  isWhole: boolean,
): string {
  const cell = of(row, style);
  if (isMark) return cell;
  const width = isWhole ? LONGEST_CELL : maxWidth;
  return width === undefined ? oneLine(cell) : cutToWidth(oneLine(cell), width);
}

// Not Math.max(...widths): there may be more rows than a call may have arguments.
const widest = (at: number, rows: readonly (readonly string[])[]): number =>
  rows.reduce((width, row) => Math.max(width, textWidth(row[at] ?? "")), 0);
