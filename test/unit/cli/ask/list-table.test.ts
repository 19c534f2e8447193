import fc from "fast-check";
import { expect, test } from "vitest";
import { textWidth } from "../../../../src/cli/format/table.js";
import { createStyle } from "../../../../src/cli/framework/output.js";
import { LIST_COLUMNS } from "../../../../src/cli/lists/list-columns.js";
import { listTable } from "../../../../src/cli/lists/list-table.js";
import { LISTS, type ListName } from "../../../../src/cli/lists/lists.js";
import { shownTime } from "../../../../src/cli/lists/shown-time.js";

const style = createStyle(false, {});
const coloured = createStyle(true, {});

test("the column that takes the rest is cut to the width, and the others are not", () => {
  const rows = [
    { name: "short", text: "x".repeat(200), count: 1 },
    { name: "longer name", text: "", count: 1_000 },
  ];
  const columns = [
    { head: "NAME", of: (row: { name?: unknown }) => String(row.name) },
    { head: "TEXT", of: (row: { text?: unknown }) => String(row.text), takesRest: true },
    { head: "N", of: (row: { count?: unknown }) => String(row.count), align: "right" as const },
  ];
  expect(listTable(rows, columns, { columns: 40, style })).toEqual([
    "NAME         TEXT                      N",
    `short        ${"x".repeat(20)}…     1`,
    "longer name                         1000",
  ]);
});

test("without a terminal every cell is whole, up to 500 characters", () => {
  const columns = [
    { head: "NAME", of: (row: { name?: unknown }) => String(row.name), maxWidth: 4 },
    { head: "TEXT", of: (row: { text?: unknown }) => String(row.text), takesRest: true },
  ];
  const rows = [{ name: "a long name", text: "x".repeat(200) + "y".repeat(600) }];
  const canvas = { columns: 80, tableColumns: Number.POSITIVE_INFINITY, style };
  const [, line] = listTable(rows, columns, canvas);
  expect(line).toBe(`a long name  ${"x".repeat(200)}${"y".repeat(299)}…`);
});

test("nothing that an agent says steers the terminal, in any list", () => {
  const evil = "\u001b[2J\u001b]0;title\u0007\r\nnext\u202e";
  for (const [list, columns] of Object.entries(LIST_COLUMNS)) {
    const row = Object.fromEntries(LISTS[list as ListName].columns.map((name) => [name, evil]));
    for (const line of listTable([{ ...row, action_details: { reasoning: evil } }], columns, {
      columns: 100,
      style,
    }))
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  }
});

test("colours change no width", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ failed_actions: fc.nat(3), title: fc.string(), correlation_id: fc.uuid() }), {
        minLength: 1,
      }),
      (rows) => {
        const widths = (which: typeof style) =>
          listTable(rows, LIST_COLUMNS.runs, { columns: 100, style: which }).map(textWidth);
        expect(widths(coloured)).toEqual(widths(style));
      },
    ),
  );
});

test("a time is of the clock on the wall: of today without its date", () => {
  const now = new Date(2026, 0, 5, 12, 0, 0);
  expect(shownTime(new Date(2026, 0, 5, 9, 8, 7).toISOString(), now)).toBe("09:08:07");
  expect(shownTime(new Date(2026, 0, 4, 9, 8, 7).toISOString(), now)).toBe("2026-01-04 09:08");
  expect(shownTime(null, now)).toBe("");
});
