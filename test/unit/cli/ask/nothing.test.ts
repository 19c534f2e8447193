import { expect, test } from "vitest";
import { longerRange, nothingOf } from "../../../../src/cli/lists/nothing.js";

test("an empty list says how to look further back, where that can help", () => {
  expect(nothingOf("runs", {})).toBe(
    "There are no runs in this time range that fit. A longer one: --last 7d, or --last all.",
  );
  expect(nothingOf("runs", { last: "7d" })).toBe(
    "There are no runs in this time range that fit. A longer one: --last all.",
  );
  expect(nothingOf("runs", { since: "2026-01-01" })).toBe(
    "There are no runs in this time range that fit. All there are: --last all, without --since and --until.",
  );
  expect(longerRange({}, "30d")).toBe("A longer one: --last 30d, or --last all.");
});

test("of all times, no longer range is advised", () => {
  expect(nothingOf("runs", { last: "all" })).toBe("There are no runs that fit.");
  expect(nothingOf("actions", {}, true)).toBe("There are no actions that fit.");
  expect(nothingOf("actions", { last: "1h" }, true)).toContain("--last all.");
});
