import fc from "fast-check";
import { expect, test } from "vitest";
import { textWidth } from "../../../../src/cli/format/table.js";
import { treeOf } from "../../../../src/cli/show/run-tree.js";
import { barOf, createBranches } from "../../../../src/cli/show/tree-lines.js";

test("a skeleton becomes depths, parents, starts and ids", () => {
  const id = "019b8d62-7a80-7f42-8c01-4900c4be45b1";
  const tree = treeOf({
    count: 4,
    truncated: false,
    ids: Buffer.from(id.replaceAll("-", "").repeat(4), "hex").toString("base64"),
    columns: { parent: [0, 1, 1, 3], start: [5, 10, -3, 7], duration: [40, 2, -1, 0] },
  });
  expect([...tree.parents]).toEqual([-1, 0, 1, 0]);
  expect([...tree.depths]).toEqual([0, 1, 2, 1]);
  expect([...tree.starts]).toEqual([5, 15, 12, 19]);
  expect(tree.ids).toEqual([id, id, id, id]);
});

test("branches: the last child has a corner, and below others the line goes on", () => {
  const branch = createBranches({ count: 6, parents: Int32Array.of(-1, 0, 1, 1, 0, 4) });
  expect([0, 1, 2, 3, 4, 5].map(branch)).toEqual(["", "├─ ", "│  ├─ ", "│  └─ ", "└─ ", "   └─ "]);
});

test("a chain of 50,000 takes no recursion, and of its branch the end is kept", () => {
  const count = 50_000;
  const branch = createBranches({
    count,
    parents: Int32Array.from({ length: count }, (_, place) => place - 1),
  });
  expect(branch(count - 1)).toMatch(/^ {60}└─ $/);
});

test("a bar is inside its columns and at least one wide, whatever the times are", () => {
  const span = fc.record({
    start: fc.integer({ min: 0, max: 1e9 }),
    duration: fc.integer({ min: -1, max: 1e9 }),
    rest: fc.nat(1e6),
    columns: fc.integer({ min: 1, max: 120 }),
  });
  fc.assert(
    fc.property(span, ({ start, duration, rest, columns }) => {
      const bar = barOf({ start, duration, total: start + Math.max(duration, 0) + rest, columns });
      expect(textWidth(bar)).toBeLessThanOrEqual(columns);
      expect(bar).toMatch(duration < 0 ? /^ *─*▸$/ : /^ *━+$/);
    }),
  );
  expect(barOf({ start: 50, duration: 25, total: 100, columns: 8 })).toBe("    ━━");
  expect(barOf({ start: 50, duration: -1, total: 100, columns: 8 })).toBe("    ───▸");
});
