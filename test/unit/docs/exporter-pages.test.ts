import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DROP_REASONS } from "../../../exporter/deliver/stats.js";
import { NUMBER_OPTIONS, variableOf } from "../../../exporter/options.js";

const rows = (page: string, row: RegExp): string[][] =>
  [...readFileSync(page, "utf8").matchAll(row)].map(([, ...cells]) => cells);

test("docs/exporter.md lists every option with its variable and its default", () => {
  const listed = rows("docs/exporter.md", /^\| `(\w+)` \| `(AGENT_ACTIONS_EXPORTER_\w+)` \| `?(\w+)`? \|/gm);
  const flags = [
    ["recordUnsampled", { default: false }],
    ["flushOnExit", { default: true }],
    ["callsWithoutSpan", { default: true }],
  ] as const;
  const choices = [["spanAttributions", { default: "awaited" }] as const];
  const options = [...Object.entries(NUMBER_OPTIONS), ...flags, ...choices];
  expect(listed).toEqual(
    options.map(([name, { default: standard }]) => [name, variableOf(name), String(standard)]),
  );
});

test("docs/delivery.md lists every reason to drop an event", () => {
  const listed = rows("docs/delivery.md", /^\| `dropped\.(\w+)` \|/gm).map(([reason]) => reason);
  expect(listed).toEqual([...DROP_REASONS]);
});
