import { looksGenerated, looksMadeUp, saysNothing } from "../plausible-secret.js";
import type { Hide, SearchedText, TextRule } from "../text-rule.js";
import type { Range } from "../value-after-name.js";

const MAX_LINE_LENGTH = 4_096;

/**
 * Columns with a secret name: what `psql`, `mysql` and `sqlite3` print, tables of Markdown, CSV, and lines of a name and a value with a
 * bar between. What stands in such a column is hidden in each row that has as many cells as the heading.
 */
export const TABLES: TextRule = {
  name: "column with a secret name",
  literals: [],
  find(text, hide) {
    const { plain } = text;
    const first = {
      start: BEFORE_FIRST.exec(plain.slice(0, 600))?.[0].length ?? 0,
      end: endOfLine(plain, 0),
    };
    const csv = csvUnder(text, first);
    if (csv !== undefined) hideRows(text, csv, { start: first.end, end: plain.length }, hide);
    if (!plain.includes("--")) return;
    let open: Table | undefined;
    let from = 0;
    for (const { index, 0: rule } of plain.matchAll(RULE)) {
      const heading = { start: Math.max(plain.lastIndexOf("\n", index - 1) + 1, first.start), end: index };
      if (heading.end - heading.start > MAX_LINE_LENGTH) continue;
      const table = tableUnder(text, heading, rule.slice(1));
      if (table === undefined) continue;
      // A line that looks like a heading may be a row of the table before: each row is looked at once, for both.
      const goesOn = open !== undefined && hideRows(text, open, { start: from, end: index }, hide);
      open = goesOn && open !== undefined ? withColumnsOf(open, table) : table;
      from = index + rule.length;
    }
    if (open !== undefined) hideRows(text, open, { start: from, end: plain.length }, hide);
  },
};

/** The first line may stand behind a name and a quote: of JSON, or of a Python repr. */
const BEFORE_FIRST = /^[^\n]{0,512}[:(=] ?\x01{0,63}["'](?=[\w"+| ])/;
/** The line under a heading. It is read once and not given back: a long line that goes on otherwise is given up at once. */
const RULE = /\n(?=[|+: ]{0,8}--)(?=([-+|: ]{2,4200}))\1[\r\x01]{0,64}(?=\n|$)/g;

const endOfLine = (text: string, start: number): number => {
  const end = text.indexOf("\n", start);
  return end < 0 ? text.length : end;
};

/** Of the lines behind the one that `part` begins in. Whether all of them belong to the table. */
function hideRows(text: SearchedText, table: Table, part: Range, hide: Hide): boolean {
  let start = part.start + 1;
  while (start < part.end) {
    const end = endOfLine(text.plain, start);
    if (end - start > MAX_LINE_LENGTH || !hideRow(text, table, { start, end }, hide)) return false;
    start = end + 1;
  }
  return true;
}

/** `next` stands within `table`: if it is cut into cells alike, the columns of both are hidden from there on. */
function withColumnsOf(table: Table, next: Table): Table {
  if (table.shape !== next.shape || table.count !== next.count) return next;
  const columns = new Map(next.secret.map((column) => [column.column, column]));
  for (const column of table.secret)
    if (column.isPassword || !columns.has(column.column)) columns.set(column.column, column);
  return { ...next, secret: [...columns.values()] };
}

interface Table {
  /** Tables of one shape and number of columns have the same cells in a line. */
  readonly shape: string;
  readonly cells: (text: string, line: Range) => readonly Range[];
  readonly count: number;
  /** The columns to hide, and whether it is a password by its name: then whatever stands there. */
  readonly secret: readonly { readonly column: number; readonly isPassword: boolean }[];
}

const BARS = (text: string, line: Range): readonly Range[] => cellsOf(text, line, "|");
/** Only names stand in a heading of CSV, with nothing between them. */
function csvUnder(text: SearchedText, line: Range): Table | undefined {
  const heading = text.plain.slice(line.start, Math.min(line.end, line.start + MAX_LINE_LENGTH));
  const separator = /^["\w.-]+([,;\t])["\w.-]+(?:\1["\w.-]+)*[\r\x01]*$/.exec(heading)?.[1];
  if (separator === undefined) return undefined;
  return tableOf(text, separator, (whole, row) => cellsOf(whole, row, separator), line, /^$/);
}

/** What a line is the heading of, by the line under it. */
function tableUnder(text: SearchedText, line: Range, rule: string): Table | undefined {
  if (text.plain.slice(line.start, line.end).includes("|")) return tableOf(text, "|", BARS, line, / /);
  if (!/^-{2,}(?: {1,2}-{2,})+ {0,2}[\r\x01]*$/.test(rule)) return undefined;
  const spans = [...rule.matchAll(/-+/g)].map(({ index, 0: dashes }) => [index, dashes.length] as const);
  const byPlace = (whole: string, { start, end }: Range): readonly Range[] =>
    spans.map(([from, length], index) =>
      trimmed(
        whole,
        Math.min(start + from, end),
        index === spans.length - 1 ? end : Math.min(start + from + length, end),
      ),
    );
  return tableOf(text, rule, byPlace, line, / /);
}

function tableOf(
  { plain, isSecretKey }: SearchedText,
  shape: string,
  cells: Table["cells"],
  line: Range,
  inName: RegExp,
): Table | undefined {
  const names = cells(plain, line).map(({ start, end }) => plain.slice(start, end));
  const secret = names.flatMap((name, column) =>
    name.length <= 48 && (!name.includes(" ") || inName.test(name)) && isSecretKey(name)
      ? [{ column, isPassword: /pass|pwd|secret/i.test(name) }]
      : [],
  );
  return secret.length === 0 ? undefined : { shape, cells, count: names.length, secret };
}

/** Whether the line belongs to the table. */
function hideRow({ plain }: SearchedText, table: Table, line: Range, hide: Hide): boolean {
  if (/^[-+|=: \r\x01]*$/.test(plain.slice(line.start, line.end))) return line.end > line.start;
  const cells = table.cells(plain, line);
  if (cells.length !== table.count) return false;
  for (const { column, isPassword } of table.secret) {
    const { start, end } = cells[column] ?? line;
    const value = plain.slice(start, end);
    // A sentence about the column has several words.
    if (/\s/.test(value) || saysNothing(value)) continue;
    // What a column `token` has is often a word of a text.
    if (
      isPassword ? looksMadeUp(value) || (table.cells !== BARS && value.length >= 4) : looksGenerated(value)
    )
      hide(start, end);
  }
  return true;
}

function cellsOf(text: string, { start, end }: Range, separator: string): readonly Range[] {
  const cells: Range[] = [];
  let from = start;
  for (let at = nextOf(text, separator, from, end); ; at = nextOf(text, separator, from, end)) {
    // A separator within quotes is none.
    if (separator !== "|" && text.charAt(from) === '"') {
      const quote = text.indexOf('"', from + 1);
      if (quote >= at && quote < end) at = nextOf(text, separator, quote, end);
    }
    cells.push(trimmed(text, from, at));
    if (at >= end) return cells;
    from = at + 1;
  }
}

function nextOf(text: string, separator: string, from: number, end: number): number {
  const at = text.indexOf(separator, from);
  return at < 0 || at > end ? end : at;
}

/** Without what is no part of a cell: blanks, quotes, marks of Markdown, and what an escape leaves. */
function trimmed(text: string, from: number, to: number): Range {
  let [start, end] = [from, to];
  while (start < end && AROUND.includes(text.charAt(start))) start++;
  while (end > start && AROUND.includes(text.charAt(end - 1))) end--;
  return { start, end };
}

const AROUND = ' \t\r\x01"`*';

/** `password | x` of `psql -x`, `| Password | x |` of Markdown: a line that is a name and its value. */
const PAIR =
  /(?:^|\n)[ \t]*\|?[ \t*`]{0,8}([A-Za-z][\w .-]{1,40}?)[ \t*`]{0,40}\|[ \t`]{1,40}([^\s|`\x01]{6,512})[ \t`]*\|?[\r\x01]*(?=\n|$)/g;

export const NAMED_ROWS: TextRule = {
  name: "row with a secret name",
  literals: [],
  find({ plain, isSecretKey }, hide) {
    if (!plain.includes("|")) return;
    for (const { index, 0: whole, 1: name = "", 2: value = "" } of plain.matchAll(PAIR)) {
      if (!isSecretKey(name) || !looksMadeUp(value) || saysNothing(value)) continue;
      const start = index + whole.lastIndexOf(value);
      hide(start, start + value.length);
    }
  },
};
