import { expect, test } from "vitest";
import { openPage, startBrowser } from "../helpers/browser.js";
import { ACTIONS, HOSTILE_ACTIONS } from "./dashboard-fixture.js";
import { directionMarks, shown, startDashboard } from "./dashboard-harness.js";

const service = await startDashboard();
const browser = await startBrowser();
await service.write("action", [...ACTIONS, ...HOSTILE_ACTIONS]);

const VIEWS = [
  "live",
  "runs",
  "actions",
  "agents",
  "tools",
  "decisions",
  "files",
  "sessions",
  "errors",
  "pipeline",
  "notices",
];

test.each(VIEWS)(
  "%s, with hostile texts in every field, breaks nothing and asks nobody else",
  async (view) => {
    const { page, problems } = await openPage(browser, `${service.url}/${view}`);
    await shown(page);
    if (view !== "pipeline" && view !== "notices")
      expect(await page.locator("table.data tbody tr").count()).toBeGreaterThan(0);
    const marks = await directionMarks(page);
    expect(marks.mixed).toEqual([]);
    // A tool whose name is no tool of files has none.
    if (!["files", "pipeline", "notices"].includes(view)) expect(marks.seen).toBeGreaterThan(0);
    expect(problems).toEqual([]);
    await page.context().close();
  },
);

test("the list of runs shows when each was busy and where it failed, in a picture and in words", async () => {
  const { page, problems } = await openPage(browser, `${service.url}/runs?project=shop`);
  const picture = page.locator(".sparkline");
  await picture.waitFor();
  expect(await picture.getAttribute("aria-label")).toBe(
    "5 actions, at most 2 in one of 20 parts of the time (the 1st); 1 failed, the last in the 2nd part",
  );
  expect(await picture.locator("path").count()).toBe(2);
  await page.getByText("Columns", { exact: true }).click();
  await page.getByLabel("Activity").uncheck();
  await picture.waitFor({ state: "detached" });
  expect(problems).toEqual([]);
  await page.context().close();
});
