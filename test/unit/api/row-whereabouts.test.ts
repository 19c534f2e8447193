import { expect, test } from "vitest";
import {
  isNarrow,
  isWithin,
  KnownWhereabouts,
  type Whereabouts,
} from "../../../src/api/stream/row-whereabouts.js";

const here: Whereabouts = { run: "one", project: "shop", projectPath: "/srv/shop" };
const nowhere: Whereabouts = { run: null, project: null, projectPath: null };

test("a reader reaches what is of its projects, by name or folder, and of its runs", () => {
  expect(isNarrow({})).toBe(false);
  expect(isWithin(here, {})).toBe(true);
  expect(isWithin(here, { projects: ["bank", "shop"] })).toBe(true);
  expect(isWithin(here, { projects: ["/srv/shop"] })).toBe(true);
  expect(isWithin(here, { projects: ["bank"] })).toBe(false);
  expect(isWithin(here, { projects: [] })).toBe(false);
  expect(isWithin(here, { projects: ["shop"], runs: ["two"] })).toBe(false);
  expect(isWithin(here, { runs: ["one"] })).toBe(true);
  expect(isWithin(nowhere, { projects: ["shop"] })).toBe(false);
  expect(isWithin(nowhere, { runs: ["one"] })).toBe(false);
});

test("what is remembered is bounded in bytes, long names included, and the oldest goes first", () => {
  const known = new KnownWhereabouts(10_000);
  for (let number = 0; number < 100; number++) known.set(String(number), here);
  const kept = Array.from({ length: 100 }, (_, number) => known.get(String(number)) !== undefined);
  expect(kept.filter(Boolean)).toHaveLength(30);
  expect(kept.slice(-30)).not.toContain(false);
  // One that is told again is the latest, and counts once.
  known.set("70", { ...here, project: "bank" });
  expect([known.get("70")?.project, known.get("99")?.project]).toEqual(["bank", "shop"]);
  known.set("long", { ...here, project: "x".repeat(4_000) });
  expect(known.get("long")).toBeDefined();
  expect(known.get("99")).toBeDefined();
  expect(known.get("80")).toBeUndefined();
  known.set("too long", { ...here, project: "x".repeat(6_000) });
  expect(known.get("too long")).toBeUndefined();
  known.clear();
  expect(known.get("long")).toBeUndefined();
});
