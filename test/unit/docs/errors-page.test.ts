import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as errors from "../../../src/errors.js";
import * as main from "../../../src/index.js";

test("docs/errors.md lists every error code with its meaning, and no other", () => {
  const rows = readFileSync("docs/errors.md", "utf8").matchAll(
    /^\| `(AGENT_ACTIONS_\w+)` \| `\w+` \| ([^|]+) \|/gm,
  );
  expect(Object.fromEntries([...rows].map(([, code, meaning]) => [code, meaning?.trim()]))).toEqual(
    errors.ERROR_CODES,
  );
});

test("every error class that docs/errors.md lists is exported from the main entry", () => {
  const rows = readFileSync("docs/errors.md", "utf8").matchAll(/^\| `AGENT_ACTIONS_\w+` \| `(\w+)` \|/gm);
  const classes = [...rows].map(([, name = ""]) => name);
  expect(classes).toHaveLength(Object.keys(errors.ERROR_CODES).length);
  for (const name of ["ActionLogError", ...classes])
    expect(Reflect.get(main, name)).toBe(Reflect.get(errors, name) ?? "missing");
});
