import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openPage, startBrowser } from "../helpers/browser.js";
import { ACTIONS, HOSTILE, HOSTILE_ACTIONS, HOSTILE_RUN, id, RUN } from "./dashboard-fixture.js";
import { shown, startDashboard } from "./dashboard-harness.js";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const OTHER = "33333333-3333-4333-8333-333333333333";

const service = await startDashboard();
const browser = await startBrowser();
await service.write("action", [...ACTIONS, ...HOSTILE_ACTIONS]);
// The same run once more: one call with another input, one that did not fail, one that is not there.
await service.write(
  "action",
  ACTIONS.filter(({ action_name: name }) => name !== "grep").map((action, index) => ({
    ...action,
    id: id(300 + index),
    correlation_id: OTHER,
    ...("parent_action_id" in action &&
      action.parent_action_id !== undefined && { parent_action_id: id(300) }),
    ...(action.action_name === "Read" && {
      action_details: { tool_parameters: { file_path: "/srv/shop/price.ts" }, tool_result: "export {}" },
    }),
    ...(action.action_name === "Bash" && { status: "ok", status_message: undefined }),
  })),
);

async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })",
  )) as { violations: readonly { id: string; nodes: readonly { html: string }[] }[] };
  return violations.map(({ id: rule, nodes }) => `${rule}: ${nodes[0]?.html.slice(0, 200)}`);
}

describe("a run is played back", () => {
  const names = (page: Page, state: string) =>
    page.locator(`[data-state="${state}"] li bdi`).allTextContents();

  test("a link with a time shows what was open, decided and touched then; keys step through it", async () => {
    const { page, problems } = await openPage(browser, `${service.url}/runs/${RUN}?t=720`, {
      bypassCSP: true,
    });
    await shown(page);
    await page.locator('[data-state="files"] li').first().waitFor();
    expect(await names(page, "open")).toEqual(["grep", "Bash", "plan"]);
    expect(await names(page, "decisions")).toEqual(["plan"]);
    expect(await names(page, "files")).toEqual(["/srv/shop/cart.ts"]);
    expect(await page.locator('[data-state="files"] .note').allTextContents()).toEqual(["read"]);
    expect(await page.locator(".tree-row.later .action-name").allTextContents()).toEqual(["Write"]);
    await page.keyboard.press(".");
    await page.waitForURL(/t=750/);
    expect(await names(page, "open")).toEqual(["Bash", "plan"]);
    await page.keyboard.press(",");
    await page.waitForURL(/t=700/);
    await page.getByLabel("Time of the run").fill("8100");
    await page.waitForURL(/t=8100/);
    await page.locator('[data-state="files"] .note', { hasText: "write" }).waitFor();
    expect(await page.locator(".tree-row.later").count()).toBe(0);
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press("t");
    await page.locator(".playback").waitFor({ state: "detached" });
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("it plays to the end at its speed, over idle time, and the URL follows", async () => {
    const { page, problems } = await openPage(browser, `${service.url}/runs/${RUN}?t=0&speed=20&idle=jumped`);
    await shown(page);
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await page.waitForURL(/t=9000/);
    await page.getByRole("button", { name: "Play", exact: true }).waitFor();
    expect(await page.locator('[data-state="open"] li').count()).toBe(0);
    await page.keyboard.press("<");
    await page.waitForURL(/speed=10/);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

describe("two runs are compared", () => {
  test("in a worker, with what differs and links to both, and nothing of the policy is broken", async () => {
    const { page, problems } = await openPage(browser, `${service.url}/runs/${OTHER}`);
    await shown(page);
    await page.getByRole("link", { name: "Compare", exact: true }).last().click();
    await page.getByLabel("Run A").fill(RUN);
    await page.locator(".compare-form").getByRole("button", { name: "Compare" }).click();
    await page.locator("[data-counts]").waitFor();
    expect(await page.locator("[data-counts]").textContent()).toBe(
      "3 the same · 1 with another input · 1 with another outcome · 1 only in A",
    );
    const rows = await page
      .locator(".compare-rows > li")
      .evaluateAll((items) =>
        items.map((item) => `${item.getAttribute("data-kind")} ${item.querySelector("bdi")?.textContent}`),
      );
    expect(rows).toEqual(["arguments Read", "same Bash", "only-a grep"]);
    expect(await page.locator(".compare-rows dt bdi").first().textContent()).toBe("$.file_path");
    expect(await page.locator(".compare-rows ins").first().textContent()).toBe("/srv/shop/price.ts");
    await page.getByRole("link", { name: "B #2", exact: true }).click();
    await page.locator('.tree-row[aria-selected="true"]', { hasText: "Read" }).waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("hostile texts are texts, an unknown run is said, and there is no barrier", async () => {
    const compare = (a: string, b: string) => `${service.url}/compare?a=${a}&b=${b}`;
    const { page, problems } = await openPage(browser, compare(RUN, HOSTILE_RUN));
    await page.locator(".compare-rows li").first().waitFor();
    expect(await page.locator(".compare-rows bdi", { hasText: HOSTILE }).count()).toBeGreaterThan(0);
    // Direction marks that a text leaves open change nothing of what stands behind it.
    const row = page.locator(".compare-rows li", { hasText: HOSTILE }).first();
    const [text, note, link] = await Promise.all(
      ["bdi", ".note", "a"].map((part) => row.locator(part).first().boundingBox()),
    );
    expect(note!.x).toBeGreaterThanOrEqual(text!.x + text!.width);
    expect(link!.x).toBeGreaterThanOrEqual(note!.x + note!.width);
    expect(problems).toEqual([]);
    await page.context().close();

    const { page: other } = await openPage(browser, compare(RUN, OTHER), { bypassCSP: true });
    await other.locator("[data-counts]").waitFor();
    expect(await barriers(other)).toEqual([]);
    await other.goto(compare(RUN, "44444444-4444-4444-8444-444444444444"));
    await other.getByText("There are no actions of a run").waitFor();
    await other.context().close();
  });
});
