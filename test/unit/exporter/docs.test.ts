import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DIALECTS } from "../../../exporter/read/dialects/index.js";
import { SECRET_PHRASES } from "../../../exporter/read/redaction/secret-keys.js";

test("docs/dialects.md has a row for each dialect in both tables, in the order in which they are asked", () => {
  const rows = [...readFileSync("docs/dialects.md", "utf8").matchAll(/^\| `([a-z-]+)` \|/gm)].map(
    ([, name]) => name,
  );
  const names = DIALECTS.map(({ name }) => name);
  expect(rows).toEqual([...names, ...names]);
});

test("docs/redaction.md lists the names that are hidden by default, and no other", () => {
  const page = readFileSync("docs/redaction.md", "utf8");
  const list = page.split("<!-- secret names -->")[1]?.split("<!-- /secret names -->")[0] ?? "";
  expect([...list.matchAll(/`([^`]+)`/g)].map(([, name]) => name)).toEqual(SECRET_PHRASES);
});
