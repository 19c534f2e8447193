import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { criticalPath } from "../../../dashboard/run/critical-path.js";
import { parallelCalls } from "../../../dashboard/run/parallel-calls.js";
import { buffersOf, runColumns } from "../../../dashboard/run/run-columns.js";
import { RunTree } from "../../../dashboard/run/run-tree.js";
import { idleGaps, TimeScale } from "../../../dashboard/run/time-scale.js";
import { moveOf } from "../../../dashboard/run/tree-keys.js";
import { revealed, rowOf, visiblePlaces } from "../../../dashboard/run/visible-rows.js";
import { skeletonOf, treeOf } from "./tree-fixture.js";

/** For each node after the first how many places back its parent stands; 0 makes another root. */
const distances = fc.array(fc.nat(), { minLength: 1, maxLength: 60 }).map(
  (numbers) =>
    // A parent has to be on the path to the node before: only then is the order that of a tree.
    numbers.reduce<{ columns: number[]; path: number[] }>(
      ({ columns, path }, number, place) => {
        const level = place === 0 ? 0 : number % (path.length + 1);
        const parents = path.slice(0, level);
        const parent = parents.at(-1);
        return {
          columns: [...columns, parent === undefined ? 0 : place - parent],
          path: [...parents, place],
        };
      },
      { columns: [], path: [] },
    ).columns,
);

describe("a run in columns", () => {
  test("knows depth, size and siblings of each action, whatever the tree", () => {
    fc.assert(
      fc.property(distances, (parent) => {
        const tree = treeOf({ parent });
        const children = (of: number): number[] =>
          [...tree.parents.keys()].filter((place) => tree.parents[place] === of);
        const sizeOf = (place: number): number =>
          1 + children(place).reduce((sum, child) => sum + sizeOf(child), 0);
        for (let place = 0; place < tree.count; place++) {
          const above = tree.parents[place] as number;
          expect(tree.depths[place]).toBe(above === -1 ? 0 : (tree.depths[above] as number) + 1);
          expect(tree.sizes[place]).toBe(sizeOf(place));
          const siblings = children(above);
          expect(tree.siblingCount(place)).toBe(siblings.length);
          expect(tree.positions[place]).toBe(siblings.indexOf(place) + 1);
        }
      }),
    );
  });

  test("holds 50,000 levels, and finds an action by its id", () => {
    const count = 50_000;
    const tree = treeOf({ parent: Array.from({ length: count }, (_, place) => Math.min(place, 1)) });
    expect(tree.depths[count - 1]).toBe(count - 1);
    expect(tree.sizes[0]).toBe(count);
    expect(visiblePlaces(tree, new Set([10])).length).toBe(11);
    expect(tree.placeOf(tree.idAt(49_999))).toBe(49_999);
    expect(tree.placeOf("00000000-0000-4000-8000-ffffffffffff")).toBeUndefined();
    expect(tree.placeOf("no id")).toBeUndefined();
    expect(criticalPath(tree, 0).size).toBeGreaterThan(0);
  });

  test("a collapsed action hides its subtree, and its row is where hidden ones are looked for", () => {
    fc.assert(
      fc.property(distances, fc.array(fc.nat(59)), (parent, collapsedPlaces) => {
        const tree = treeOf({ parent });
        const collapsed = new Set(collapsedPlaces.filter((place) => place < tree.count));
        const visible = visiblePlaces(tree, collapsed);
        const isHidden = (place: number): boolean => {
          for (let above = tree.parents[place] as number; above !== -1; above = tree.parents[above] as number)
            if (collapsed.has(above)) return true;
          return false;
        };
        expect([...visible]).toEqual([...tree.parents.keys()].filter((place) => !isHidden(place)));
        for (let place = 0; place < tree.count; place++) {
          const open = visiblePlaces(tree, revealed(tree, collapsed, place));
          expect(open[rowOf(open, place)]).toBe(place);
        }
      }),
    );
  });

  test("is searched by name, agent, type and state", () => {
    const tree = treeOf({
      parent: [0, 1, 1],
      names: ["Read", "Write", "Read"],
      agents: ["coder", "tester", "coder"],
    });
    expect([...tree.search("read")]).toEqual([0, 2]);
    expect([...tree.search("TEST")]).toEqual([1]);
    expect([...tree.search("tool_call")]).toEqual([0, 1, 2]);
    expect([...tree.search("nothing")]).toEqual([]);
  });

  test("an action that runs ends now", () => {
    const tree = treeOf({
      parent: [0],
      duration: [-1],
      kinds: [{ type: "tool_call", state: "running", status: null }],
    });
    expect(tree.isRunning).toBe(true);
    expect(tree.endAt(0, 1_234)).toBe(1_234);
  });
});

describe("the line of time", () => {
  const spans = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 500 })), {
      minLength: 1,
      maxLength: 20,
    })
    .map((list) => list.sort(([a], [b]) => a - b));

  test("is monotonic, and back, with idle time folded or not", () => {
    fc.assert(
      fc.property(spans, fc.boolean(), (list, isFolded) => {
        const tree = treeOf({
          parent: list.map(() => 0),
          start: list.map(([start], index) => start - (list[index - 1]?.[0] ?? 0)),
          duration: list.map(([, duration]) => duration),
        });
        const gaps = isFolded ? idleGaps(tree, 0) : [];
        const scale = new TimeScale({ from: 0, to: Math.max(1, tree.lastOffset) }, gaps);
        let before = Number.NEGATIVE_INFINITY;
        for (let time = 0; time <= scale.view.to; time += Math.max(1, scale.view.to / 50)) {
          const place = scale.place(time);
          expect(place).toBeGreaterThanOrEqual(before - 1e-9);
          before = place;
          expect(scale.millis(place)).toBeCloseTo(time, 3);
        }
        expect(scale.place(scale.view.to)).toBeCloseTo(1, 6);
        for (const [start, duration] of list)
          expect(gaps.some(({ from, to }) => start < to && start + duration > from && to > from)).toBe(false);
      }),
    );
  });

  test("a fold gives the time in which something happened most of the line", () => {
    const tree = treeOf({ parent: [0, 0], start: [0, 1_000_000], duration: [100, 100] });
    const scale = new TimeScale({ from: 0, to: tree.lastOffset }, idleGaps(tree, 0));
    expect(scale.place(100)).toBeGreaterThan(0.08);
    expect(new TimeScale({ from: 0, to: tree.lastOffset }).place(100)).toBeLessThan(0.001);
    const ticks = scale.ticks(6);
    expect(ticks.every((tick) => tick <= 100 || tick >= 1_000_000)).toBe(true);
    // They are as dense as the line that is seen needs them.
    expect(ticks).toEqual([0, 50, 100, 1_000_000, 1_000_050, 1_000_100]);
  });
});

describe("idle time", () => {
  // An agent's run of 100 s with a call of 1 s, a run of another agent with two calls, and 40 s at the end in which it does nothing.
  const tree = treeOf({
    parent: [0, 1, 2, 1, 2],
    start: [0, 2_000, 8_000, 2_000, 28_000],
    duration: [100_000, 1_000, 45_000, 1_000, 20_000],
  });

  test("is what no action without others inside takes, also below one that is around everything", () => {
    expect(idleGaps(tree, 0)).toEqual([
      { from: 0, to: 2_000 },
      { from: 3_000, to: 12_000 },
      { from: 13_000, to: 40_000 },
      { from: 60_000, to: 100_000 },
    ]);
  });

  test("that is folded leaves the line to what worked", () => {
    const scale = new TimeScale({ from: 0, to: 100_000 }, idleGaps(tree, 0));
    const share = (from: number, to: number) => scale.place(to) - scale.place(from);
    expect(scale.folded).toHaveLength(3);
    expect(share(40_000, 60_000)).toBeGreaterThan(0.6);
    expect(share(60_000, 100_000)).toBeLessThan(0.03);
    expect(scale.place(100_000)).toBeCloseTo(1, 6);
  });
});

test("the critical path explains the run's duration from its end", () => {
  // A root of 100 ms with two children one after the other, and a short one beside them.
  const tree = treeOf({ parent: [0, 1, 2, 3], start: [0, 0, 0, 50], duration: [100, 50, 10, 50] });
  expect([...criticalPath(tree, 0)].sort()).toEqual([0, 1, 3]);
});

test("the critical path leads to an action that goes on after the one around it has ended", () => {
  // Two roots, of which the second ends later; a call of the first ends last of all.
  const tree = treeOf({ parent: [0, 1, 2, 0], start: [0, 10, 0, 10], duration: [100, 500, 20, 200] });
  expect([...criticalPath(tree, 0)].sort()).toEqual([0, 1]);
});

test("parallel are actions of one parent that were under way at the same moment, whatever their order", () => {
  const call = fc.tuple(fc.nat(20), fc.nat(10));
  fc.assert(
    fc.property(fc.array(call, { minLength: 1, maxLength: 20 }), fc.boolean(), (calls, isBelowRoot) => {
      const tree = treeOf({
        parent: isBelowRoot ? [0, ...calls.map((_, index) => index + 1)] : calls.map(() => 0),
        start: (isBelowRoot ? [[0, 100] as const, ...calls] : calls).map(
          ([start], index, all) => start - (all[index - 1]?.[0] ?? 0),
        ),
        duration: [...(isBelowRoot ? [100] : []), ...calls.map(([, duration]) => duration)],
      });
      const { beside, atOnce } = parallelCalls(tree, 0);
      const isOpenAt = ([start, duration]: readonly [number, number], time: number) =>
        start <= time && time < start + duration;
      const moments = Array.from({ length: 31 }, (_, time) => time);
      const expected = calls.map(
        (one, index) =>
          calls.filter(
            (other, place) =>
              place !== index && moments.some((time) => isOpenAt(one, time) && isOpenAt(other, time)),
          ).length,
      );
      expect([...beside].slice(isBelowRoot ? 1 : 0)).toEqual(expected);
      const most = Math.max(...moments.map((time) => calls.filter((one) => isOpenAt(one, time)).length));
      // One alone is not parallel to anything.
      expect(atOnce < 2 ? 1 : atOnce).toBe(Math.max(1, most));
    }),
  );
});

describe("keys of the tree", () => {
  const tree = treeOf({ parent: [0, 1, 1, 3] });
  const view = {
    tree,
    visible: visiblePlaces(tree, new Set<number>()),
    collapsed: new Set<number>(),
    page: 2,
  };
  test.each([
    ["ArrowDown", 0, { select: 1 }],
    ["j", 3, { select: 3 }],
    ["k", 0, { select: 0 }],
    ["End", 0, { select: 3 }],
    ["Home", 3, { select: 0 }],
    ["PageDown", 0, { select: 2 }],
    ["ArrowLeft", 0, { toggle: 0 }],
    ["ArrowLeft", 1, { toggle: 1 }],
    ["ArrowLeft", 2, { select: 1 }],
    ["ArrowLeft", 3, { select: 0 }],
    ["ArrowRight", 1, { select: 2 }],
    ["ArrowRight", 3, undefined],
    [" ", 1, { toggle: 1 }],
    ["q", 1, undefined],
  ])("%s at %d", (key, active, move) => {
    expect(moveOf(key, { ...view, active })).toEqual(move);
  });

  test("a collapsed action is expanded first", () => {
    const collapsed = new Set([0]);
    expect(
      moveOf("ArrowRight", { ...view, collapsed, visible: visiblePlaces(tree, collapsed), active: 0 }),
    ).toEqual({
      toggle: 0,
    });
  });
});

test("a skeleton without ids is shown too", () => {
  const { ids: _ids, ...skeleton } = skeletonOf({ parent: [0, 1] });
  expect(new RunTree(runColumns(skeleton)).idAt(1)).toBe("");
});

describe("columns of a run", () => {
  test("are handed over whole: a message leaves none of their numbers behind, and the tree says the same", () => {
    fc.assert(
      fc.property(
        distances,
        fc.array(fc.string({ unit: "grapheme" }), { maxLength: 60 }),
        (parent, texts) => {
          const names = parent.map((_, place) => texts[place] ?? "");
          const skeleton = {
            ...skeletonOf({ parent, names, agents: names.toReversed() }),
            missing_parents: [0],
            cycles: [parent.length - 1],
          };
          const columns = runColumns(skeleton);
          const told = structuredClone(columns, { transfer: [...buffersOf(columns)] });
          for (const value of [...Object.values(columns), columns.names.ends, columns.agents.ends])
            if (ArrayBuffer.isView(value)) expect(value.byteLength).toBe(0);
          const [tree, expected] = [told, runColumns(skeleton)].map((each) => new RunTree(each));
          for (let place = 0; place < parent.length; place++) {
            expect(tree!.nameAt(place)).toBe(names[place]);
            expect(tree!.agentAt(place)).toBe(names.at(-1 - place));
            expect(tree!.idAt(place)).toBe(expected!.idAt(place));
            expect(tree!.parents[place]).toBe(expected!.parents[place]);
            expect(tree!.isParentMissing(place)).toBe(place === 0);
            expect(tree!.isCycle(place)).toBe(place === parent.length - 1);
          }
        },
      ),
    );
  });
});
