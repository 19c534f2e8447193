import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { captureDocs } from "../../../../../scripts/capture-docs.js";

test("test/captured/README.md is what the captures are mapped to; run `npm run generate`", async () => {
  const page = readFileSync("test/captured/README.md", "utf8");
  expect(page).toContain("<!-- captures -->");
  expect(await captureDocs(page)).toBe(page);
});
