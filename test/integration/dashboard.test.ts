import type { Worker } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openPage, startBrowser } from "../helpers/browser.js";
import { ACTIONS, at, HOSTILE, HOSTILE_ACTIONS, HOSTILE_RUN, id, RUN } from "./dashboard-fixture.js";
import { directionMarks, rowNames, shown, startDashboard, WRITE_TOKEN } from "./dashboard-harness.js";

const service = await startDashboard();
const browser = await startBrowser();
await service.write("action", ACTIONS);
await service.write("action", HOSTILE_ACTIONS);

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

describe("what is shown", () => {
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
});

describe("as it happens", () => {
  const LIVE = "33333333-3333-4333-8333-333333333333";
  const running = {
    id: id(200),
    agent_name: "runner",
    action_type: "tool_call",
    action_name: "deploy",
    correlation_id: LIVE,
  };

  test("an action appears while it runs, and ends where it stands; also after the stream broke off", async () => {
    const { page, problems } = await openPage(browser, `${service.url}/live?agent=runner&last=all`);
    await page.locator(".connection.live").waitFor();
    await service.write("action", [{ ...running, status: "running", timestamp: at(0) }]);
    const row = page.locator("table.data tbody tr", { hasText: "deploy" });
    await row.getByText("running").waitFor();
    await page.context().setOffline(true);
    await service.write("action", [{ ...running, status: "ok", timestamp: at(0), duration_ms: 77 }]);
    await page.context().setOffline(false);
    await row.getByText("77 ms").waitFor();
    expect(await row.count()).toBe(1);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("every page says that Postgres is away, and goes on by itself, also after an error in the stream's place", async () => {
    const { page } = await openPage(browser, `${service.url}/live?agent=away&last=all`);
    await page.locator(".connection.live").waitFor();
    let status = 200;
    await page.route("**/api/v1/stream?*", (route) =>
      route.fulfill({
        status,
        contentType: "text/event-stream",
        body: "retry: 100\nevent: away\ndata: {}\n\n",
      }),
    );
    await page.locator("nav").getByText("Runs").click();
    await page.getByText("Postgres does not respond").waitFor();
    status = 503;
    // After a response that is an error, a browser asks no more: the page has to.
    await page.waitForResponse((response) => response.status() === 503);
    await page.unroute("**/api/v1/stream?*");
    await page.getByText("Postgres does not respond").waitFor({ state: "detached" });
    await page.waitForResponse((response) => response.url().includes("/stream") && response.status() === 200);
    await page.context().close();
  });

  test("a run that is open grows, and what is selected stays selected", async () => {
    const { page } = await openPage(browser, `${service.url}/runs/${LIVE}?action=${id(200)}`);
    await shown(page);
    await service.write("action", [
      { ...running, id: id(201), action_name: "before", timestamp: at(-1_000), duration_ms: 5 },
    ]);
    await page.getByRole("row", { name: /before/ }).waitFor();
    expect(await page.locator('.tree-row[aria-selected="true"] .action-name').textContent()).toBe("deploy");
    await page.context().close();
  });
});
