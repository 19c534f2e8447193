import { cutToWidth, padStartToWidth, padToWidth, textWidth } from "./text-width.js";

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
