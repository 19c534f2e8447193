import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DROP_REASONS } from "../../../exporter/deliver/delivery-counters.js";

const rows = (page: string, row: RegExp): string[][] =>
  [...readFileSync(page, "utf8").matchAll(row)].map(([, ...cells]) => cells);

test("docs/delivery.md lists every reason to drop an event", () => {
  const listed = rows("docs/delivery.md", /^\| `dropped\.(\w+)` \|/gm).map(([reason]) => reason);
  expect(listed).toEqual([...DROP_REASONS]);
});
