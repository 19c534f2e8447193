/**
 * The records of a CSV text (RFC 4180) as objects by the names of its first line. Empty cells say nothing, and are left out.
 * Lines may end as they like.
 */
export function parseCsv(text: string): readonly Readonly<Record<string, string>>[] {
  const [names = [], ...records] = recordsOf(text.replace(/^\ufeff/, ""));
  // One column is any text.
  if (names.length < 2) return [];
  return records
    .filter((cells) => cells.length > 1 || cells[0] !== "")
    .map((cells) => cellsByName(names, cells));
}

const cellsByName = (names: readonly string[], cells: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.map((name, index) => [name, cells[index] ?? ""] as const).filter(([, cell]) => cell !== ""),
  );

// Between quotes everything but a single quote is text; a quote is written twice.
const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;

function recordsOf(text: string): string[][] {
  const records: string[][] = [];
  let cells: string[] = [];
  CELL.lastIndex = 0;
  while (CELL.lastIndex < text.length || cells.length > 0) {
    const match = CELL.exec(text);
    // A quote in the middle of a cell: this is not CSV.
    if (match === null) return [];
    const [, quoted, bare = "", end] = match;
    cells.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    records.push(cells);
    cells = [];
    if (end === "") break;
  }
  return records;
}
