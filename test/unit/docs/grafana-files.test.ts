import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dashboardNames, grafanaFiles, panelsOf } from "../../../scripts/grafana-files.js";

test.each([...grafanaFiles()])("%s is what its SQL files say; run `npm run generate`", (path, text) => {
  expect(readFileSync(path, "utf8")).toBe(text);
});

test("there is no dashboard without panels, and none that nobody makes", () => {
  expect(readdirSync("docs/grafana/dashboards").sort()).toEqual(
    dashboardNames().map((name) => `${name}.json`),
  );
  for (const name of dashboardNames()) expect(panelsOf(name).length).toBeGreaterThan(3);
});

test("every panel has an order, and a way to be shown that Grafana has", () => {
  const panels = dashboardNames().flatMap(panelsOf);
  for (const { path, setting } of panels) {
    expect(path).toMatch(/\/\d\d-[\w-]+\.sql$/);
    expect(["table", "timeseries"]).toContain(setting);
  }
  const titles = dashboardNames().map((name) => panelsOf(name).map(({ title }) => title));
  for (const of of titles) expect(new Set(of).size).toBe(of.length);
});
