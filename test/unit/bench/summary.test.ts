import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { BenchRow } from "../../../bench/agent/write-json.js";
import { type BenchRun, loadRun } from "../../../bench/bench-run.js";
import { PARTS } from "../../../bench/parts.js";
import { failuresOf, isWithin, summarize } from "../../../bench/summary.js";
import { benchmarksPage, countsText } from "../../../bench/summary-page.js";
import { number, summaryCells } from "../../../bench/summary-table.js";
import { TARGETS } from "../../../bench/summary-targets.js";

test("docs/benchmarks.md is what bench/results.json says; run `npm run generate`", () => {
  const page = readFileSync("docs/benchmarks.md", "utf8");
  expect(benchmarksPage(page, loadRun("bench/results.json"))).toBe(page);
});

test("every target is of a part that runs, and no two lines are the same", () => {
  const parts = PARTS.map(({ name }) => name);
  expect(TARGETS.filter(({ part }) => !parts.includes(part))).toEqual([]);
  const lines = TARGETS.map(({ group, name, peer }) => `${group} ${name} ${peer?.name ?? ""}`);
  expect(new Set(lines).size).toBe(lines.length);
});

const row = (name: string, value: number, more: Partial<BenchRow> = {}): BenchRow => ({
  name,
  value,
  unit: "ms",
  ...more,
});

const part = (name: string, rows: readonly BenchRow[]): BenchRun["parts"][number] => ({
  name,
  command: name,
  seconds: 1,
  loadBefore: 0,
  loadAfter: 0,
  result: { name, conditions: {}, rows },
});

const runOf = (...parts: BenchRun["parts"]): BenchRun => ({
  day: "2026-01-01",
  quick: true,
  machine: {},
  parts,
});

const consumer = (rows: number, loop: number) =>
  runOf(part("consumer", [row("consumer: rows", rows), row("bare loop: rows", loop)]));

function line(run: BenchRun, name: string, peer?: string) {
  const found = summarize(run).find(({ target }) => target.name === name && target.peer?.name === peer);
  if (found === undefined) throw new Error(`There is no line "${name}".`);
  return found;
}

describe("a target is judged", () => {
  test.each([
    [{ atLeast: 10 }, 10, true],
    [{ atLeast: 10 }, 9.99, false],
    [{ atMost: 10 }, 10, true],
    [{ atMost: 10 }, 10.01, false],
    [{ below: 10 }, 9.99, true],
    [{ below: 10 }, 10, false],
  ])("%o of %d: %s", (bound, value, expected) => {
    expect(isWithin(value, bound)).toBe(expected);
  });

  test("by ours alone", () => {
    expect(line(consumer(43_000, 1), "rows")).toMatchObject({ verdict: "met", judged: 43_000 });
    expect(line(consumer(42_999, 1), "rows").verdict).toBe("missed");
  });

  test("by ours divided by the peer's", () => {
    expect(line(consumer(75, 100), "rows", "bare loop")).toMatchObject({ verdict: "met", judged: 0.75 });
    expect(line(consumer(74, 100), "rows", "bare loop")).toMatchObject({ verdict: "missed", judged: 0.74 });
  });

  test("by how much ours is above the peer's", () => {
    const of = (ours: number) =>
      runOf(
        part("agent", [
          row("own-kafka 200 B: delay of the loop, p99", ours),
          row("sdk 200 B: delay of the loop, p99", 0.5),
        ]),
      );
    expect(line(of(2.5), "delay of the loop, p99", "no processor")).toMatchObject({
      verdict: "met",
      judged: 2,
    });
    expect(line(of(2.6), "delay of the loop, p99", "no processor").verdict).toBe("missed");
  });

  test("by the worst of several rows, which the table names", () => {
    const run = runOf(
      part("longest-block", [row("text 400000", 3), row("keys 50000000", 11), row("deep 1", 4)]),
    );
    const found = line(run, "longest turn of the loop, any value up to 50 MB");
    expect(found).toMatchObject({ verdict: "missed", judged: 11 });
    expect(summaryCells([found])[0]?.[1]).toContain("keys 50000000");
  });
});

test("the target beside the predecessor is held against both with file operations; both without are told beside it", () => {
  const run = runOf(
    part("consumer", [
      row("consumer: rows", 110),
      row("consumer, files: rows", 60),
      row("predecessor: rows", 5),
      row("predecessor, without file operations: rows", 10),
    ]),
  );
  expect(line(run, "rows, with file operations", "predecessor")).toMatchObject({
    verdict: "met",
    judged: 12,
  });
  const beside = line(run, "rows", "predecessor, without file operations");
  expect(beside).toMatchObject({ verdict: "no target", judged: 11 });
  expect(summaryCells([beside])[0]?.slice(4)).toEqual(["11.00", "", "no target"]);
  // It is no target that was met, and none that was missed.
  expect(countsText([beside])).toBe("");
});

test("what the peer lost stands beside its figure", () => {
  const of = (lost: number) =>
    runOf(
      part("agent", [
        row("own-kafka 200 B: CPU of the main thread, added", 15),
        row("batch-otlp 200 B: CPU of the main thread, added", 10),
        row("batch-otlp 200 B: lost", lost, { unit: "actions" }),
      ]),
    );
  const cell = (lost: number) => summaryCells(summarize(of(lost)))[0]?.[3];
  expect(cell(0)).toBe("OTLP http/protobuf: 10 ms");
  expect(cell(7)).toBe("OTLP http/protobuf: 10 ms, 7 actions lost");
});

test("a cost below zero is said to be none that can be told", () => {
  const cell = (share: number) => {
    const cost = row("idle agent that has sent an action: CPU", share, { unit: "% of a core" });
    const found = line(runOf(part("agent-start", [cost])), "idle agent, CPU added");
    return [summaryCells([found])[0]?.[2], found.verdict];
  };
  expect(cell(-0.27)).toEqual(["below what can be told (-0.27 % of a core)", "met"]);
  expect(cell(0.27)).toEqual(["0.27 % of a core", "missed"]);
});

test("what was measured on fewer rows than the target speaks of is met only there", () => {
  const of = (millis: number, size: number) =>
    line(
      runOf(part("growth", [row("a text in details, 7 days: p95", millis, { size })])),
      "a text in 7 days",
    );
  expect(of(999, 20_000_000)).toMatchObject({ verdict: "met" });
  expect(of(999, 500_000)).toMatchObject({ verdict: "met at less", size: 500_000 });
  expect(of(1_000, 500_000).verdict).toBe("missed");
  expect(summaryCells([of(999, 500_000)])[0]?.[1]).toContain("500,000 rows");
});

describe("what was not measured is not met", () => {
  test("no part", () => {
    expect(new Set(summarize(runOf()).map(({ verdict }) => verdict))).toEqual(new Set(["not measured"]));
  });

  test.each([
    ["no row of that name", [], undefined],
    ["no peer", [row("consumer: rows", 50_000)], "bare loop"],
    ["a peer that did nothing", [row("consumer: rows", 50_000), row("bare loop: rows", 0)], "bare loop"],
  ])("a part that ran and has %s has failed there", (_, rows, peer) => {
    expect(line(runOf(part("consumer", rows)), "rows", peer).verdict).toBe("failed");
  });
});

test("a peer that did not start fails the run, and only its own line", () => {
  const measured = part("consumer", [row("consumer: rows", 50_000), row("bare loop: rows", 60_000)]);
  const failures = ["predecessor: there is no python3"];
  const run = runOf({
    ...measured,
    result: { name: "consumer", conditions: {}, rows: measured.result?.rows ?? [], failures },
  });
  expect(line(run, "rows, with file operations", "predecessor").verdict).toBe("failed");
  expect(line(run, "rows", "bare loop").verdict).toBe("met");
  expect(failuresOf(run)).toEqual(["consumer: predecessor: there is no python3"]);
  expect(benchmarksPage(MARKS, run)).toContain("failed: predecessor: there is no python3");
});

test("a part that failed fails all of its lines, and the run", () => {
  const run = runOf(
    { ...part("consumer", []), failure: "99 rows instead of 100" },
    part("install", [row("production install", 11)]),
  );
  const verdicts = summarize(run).filter(({ target }) => target.part === "consumer");
  expect(new Set(verdicts.map(({ verdict }) => verdict))).toEqual(new Set(["failed"]));
  expect(line(run, "production install").verdict).toBe("met");
  expect(failuresOf(run)).toEqual(["consumer: 99 rows instead of 100"]);
  expect(countsText(summarize(run))).toMatch(/^1 met, \d+ not measured, \d+ failed$/);
  const page = benchmarksPage(MARKS, run);
  expect(page).toContain("failed: 99 rows instead of 100");
});

test("a missed target does not fail the run", () => {
  expect(failuresOf(consumer(1, 100))).toEqual([]);
});

test("only the lines of the parts that are asked for", () => {
  const parts = summarize(consumer(1, 1), new Set(["consumer"])).map(({ target }) => target.part);
  expect(new Set(parts)).toEqual(new Set(["consumer"]));
});

const MARKS = `before
<!-- benchmark summary -->
old
<!-- /benchmark summary -->
by hand
<!-- benchmark figures -->
<!-- /benchmark figures -->
after
`;

test("the page keeps what was written by hand, and takes the same run twice", () => {
  const run = consumer(43_210.4, 50_000);
  const page = benchmarksPage(MARKS, run);
  expect(page).toMatch(/^before\n.*\nby hand\n.*\nafter\n$/s);
  expect(page).not.toContain("old");
  expect(page).toContain("43,210");
  expect(benchmarksPage(page, run)).toBe(page);
  expect(() => benchmarksPage("no marks", run)).toThrow("lacks <!-- benchmark summary -->");
});

test.each([
  [43_210.4, "43,210"],
  [117.3, "117"],
  [17.64, "17.6"],
  [0.534, "0.53"],
  [2, "2"],
  [-0.25, "-0.25"],
])("%d is written as %s", (value, text) => {
  expect(number(value)).toBe(text);
});
