import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openPage, startBrowser } from "../helpers/browser.js";
import { startDashboard, TOKEN } from "./dashboard-harness.js";

const service = await startDashboard();
const browser = await startBrowser();
const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const RUN = "11111111-1111-4111-8111-111111111111";
const HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>\u202Egnp.exe\u001B[31m\u2066{{7*7}}';
const start = Date.now() - 60_000;
const at = (offset: number): string => new Date(start + offset).toISOString();
const id = (number: number): string => `01900000-0000-7000-8000-${String(number).padStart(12, "0")}`;

/** A run with calls inside calls, a failure, a decision with a reason, and files. */
const ACTIONS = [
  {
    id: id(1),
    action_name: "plan",
    timestamp: at(0),
    duration_ms: 9_000,
    action_type: "decision",
    action_details: { reason: "first the tests" },
  },
  {
    id: id(2),
    action_name: "Read",
    timestamp: at(100),
    duration_ms: 400,
    parent_action_id: id(1),
    action_details: {
      tool_parameters: { file_path: "/srv/shop/cart.ts" },
      tool_result: "export const cart = 1",
    },
  },
  {
    id: id(3),
    action_name: "Bash",
    timestamp: at(600),
    duration_ms: 2_000,
    parent_action_id: id(1),
    status: "error",
    status_message: "exit code 1",
    action_details: { tool_parameters: { command: "npm test" } },
  },
  { id: id(4), action_name: "grep", timestamp: at(700), duration_ms: 50, parent_action_id: id(3) },
  {
    id: id(5),
    action_name: "Write",
    timestamp: at(8_000),
    duration_ms: 800,
    action_details: {
      tool_parameters: { file_path: "/srv/shop/cart.ts", content: "export const cart = 2" },
    },
  },
].map((action) => ({
  agent_name: "coder",
  action_type: "tool_call",
  correlation_id: RUN,
  project_name: "shop",
  session_id: "session-1",
  status: "ok",
  ...action,
}));

await service.write("action", ACTIONS);
await service.write(
  "action",
  Array.from({ length: 12 }, (_, number) => ({
    id: id(100 + number),
    correlation_id: "22222222-2222-4222-8222-222222222222",
    agent_name: HOSTILE,
    action_type: number % 4 === 0 ? "decision" : "tool_call",
    action_name: number === 5 ? "x".repeat(1_000) : HOSTILE,
    timestamp: at(number * 10),
    duration_ms: 5,
    project_name: HOSTILE,
    session_id: HOSTILE,
    status: number % 3 === 0 ? "error" : "ok",
    status_message: `${HOSTILE}\n    at ${HOSTILE}`,
    action_details: {
      tool_parameters: { [HOSTILE]: HOSTILE, file_path: `/tmp/${HOSTILE}`, nested: { constructor: HOSTILE } },
      tool_result: number === 7 ? "y".repeat(500_000) : { list: [HOSTILE, { [HOSTILE]: [HOSTILE] }] },
    },
  })),
);

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

const shown = (page: Page) => page.waitForSelector("table.data tbody tr, .tree-row, .empty");
const rowNames = (page: Page) => page.locator(".tree-row .action-name").allTextContents();

describe("what is shown", () => {
  test.each(VIEWS)(
    "%s, with hostile texts in every field, breaks nothing and asks nobody else",
    async (view) => {
      const { page, problems } = await openPage(browser, `${service.url}/${view}`);
      await shown(page);
      if (view !== "pipeline" && view !== "notices")
        expect(await page.locator("table.data tbody tr").count()).toBeGreaterThan(0);
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );

  test("a run as a tree, with details, transcript, decisions, files and the row itself", async () => {
    const { page, problems } = await openPage(browser, `${service.url}/runs/${RUN}`);
    await shown(page);
    expect(await rowNames(page)).toEqual(["plan", "Read", "Bash", "grep", "Write"]);
    expect(
      await page.evaluate("[...document.querySelectorAll('.tree-row')].map((row) => row.ariaLevel)"),
    ).toEqual(["1", "2", "2", "3", "1"]);
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
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("a run that nobody knows says what to try", async () => {
    const { page } = await openPage(browser, `${service.url}/runs/99999999-9999-4999-8999-999999999999`);
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

describe("where a token is needed", () => {
  test("the page asks for one, keeps it where no script reads it, and goes on", async () => {
    const { page, problems } = await openPage(browser, `${service.protectedUrl}/runs?last=all`);
    await page.getByLabel("Token").fill("not the token");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator("form [role=alert]").waitFor();
    await page.getByLabel("Token").fill(TOKEN);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator("table.data tbody tr").first().waitFor();
    expect(await page.evaluate("document.cookie")).toBe("");
    await page.goto(`${service.protectedUrl}/live`);
    await page.locator(".connection.live").waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

describe("a link shows the same again", () => {
  test("selection, zoom, search and tab; back and forward", async () => {
    const { page } = await openPage(browser, `${service.url}/runs?last=all&agent=coder`);
    await shown(page);
    await page.locator("table.data a").first().click();
    await shown(page);
    await page.getByRole("row", { name: /Bash/ }).click();
    await page.locator('.tree-row[aria-selected="true"]', { hasText: "Bash" }).waitFor();
    await page.keyboard.press("z");
    await page.getByRole("button", { name: "Files" }).click();
    const link = page.url();
    expect(link).toContain(`action=${id(3)}`);
    expect(link).toContain("z=600-2600");
    const { page: other } = await openPage(browser, link);
    await shown(other);
    expect(await other.locator('.tree-row[aria-selected="true"] .action-name').textContent()).toBe("Bash");
    await other.locator('[aria-pressed="true"]', { hasText: "Files" }).waitFor();
    expect(await other.locator(".tick").allTextContents()).toEqual(
      await page.locator(".tick").allTextContents(),
    );
    await page.goBack();
    await page.goBack();
    await page.goBack();
    await page.locator("table.data").waitFor();
    expect(new URL(page.url()).searchParams.get("agent")).toBe("coder");
    await page.goForward();
    await shown(page);
    expect(new URL(page.url()).pathname).toBe(`/runs/${RUN}`);
    await Promise.all([page.context().close(), other.context().close()]);
  });
});

describe("without a mouse", () => {
  test("from the list into a run, through its tree, and to a search", async () => {
    const { page } = await openPage(browser, `${service.url}/runs?last=all&agent=coder`);
    await shown(page);
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.locator(".tree-row").first().waitFor();
    await page.locator(".tree-row").first().focus();
    const active = () => page.locator(".tree-row:focus .action-name").textContent();
    await page.keyboard.press("ArrowDown");
    await expect.poll(active).toBe("Read");
    await page.keyboard.press("End");
    await expect.poll(active).toBe("Write");
    await page.keyboard.press("k");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => rowNames(page)).toEqual(["plan", "Read", "Bash", "Write"]);
    await page.keyboard.press("ArrowLeft");
    await expect.poll(active).toBe("plan");
    await page.keyboard.press("/");
    await page.keyboard.type("grep");
    await page.keyboard.press("Enter");
    await expect
      .poll(() => page.locator('.tree-row[aria-selected="true"] .action-name').textContent())
      .toBe("grep");
    await page.locator(".tree-row[aria-selected=true]").focus();
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.context().close();
  });
});

describe("for everybody", () => {
  test.each(["light", "dark"] as const)("no barrier that axe finds, in %s", async (colorScheme) => {
    const { page } = await openPage(browser, `${service.url}/runs`, {
      colorScheme,
      reducedMotion: "reduce",
      bypassCSP: true,
    });
    for (const path of ["/runs", "/live", "/tools", "/decisions", "/files", "/pipeline", `/runs/${RUN}`]) {
      await page.goto(`${service.url}${path}`);
      await shown(page);
      if (path.includes(RUN)) await page.locator(".details h2").waitFor();
      await page.evaluate(AXE);
      const { violations } = (await page.evaluate(
        "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })",
      )) as { violations: readonly { id: string; nodes: readonly { html: string }[] }[] };
      expect(
        violations.map(({ id: rule, nodes }) => `${path} ${rule}: ${nodes[0]?.html.slice(0, 200)}`),
      ).toEqual([]);
    }
    await page.context().close();
  });

  test("on a phone nothing is cut off, and targets are large enough to touch", async () => {
    const options = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    const { page } = await openPage(browser, `${service.url}/runs?last=all`, options);
    for (const path of ["/runs?last=all", "/tools", "/pipeline", `/runs/${RUN}`]) {
      await page.goto(`${service.url}${path}`);
      await shown(page);
      const wide = await page.evaluate(`document.documentElement.scrollWidth <= 390 ? [] :
        [...document.querySelectorAll("main *, nav *")].filter((element) => element.getBoundingClientRect().right > 390)
        .map((element) => element.outerHTML.slice(0, 120))`);
      expect({ path, wide }).toEqual({ path, wide: [] });
      const small =
        await page.evaluate(`[...document.querySelectorAll("button, select, input, .main-nav a, .tree-row")]
        .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 44 && !element.matches("button.link"))
        .map((element) => element.outerHTML.slice(0, 120))`);
      expect(small).toEqual([]);
    }
    await page.context().close();
  });
});

describe("at any size", () => {
  test("of 20,000 actions only those that are seen are in the document, wherever it is scrolled to", async () => {
    const run = "44444444-4444-4444-8444-444444444444";
    for (let batch = 0; batch < 20; batch++)
      await service.write(
        "action",
        Array.from({ length: 1_000 }, (_, index) => {
          const number = batch * 1_000 + index;
          return {
            id: id(10_000 + number),
            correlation_id: run,
            agent_name: "many",
            action_type: "tool_call",
            action_name: `call ${number}`,
            timestamp: at(number),
            duration_ms: 3,
            ...(number % 10 !== 0 && { parent_action_id: id(10_000 + number - (number % 10)) }),
          };
        }),
      );
    const { page, problems } = await openPage(browser, `${service.url}/runs/${run}`);
    await shown(page);
    expect(await page.getByRole("treegrid").getAttribute("aria-rowcount")).toBe("20001");
    await page.locator(".tree-row").first().focus();
    await page.keyboard.press("End");
    await page.getByText("call 19999", { exact: true }).first().waitFor();
    await page.evaluate("document.querySelector('.tree-scroller').scrollTop = 200000");
    await expect.poll(() => page.locator(".tree-row").count()).toBeLessThanOrEqual(60);
    // The row that has the focus stays, so that the keyboard goes on from there.
    expect(await page.locator(".tree-row:focus .action-name").textContent()).toBe("call 19999");
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("the scripts of the first view are below 50 kB, compressed", async () => {
    const assets = await readdir("dist/dashboard/assets");
    const scripts = assets.filter((name) => name.endsWith(".js"));
    const sizes = await Promise.all(
      scripts.map(async (name) => gzipSync(await readFile(`dist/dashboard/assets/${name}`)).length),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(50_000);
  });
});
