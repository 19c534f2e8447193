import { expect, test } from "vitest";
import type { Notice } from "../../src/notices/notice.js";
import { openPage, startBrowser } from "../helpers/browser.js";
import { ACTIONS, at, id, RUN } from "./dashboard-fixture.js";
import { shown, startDashboard } from "./dashboard-harness.js";

const service = await startDashboard();
const browser = await startBrowser();
await service.write("action", ACTIONS);

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

test("a page of a run is told nothing of what other runs do", async () => {
  const { page } = await openPage(browser, `${service.url}/runs`);
  await page.addInitScript({
    content: `window.told = 0;
      window.EventSource = class extends EventSource {
        constructor(url) {
          super(url);
          this.addEventListener("actions", () => window.told++);
          this.addEventListener("ready", () => document.documentElement.classList.add("stream-ready"));
        }
      };`,
  });
  await page.goto(`${service.url}/runs/${RUN}`);
  await shown(page);
  await page.locator("html.stream-ready").waitFor();
  const elsewhere = { ...running, id: id(300), correlation_id: "44444444-4444-4444-8444-444444444440" };
  await service.write("action", [{ ...elsewhere, status: "running", timestamp: at(0) }]);
  await service.write("action", [{ ...elsewhere, status: "ok", timestamp: at(0), duration_ms: 5 }]);
  await service.write("action", [{ ...ACTIONS[4], id: id(301), action_name: "later", timestamp: at(9_500) }]);
  await page.getByRole("row", { name: /later/ }).waitFor();
  expect(await page.evaluate("window.told")).toBe(1);
  await page.context().close();
});

test("a notice appears on the page of notices when it is made, and changes its state there", async () => {
  const loop: Notice = {
    rule: "loop",
    kind: "same_call",
    severity: "warning",
    subjectKey: RUN,
    beginning: "1",
    title: "coder called Bash 14 times with the same arguments",
    agentName: "coder",
    correlationId: RUN,
    actionIds: [id(3)],
    evidence: { calls: 14 },
    query: undefined,
    beganAt: Date.now() - 60_000,
    lastSeenAt: Date.now(),
    closed: undefined,
  };
  const { page, problems } = await openPage(browser, `${service.url}/notices?last=all&rule=loop`);
  await page.getByText("Nothing was noticed").waitFor();
  const reads: string[] = [];
  page.on("framenavigated", (frame) => reads.push(frame.url()));
  await service.notice(loop, { ...loop, rule: "silence", subjectKey: "another rule" });
  const row = page.locator("table.data tbody tr");
  await row.getByText("open", { exact: true }).waitFor();
  expect(await row.count()).toBe(1);
  expect(await row.textContent()).toContain("loop: same call");
  await service.notice({ ...loop, closed: "over" });
  await row.getByText("closed", { exact: true }).waitFor();
  expect(reads).toEqual([]);
  await row.getByRole("link").click();
  await page.locator('.tree-row[aria-selected="true"]', { hasText: "Bash" }).waitFor();
  expect(problems).toEqual([]);
  await page.context().close();
});
