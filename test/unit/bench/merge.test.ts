import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  type BenchRun,
  differenceOf,
  loadRun,
  type PartRun,
  saveRun,
  withPart,
} from "../../../bench/bench-run.js";
import { benchmarksPage } from "../../../bench/summary-page.js";

const ORDER = ["agent", "consumer", "install"];
const EMPTY: BenchRun = { day: "", quick: false, machine: { cores: 2 }, parts: [] };

const part = (name: string, more: Partial<PartRun> = {}): PartRun => ({
  name,
  command: name,
  seconds: 1,
  loadBefore: 0,
  loadAfter: 0,
  ...more,
});
const names = ({ parts }: BenchRun) => parts.map(({ name }) => name);

test("a part takes the place of what was measured of it before, and the others stay", () => {
  const before = withPart(withPart(EMPTY, part("install", { seconds: 3 }), ORDER), part("agent"), ORDER);
  expect(names(before)).toEqual(["agent", "install"]);
  const after = withPart(before, part("install", { seconds: 9, day: "2026-02-02", commit: "abc" }), ORDER);
  expect(names(after)).toEqual(["agent", "install"]);
  expect(after.parts[1]).toMatchObject({ seconds: 9, commit: "abc" });
  expect(after.day).toBe("2026-02-02");
});

test("a part that failed takes the place of one that did not", () => {
  const before = withPart(
    EMPTY,
    part("agent", { result: { name: "agent", conditions: {}, rows: [] } }),
    ORDER,
  );
  const { parts } = withPart(before, part("agent", { failure: "99 rows instead of 100" }), ORDER);
  expect(parts).toEqual([part("agent", { failure: "99 rows instead of 100" })]);
});

test("parts that are no benchmarks any more go", () => {
  const before = { ...EMPTY, parts: [part("ask"), part("agent")] };
  expect(names(withPart(before, part("consumer"), ORDER))).toEqual(["agent", "consumer"]);
});

test("a run is quick when all of its parts are; the page says when some are", () => {
  const first = withPart({ ...EMPTY, quick: true }, part("agent", { quick: true }), ORDER);
  expect(first.quick).toBe(true);
  const mixed = withPart(first, part("consumer", { quick: false }), ORDER);
  expect(mixed.quick).toBe(false);
  const marks = ["summary", "figures"].map(
    (name) => `<!-- benchmark ${name} -->\n<!-- /benchmark ${name} -->`,
  );
  expect(benchmarksPage(marks.join("\n"), mixed)).toContain(
    "`npm run bench`, some parts of it with `--quick`",
  );
});

test("parts of another machine are told from those of this one", () => {
  expect(differenceOf(EMPTY, { cores: 2 })).toBeUndefined();
  expect(differenceOf(EMPTY, { cores: 4, kafkajs: "2.2.4" })).toBe(
    "its parts were measured with cores 2, here 4; kafkajs none, here 2.2.4",
  );
});

test("a run is read back as it was saved, and nothing else is left in the folder", () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-run-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "run.json");
  const run = withPart(EMPTY, part("agent", { day: "2026-02-02", commit: "abc+", quick: true }), ORDER);
  saveRun(file, EMPTY);
  saveRun(file, run);
  expect(loadRun(file)).toEqual(run);
  expect(readdirSync(folder)).toEqual(["run.json"]);
});
