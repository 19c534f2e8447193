import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { contractDocs } from "../../../scripts/contract-docs.js";

const files = contractDocs(readFileSync("docs/event-contract.md", "utf8"));

test.each([...files])("%s is what the contract says; run `npm run generate`", (path, expected) => {
  expect(readFileSync(path, "utf8")).toBe(expected);
});
