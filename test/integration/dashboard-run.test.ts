import type { Worker } from "playwright-core";
import { expect, test } from "vitest";
import { openPage, startBrowser } from "../helpers/browser.js";
import { ACTIONS, HOSTILE, HOSTILE_ACTIONS, HOSTILE_RUN, id, RUN } from "./dashboard-fixture.js";
import { directionMarks, rowNames, shown, startDashboard, WRITE_TOKEN } from "./dashboard-harness.js";

const service = await startDashboard();
const browser = await startBrowser();
await service.write("action", [...ACTIONS, ...HOSTILE_ACTIONS]);

test("a run as a tree, with details, transcript, decisions, files and the row itself", async () => {
  const { page, problems } = await openPage(browser, `${service.url}/runs/${RUN}`);
  await shown(page);
  expect(await rowNames(page)).toEqual(["plan", "Read", "Bash", "grep", "Write"]);
  expect(
    await page.evaluate("[...document.querySelectorAll('.tree-row')].map((row) => row.ariaLevel)"),
  ).toEqual(["1", "2", "2", "3", "1"]);
  expect(await page.locator(".tree-row", { has: page.locator(".note.approval") }).count()).toBe(1);
  await page.getByRole("button", { name: "Parallel calls" }).click();
  await page.getByText("at most 2 at once").waitFor();
  await page.getByText("Bash", { exact: true }).click();
  await page.getByText("exit code 1").waitFor();
  await page.getByRole("button", { name: "Transcript" }).click();
  await page.locator(".transcript li").nth(4).waitFor();
  await page.getByRole("button", { name: "Decisions" }).click();
  await page.locator(".run-side table.data").getByText("plan").waitFor();
  await page.getByRole("button", { name: "Files" }).click();
  await page.locator(".run-side table.data").getByText("/srv/shop/cart.ts").first().waitFor();
  await page.getByRole("button", { name: "Raw" }).click();
  await page.locator("pre.raw").getByText(id(3)).waitFor();
  const whole = page.getByRole("link", { name: "whole tool_result (12.0 MB)" });
  expect(await whole.getAttribute("href")).toBe(`/api/v1/actions/${id(3)}/contents/tool_result`);
  expect(problems).toEqual([]);
  await page.context().close();
});

test("a run's tree is read in a worker, which ends with what has ended, and on the page where workers fail", async () => {
  const failures = {
    none: "",
    "no workers": "window.Worker = undefined;",
    "no script": `window.Worker = class extends Worker {
      constructor() {
        const { createScriptURL } = { createScriptURL: () => "/assets/not-there.js" };
        super(trustedTypes.createPolicy("test", { createScriptURL }).createScriptURL(""), { type: "module" });
      }
    };`,
    "no response": `window.Worker = class {
      postMessage() { queueMicrotask(() => this.onmessage({ data: null })); }
      terminate() {}
    };`,
  };
  for (const [failure, script] of Object.entries(failures)) {
    const { page, problems } = await openPage(browser, `${service.url}/runs`);
    await page.addInitScript({ content: script });
    const workers: Worker[] = [];
    page.on("worker", (worker) => workers.push(worker));
    await page.goto(`${service.url}/runs/${RUN}`);
    await shown(page);
    expect({ failure, rows: await rowNames(page) }).toEqual({
      failure,
      rows: ["plan", "Read", "Bash", "grep", "Write"],
    });
    if (failure === "none") {
      expect(workers.map((worker) => new URL(worker.url()).pathname)).toEqual(["/assets/run-worker.js"]);
      await expect.poll(() => page.workers().length).toBe(0);
    }
    expect(problems).toEqual([]);
    await page.context().close();
  }
});

test("direction marks in a run end with the text that has them, in every tab and beside labels", async () => {
  const action = id(101);
  for (const subject of [`/runs/${HOSTILE_RUN}`, `/actions/${action}`]) {
    const said = await fetch(`${service.protectedUrl}/api/v1${subject}/labels`, {
      method: "POST",
      headers: { authorization: `Bearer ${WRITE_TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify({ kind: "note", name: "seen", text: HOSTILE, created_by: HOSTILE }),
    });
    expect(said.status).toBe(201);
  }
  const { page, problems } = await openPage(
    browser,
    `${service.url}/runs/${HOSTILE_RUN}?action=${action}&t=30`,
  );
  const parts = {
    Details: ".details .json-string",
    Transcript: ".transcript li",
    Decisions: ".run-side table.data",
    Files: ".run-side .empty",
    Raw: "pre.raw",
  };
  for (const [tab, part] of Object.entries(parts)) {
    await page.getByRole("button", { name: tab, exact: true }).click();
    await page.locator(part).first().waitFor();
    const { seen, mixed } = await directionMarks(page);
    expect({ tab, mixed }).toEqual({ tab, mixed: [] });
    expect(seen).toBeGreaterThan(10);
  }
  expect(problems).toEqual([]);
  await page.context().close();
});

test("a run that nobody knows says what to try", async () => {
  const { page } = await openPage(browser, `${service.url}/runs/99999999-9999-4999-8999-999999999999`);
  await page.getByRole("alert").getByText("There are no actions of a run").waitFor();
  await page.context().close();
});

test("a path that is no encoding is a run that nobody knows", async () => {
  const { page } = await openPage(browser, `${service.url}/runs/100%`);
  await page.getByRole("alert").getByText("There are no actions of a run").waitFor();
  await page.context().close();
});
