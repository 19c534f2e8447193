import fc from "fast-check";
import { expect, test } from "vitest";
import { compareRuns, type RunComparison } from "../../../src/compare/compare-runs.js";
import { actionOf, mergedRows } from "../../../src/compare/merged-rows.js";
import { NO_NORMALISATION } from "../../../src/compare/normalisation.js";
import { type Call, compared, newTable, runOf } from "./runs.js";

/** `=read`, `~read` (other input), `>read` (moved), `-read`, `+read`; with `!` at another outcome. */
function shown(comparison: RunComparison): string[] {
  const signs = { same: "=", arguments: "~", moved: ">", unordered: "?", "only-a": "-", "only-b": "+" };
  return [...mergedRows(comparison)].map(
    (row) =>
      `${" ".repeat(row.depth)}${signs[row.kind]}${actionOf(comparison, row).name}${row.otherOutcome ? "!" : ""}`,
  );
}

test("the same calls with other ids, times and order of keys are equal", () => {
  const a = [
    { name: "read", input: { path: "/tmp/run-17/a.txt", id: "4e0f5a0e-7a0a-4d0b-9d4c-111111111111" } },
  ];
  const b = [
    { name: "read", input: { id: "5f0f5a0e-7a0a-4d0b-9d4c-222222222222", path: "/tmp/run-94/a.txt" } },
  ];
  expect(compared(a, b).isEqual).toBe(true);
  expect(compared(a, b, NO_NORMALISATION).counts).toMatchObject({ same: 0, arguments: 1 });
});

test("another input, another outcome, what is new and what is gone are told apart", () => {
  const a = [
    { name: "list", result: ["a"] },
    { name: "read", input: { path: "a" } },
    { name: "grep", input: "x" },
    "end",
  ];
  const b = [
    { name: "list", result: ["b"] },
    { name: "read", input: { path: "b" } },
    { name: "write", input: "x" },
    "end",
  ];
  const comparison = compared(a, b);
  expect(shown(comparison)).toEqual(["=list!", "~read", "-grep", "+write", "=end"]);
  expect(comparison.isEqual).toBe(false);
  expect(comparison.counts).toEqual({
    same: 2,
    arguments: 1,
    moved: 0,
    unordered: 0,
    otherOutcome: 1,
    onlyA: 1,
    onlyB: 1,
  });
});

test("in a gap, calls with most of their input in common are paired", () => {
  const read = (path: string, limit: number) => ({ name: "read", input: { path, limit } });
  const comparison = compared(["start", read("a", 1), read("b", 1), "end"], ["start", read("b", 2), "end"]);
  expect(comparison.pairsA[2]).toMatchObject({ kind: "arguments", b: 1 });
  expect(shown(comparison)).toEqual(["=start", "-read", "~read", "=end"]);
});

test("a call that stands elsewhere has moved, also into another action with all that is in it", () => {
  expect(shown(compared(["a", "b", "c", "d"], ["b", "c", "d", "a"]))).toEqual([">a", "=b", "=c", "=d"]);
  const tree = (parent: string): Call[] => [
    { name: "outer", id: "1" },
    { name: "other", id: "2" },
    { name: "survey", id: "3", parent },
    { name: "read", id: "4", parent: "3" },
  ];
  expect(shown(compared(tree("1"), tree("2")))).toEqual(["=outer", " >survey", "  =read", "=other"]);
});

test("the order of what ran in parallel is no difference, on whichever side it did", () => {
  const at = (name: string, start: number, duration: number): Call => ({ name, start, duration });
  const parallel = [
    at("begin", 0, 1),
    at("a", 10, 100),
    at("b", 11, 100),
    at("c", 12, 100),
    at("end", 200, 1),
  ];
  const otherRace = [
    at("begin", 0, 1),
    at("c", 10, 50),
    at("a", 11, 100),
    at("b", 12, 100),
    at("end", 200, 1),
  ];
  const oneByOne = [at("begin", 0, 1), at("c", 10, 5), at("b", 20, 5), at("a", 30, 5), at("end", 200, 1)];
  expect(compared(parallel, otherRace).isEqual).toBe(true);
  expect(compared(parallel, oneByOne).isEqual).toBe(true);
  expect(compared(oneByOne, parallel).isEqual).toBe(true);
  const reversed = [at("begin", 0, 1), at("a", 10, 5), at("b", 20, 5), at("c", 30, 5), at("end", 200, 1)];
  expect(compared(oneByOne, reversed).isEqual).toBe(false);
});

test("runs of agents are paired by their names and tasks, also where one failed", () => {
  const agent = (id: string, name: string, failed: boolean): Call => ({
    name: failed ? "TimeoutError" : name,
    id,
    failed,
    row: failed
      ? { action_type: "error", action_details: { error_message: "late", error_context: { run: name } } }
      : { action_type: "success", action_details: { result: "done" } },
  });
  const a = [
    agent("1", "research", false),
    { name: "search", parent: "1", id: "2" },
    agent("3", "write", false),
  ];
  const b = [
    agent("1", "write", false),
    agent("2", "research", true),
    { name: "search", parent: "2", id: "3" },
  ];
  expect(shown(compared(a, b))).toEqual([">research!", " =search", "=write"]);
});

const name = fc.constantFrom("a", "b", "c", "d");
/** Trees: the parent of each action is one before it, or none. */
const calls = fc
  .array(
    fc.record({
      name,
      input: fc.nat(2),
      result: fc.nat(1),
      parent: fc.nat(8),
      start: fc.nat(50),
      duration: fc.nat(20),
    }),
    {
      maxLength: 40,
    },
  )
  .map((items) =>
    items.map(
      (item, index): Call => ({
        ...item,
        id: `${index}`,
        ...(item.parent < index ? { parent: `${item.parent}` } : { parent: "none" }),
      }),
    ),
  );

test("every action of both runs is in one row, pairs are mutual, and a run equals itself", () => {
  fc.assert(
    fc.property(calls, calls, (a, b) => {
      const table = newTable();
      const [one, other] = [runOf("a", a, table), runOf("b", b, table)];
      const comparison = compareRuns(one, other);
      const rows = [...mergedRows(comparison)];
      const all = (count: number) => Array.from({ length: count }, (_, place) => place);
      const placesOf = (side: "a" | "b") =>
        rows.flatMap((row) => row[side] ?? []).sort((left, right) => left - right);
      expect(placesOf("a")).toEqual(all(a.length));
      expect(placesOf("b")).toEqual(all(b.length));
      comparison.pairsA.forEach((pair, place) => {
        if (pair === undefined) return;
        expect(pair.a).toBe(place);
        expect(comparison.pairsB[pair.b]).toBe(pair);
        expect(one.keys[pair.a]).toBe(other.keys[pair.b]);
        expect(pair.kind === "arguments").toBe(one.calls[pair.a] !== other.calls[pair.b]);
      });
      expect(compareRuns(one, one).isEqual).toBe(true);
      // The other way round, as much is equal.
      expect(compareRuns(other, one).isEqual).toBe(comparison.isEqual);
    }),
    { numRuns: 500 },
  );
});

test("calls in a part that is too different to be put in order are counted, and paired without an order", () => {
  const many = Array.from({ length: 400 }, (_, index) => `t${(index * 7) % 3}`);
  const others = Array.from({ length: 400 }, (_, index) => `t${(index * index) % 3}`);
  const table = newTable();
  const comparison = compareRuns(runOf("a", many, table), runOf("b", others, table), { stepsPerItem: 1 });
  expect(comparison.coarseActions).toBeGreaterThan(0);
  expect(comparison.counts.unordered).toBeGreaterThan(0);
});
