import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { MAX_NAME_BYTES } from "../../src/event/index.js";
import { openPage, startBrowser } from "../helpers/browser.js";
import { ACTIONS, at, HOSTILE, id, RUN } from "./dashboard-fixture.js";
import { directionMarks, rowNames, shown, startDashboard } from "./dashboard-harness.js";

const service = await startDashboard();
const browser = await startBrowser();
const VIEWS = [
  ...["live", "runs", "actions", "agents", "tools", "decisions", "files", "sessions", "errors", "pipeline"],
  ...["compare", "notices", "views", "file", "share"],
].map((name) => `/${name}`);
const RUN_VIEWS = ["", "?tab=transcript", "?tab=decisions", "?tab=files", "?tab=raw", "?t=700"].map(
  (query) => `/runs/${RUN}${query}`,
);
/** All rules once; what depends on the colours in the dark too. */
const AXE_RULES = {
  light: "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']",
  dark: "{ type: 'rule', values: ['color-contrast', 'link-in-text-block'] }",
};

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
await service.write("action", ACTIONS);

describe("for everybody", () => {
  test.each(["light", "dark"] as const)("no barrier that axe finds, in %s", async (colorScheme) => {
    const { page } = await openPage(browser, `${service.url}/runs`, {
      colorScheme,
      reducedMotion: "reduce",
      bypassCSP: true,
    });
    for (const path of [...VIEWS, ...RUN_VIEWS]) {
      await page.goto(`${service.url}${path}`);
      await shown(page);
      if (path === RUN_VIEWS[0]) await page.locator(".details h2").waitFor();
      if (path === "/runs") await page.locator(".sparkline").first().waitFor();
      await page.evaluate(AXE);
      const { violations } = (await page.evaluate(
        `axe.run(document, { runOnly: ${AXE_RULES[colorScheme]} })`,
      )) as { violations: readonly { id: string; nodes: readonly { html: string }[] }[] };
      expect(
        violations.map(({ id: rule, nodes }) => `${path} ${rule}: ${nodes[0]?.html.slice(0, 200)}`),
      ).toEqual([]);
    }
    await page.context().close();
  });

  test("on a phone nothing is cut off, and targets are large enough to touch", async () => {
    const options = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    const { page } = await openPage(browser, `${service.url}/runs`, options);
    for (const path of [...VIEWS, ...RUN_VIEWS]) {
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

  test("circles, actions that are their own parent, missing parents and one id twice are shown, and hang nothing", async () => {
    const run = "99999999-9999-4999-8999-999999999990";
    const odd = (number: number, parent: number, offset = number * 10) => ({
      id: id(700 + number),
      parent_action_id: id(700 + parent),
      correlation_id: run,
      agent_name: "odd",
      action_type: "tool_call",
      action_name: `odd ${number}`,
      timestamp: at(offset),
      duration_ms: 5,
    });
    const events = [odd(1, 1), odd(2, 3), odd(3, 4), odd(4, 2), odd(5, 99), odd(6, 5), odd(7, 6, 70)];
    await service.write("action", events);
    // The same id with another start is another row.
    await service.write("action", [{ ...odd(7, 6, 80), action_name: "odd 7 again" }]);
    // So is one of another run, which began before.
    await service.write("action", [
      { ...odd(1, 1, -60_000), correlation_id: id(799), action_name: "of another run" },
    ]);
    const { page, problems } = await openPage(browser, `${service.url}/runs/${run}`);
    await shown(page);
    expect((await rowNames(page)).sort()).toEqual([
      ...[1, 2, 3, 4, 5, 6, 7].map((number) => `odd ${number}`),
      "odd 7 again",
    ]);
    await page.locator(".tree-row", { hasText: "odd 1" }).click();
    await page.locator(".details h2", { hasText: "odd 1" }).waitFor();
    expect(await page.getByText("circle of parents").count()).toBe(2);
    expect(await page.getByText("parent not seen").count()).toBe(1);
    await page.locator(".tree-row").first().focus();
    for (const key of ["End", "ArrowUp", "ArrowLeft", "Home", "c", "p", "g", "z", "x"])
      await page.keyboard.press(key);
    expect(await page.locator(".tree-row").count()).toBeGreaterThan(5);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("a megabyte of hostile text in every field is shown as text, in every view, and holds nothing up", async () => {
    const run = "99999999-9999-4999-8999-999999999991";
    const long = (bytes: number) => HOSTILE.repeat(Math.ceil(bytes / HOSTILE.length)).slice(0, bytes / 2);
    const name = long(MAX_NAME_BYTES);
    const MEGABYTE = 1_000_000;
    const text = `${HOSTILE}\n`.repeat(MEGABYTE / HOSTILE.length);
    const contents = [
      { error_message: text, error_type: name, status: "error" },
      { action_details: { tool_parameters: { command: text }, tool_result: text } },
      { action_details: { [text]: text } },
      { action_details: { tool_result: [text, { text }] }, action_type: "decision" },
      { action_details: { stack_trace: text, error_message: text }, action_type: "error" },
    ];
    await service.write(
      "action",
      contents.map((content, number) => ({
        id: id(800 + number),
        correlation_id: run,
        agent_name: name,
        action_type: "tool_call",
        action_name: name,
        project_name: name,
        session_id: name,
        service_name: name,
        environment: name,
        user_id: name,
        approved_by: name,
        timestamp: at(number * 10),
        duration_ms: 5,
        ...content,
      })),
    );
    const { page, problems } = await openPage(browser, `${service.url}/runs`);
    for (const path of VIEWS.filter((view) => !["/compare", "/file", "/share"].includes(view))) {
      await page.goto(`${service.url}${path}?last=all`);
      await shown(page);
      expect({ path, ...(await directionMarks(page)) }).toMatchObject({ path, mixed: [] });
    }
    for (const { number, tab } of contents.flatMap((_, index) =>
      ["details", "raw"].map((each) => ({ number: index, tab: each })),
    )) {
      await page.goto(`${service.url}/runs/${run}?action=${id(800 + number)}&tab=${tab}`);
      await page.locator(tab === "raw" ? "pre.raw" : ".details h2").waitFor();
      expect({ number, tab, ...(await directionMarks(page)) }).toMatchObject({ mixed: [] });
    }
    for (const tab of ["transcript", "decisions", "files"]) {
      await page.goto(`${service.url}/runs/${run}?tab=${tab}&t=20`);
      await page.locator(".run-side :is(li, table, .empty)").first().waitFor();
      expect({ tab, ...(await directionMarks(page)) }).toMatchObject({ mixed: [] });
    }
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("the scripts of the first view are below 50 kB, compressed, and those of all views below 62 kB", async () => {
    const sizeOf = async (names: Iterable<string>): Promise<number> => {
      const sizes = [...names].map(
        async (name) => gzipSync(await readFile(`dist/dashboard/assets/${name}`)).length,
      );
      return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    };
    // What the document loads, and what that imports before it begins.
    const first = new Set(["main.js"]);
    for (const name of first) {
      const script = await readFile(`dist/dashboard/assets/${name}`, "utf8");
      for (const [, imported = ""] of script.matchAll(/(?:from|import)"\.\/([^"]+)"/g)) first.add(imported);
    }
    expect(first.size).toBeGreaterThan(1);
    expect(await sizeOf(first)).toBeLessThan(50_000);
    const all = (await readdir("dist/dashboard/assets")).filter((name) => name.endsWith(".js"));
    expect(await sizeOf(all)).toBeLessThan(62_000);
  });
});
