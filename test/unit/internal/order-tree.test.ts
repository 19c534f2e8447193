import fc from "fast-check";
import { expect, test } from "vitest";
import { orderTree } from "../../../src/internal/order-tree.js";

const treeOf = (parents: readonly number[]) => orderTree(Int32Array.from(parents));

test("parents stand before their children, siblings in their own order", () => {
  const { order, parentDistance } = treeOf([-1, 0, -1, 1, 0, 2]);
  expect([...order]).toEqual([0, 1, 3, 4, 2, 5]);
  expect([...parentDistance]).toEqual([0, 1, 1, 3, 0, 1]);
});

test("a node that is its own parent becomes a root, and so does the first of a circle", () => {
  const self = treeOf([0, 0]);
  expect([[...self.order], [...self.parentDistance], self.cycles]).toEqual([[0, 1], [0, 1], [0]]);
  const circle = treeOf([2, 0, 1, 2]);
  expect([[...circle.order], [...circle.parentDistance], circle.cycles]).toEqual([
    [0, 1, 2, 3],
    [0, 1, 1, 1],
    [0],
  ]);
});

test("50,000 levels are ordered", () => {
  const { order, parentDistance } = treeOf(Array.from({ length: 50_000 }, (_, index) => index - 1));
  expect(order[49_999]).toBe(49_999);
  expect(parentDistance.every((distance, place) => distance === (place === 0 ? 0 : 1))).toBe(true);
});

const anyParents = fc
  .integer({ min: 0, max: 60 })
  .chain((count) =>
    fc.array(fc.integer({ min: -1, max: count - 1 }), { minLength: count, maxLength: count }),
  );

test("whatever the parents are, every node stands once, and below the parent that it names unless a circle was cut", () => {
  fc.assert(
    fc.property(anyParents, (parents) => {
      const { order, parentDistance, cycles } = treeOf(parents);
      expect([...order].sort((a, b) => a - b)).toEqual(parents.map((_, index) => index));
      const cut = new Set(cycles);
      order.forEach((node, place) => {
        const distance = parentDistance[place] ?? 0;
        const parent = distance === 0 ? -1 : order[place - distance];
        expect(parent).toBe(cut.has(place) ? -1 : parents[node]);
      });
    }),
    { numRuns: 1_000 },
  );
});
