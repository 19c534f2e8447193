import { expect, test } from "vitest";
import { baselineOf } from "../../../src/cli/diff/baseline.js";

test("a baseline is runs, or filters by the names of the options", () => {
  expect(baselineOf(["abc-123", "package.json"]).runs).toEqual(["abc-123", "package.json"]);
  const { runs, filters } = baselineOf(["agent=coder", "agent=a=b", "min-duration=5", "failed=false"]);
  expect(runs).toEqual([]);
  expect(filters.toString()).toBe("agent=coder&agent=a%3Db&min_duration=5&failed=false");
});

test.each([
  [["colour=red"], "no filter colour"],
  [["min-duration=long"], "min-duration has to be a whole number"],
  [["last=7d", "last=8d"], "once only"],
  [["limit=7"], "no filter limit"],
  [["abc-123", "agent=coder"], "not both"],
])("%j is refused", (given, message) => {
  expect(() => baselineOf(given)).toThrow(message);
});
