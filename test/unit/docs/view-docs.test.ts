import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { viewDocs } from "../../../scripts/view-docs.js";

const page = readFileSync("docs/views.md", "utf8");
const schema = readFileSync("test/schema.sql", "utf8");

test("docs/views.md is what the comments in the database say; run `npm run generate`", () => {
  expect(viewDocs(page, schema)).toBe(page);
  expect(page).not.toContain("undefined");
});

test("a view that the page does not place, or that there is not, is told", () => {
  expect(() => viewDocs(page.replace(" runs_between", ""), schema)).toThrow("has no place for runs_between");
  expect(() => viewDocs(page.replace(" runs_between", " walks_between"), schema)).toThrow(
    "names walks_between",
  );
});
