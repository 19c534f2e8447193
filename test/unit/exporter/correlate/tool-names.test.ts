import { expect, test } from "vitest";
import { bareToolName, relateNames } from "../../../../exporter/correlate/tool-names.js";

test.each([
  ["search", "search"],
  ["mcp__docs__search", "search"],
  ["docs.search", "search"],
  ["docs/search", "search"],
  ["docs:search", "search"],
  ["search.tool", "search"],
  ["execute_tool search", "search"],
  ["tools/call search", "search"],
])("%s is %s, decorated by an instrumentation", (one, other) => {
  expect(relateNames(one, other)).toBe("same");
  expect(relateNames(other, one)).toBe("same");
  expect(bareToolName(one)).toBe(bareToolName(other));
});

test.each([
  ["docs.search", "mail.search"],
  ["mcp__docs__search", "mcp__mail__search"],
  ["search", "searches"],
  ["research", "search"],
  ["search", "fetch"],
  ["search", ""],
  ["please do a search", "search"],
])("%s is not %s", (one, other) => {
  expect(relateNames(one, other)).toBe("other");
  expect(relateNames(other, one)).toBe("other");
});

test("an underscore may be a server's name before the tool's, or part of another tool's", () => {
  expect(relateNames("docs_search", "search")).toBe("alike");
  expect(relateNames("search", "docs-search")).toBe("alike");
});
