import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ERROR_CODES } from "../../../src/errors.js";

test("docs/errors.md lists every error code with its meaning, and no other", () => {
  const rows = readFileSync("docs/errors.md", "utf8").matchAll(
    /^\| `(AGENT_ACTIONS_\w+)` \| `\w+` \| ([^|]+) \|/gm,
  );
  expect(Object.fromEntries([...rows].map(([, code, meaning]) => [code, meaning?.trim()]))).toEqual(
    ERROR_CODES,
  );
});
