import { type Output, unstyled } from "../framework/output.js";

// Characters are drawn one or two columns wide. These blocks are two: East Asian wide forms and emoji.
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
// Each of these is drawn one column wide by itself: printable ASCII, lines, bars and marks. Taking other texts apart costs a hundred times as much.
const NARROW = /^[\x20-\x7e\u2026\u2298\u2500-\u25ff\u2714\u2716]*$/;
const segments = new Intl.Segmenter("en", { granularity: "grapheme" });

/** How many columns a terminal gives to the text. Colours count nothing. */
export function textWidth(text: string): number {
  const plain = unstyled(text);
  if (NARROW.test(plain)) return plain.length;
  let width = 0;
  for (const { segment } of segments.segment(plain)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/** The beginning of a text without colours, at most this many columns wide; an ellipsis says that more was there. */
export function cutToWidth(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let cut = "";
  let width = 0;
  for (const { segment } of segments.segment(text)) {
    width += textWidth(segment);
    if (width > columns - 1) break;
    cut += segment;
  }
  return `${cut.trimEnd()}…`;
}

export function padToWidth(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - textWidth(text)));
}

export function padStartToWidth(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - textWidth(text))) + text;
}

export interface Column {
  readonly align?: "left" | "right";
  /** Cuts what is wider. Not for cells with colours. */
  readonly maxWidth?: number;
}

const GAP = "   ";

/** Rows as lines, every column as wide as its widest cell. No blanks at the end of a line. */
export function renderTable(rows: readonly (readonly string[])[], columns: readonly Column[]): string[] {
  const cells = rows.map((row) => row.map((cell, at) => cutCell(cell, columns[at])));
  const widths = columns.map((_, at) => Math.max(0, ...cells.map((row) => textWidth(row[at] ?? ""))));
  return cells.map((row) =>
    row
      .map((cell, at) => {
        const pad = columns[at]?.align === "right" ? padStartToWidth : padToWidth;
        return pad(cell, widths[at] ?? 0);
      })
      .join(GAP)
      .trimEnd(),
  );
}

function cutCell(cell: string, column: Column | undefined): string {
  return column?.maxWidth === undefined ? cell : cutToWidth(cell, column.maxWidth);
}

/** A table with a head, indented by two blanks. */
export function printTable(
  out: Output,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: readonly Column[] = head.map(() => ({})),
): void {
  for (const line of renderTable([head.map(out.style.dim), ...rows], columns)) out.result(`  ${line}`);
}
