import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { openPage, startBrowser } from "../helpers/browser.js";
import { runNode } from "../helpers/run-node.js";
import { ACTIONS, HOSTILE, HOSTILE_ACTIONS, HOSTILE_RUN, RUN } from "./dashboard-fixture.js";
import { directionMarks, rowNames, startDashboard } from "./dashboard-harness.js";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = await mkdtemp(join(tmpdir(), "bundle-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const full = await startDashboard();
const browser = await startBrowser();
await full.write("action", [...ACTIONS, ...HOSTILE_ACTIONS]);

/** A run as the command writes it. */
async function bundleOf(run: string): Promise<string> {
  const file = join(folder, `${run}.json`);
  const { code, stderr } = await runNode(
    ["dist/src/cli/main.js", "export", run, "--format", "bundle", "--output", file, "--url", full.url],
    {},
  );
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return readFile(file, "utf8");
}

const fileOf = (name: string, text: string) => ({
  name,
  mimeType: "application/json",
  buffer: Buffer.from(text),
});

/** Drops a file on the page as a browser does. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    `((text, name) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], name, { type: "application/json" }));
      return transfer;
    })(${JSON.stringify(text)}, ${JSON.stringify(name)})`,
  );
  await page.dispatchEvent("main", "drop", { dataTransfer: transfer });
}

async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })",
  )) as { violations: readonly { id: string; nodes: readonly { html: string }[] }[] };
  return violations.map(({ id: rule, nodes }) => `${rule}: ${nodes[0]?.html.slice(0, 200)}`);
}

test("a dropped bundle is shown from the file alone, with its tree, details and tabs, and nothing that writes", async () => {
  const bundle = await bundleOf(RUN);
  const { page, problems } = await openPage(browser, `${full.url}/views`, { bypassCSP: true });
  await page.locator("main h1, main .empty").first().waitFor();
  // What the page itself reads, such as the list that it was on, is not of the run.
  const asked: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (request.method() !== "GET" || /^\/api\/v1\/(?:runs|actions|files|stream)\b/.test(pathname))
      asked.push(`${request.method()} ${pathname}`);
  });
  await drop(page, "run.json", bundle);
  await page.locator(".from-file").waitFor();
  expect(new URL(page.url()).pathname).toBe("/file");
  expect(await page.locator(".from-file").textContent()).toContain(
    "From a file, not from this database: run.json",
  );
  expect(await page.locator(".from-file").textContent()).toContain("contents too large for a row (1, ");
  await page.locator(".tree-row").nth(4).waitFor();
  expect(await rowNames(page)).toEqual(["plan", "Read", "Bash", "grep", "Write"]);
  expect(await page.locator(".tree-row .bar").count()).toBe(5);
  await page.locator(".tree-row", { hasText: "Read" }).click();
  await page.locator(".details h2", { hasText: "Read" }).waitFor();
  await page.locator(".details", { hasText: "export const cart = 1" }).waitFor();
  await page.getByRole("button", { name: "Files", exact: true }).click();
  await page.locator(".run-side bdi", { hasText: "/srv/shop/cart.ts" }).first().waitFor();
  await page.getByRole("button", { name: "Decisions", exact: true }).click();
  await page.locator(".run-side", { hasText: "first the tests" }).waitFor();
  await page.getByRole("button", { name: "Transcript", exact: true }).click();
  await page.locator(".transcript li").nth(4).waitFor();
  await page.getByRole("button", { name: "Raw", exact: true }).click();
  await page.locator(".run-side pre.raw").waitFor();
  expect(await page.getByRole("button", { name: /Share|Label|Save view/ }).count()).toBe(0);
  expect(await page.locator("main a").count()).toBe(0);
  expect(await barriers(page)).toEqual([]);
  expect(asked).toEqual([]);
  expect(problems).toEqual([]);
  await page.context().close();
});

test("a changed byte is refused by the name of its part; then a good one is opened by the button, with hostile texts as texts", async () => {
  const bundle = await bundleOf(HOSTILE_RUN);
  const { page, problems } = await openPage(browser, `${full.url}/file`);
  const choose = page.getByLabel("Open a bundle");
  const changed = bundle.replace(/(\\"action_type\\":\\")tool_call/, "$1tool_cal1");
  expect(changed).not.toBe(bundle);
  await choose.setInputFiles(fileOf("changed.json", changed));
  const alert = page.locator("main [role=alert]");
  await alert.waitFor();
  expect(await alert.textContent()).toContain(
    "changed.json is refused. The part actions.jsonl is not what was written",
  );
  expect(await page.locator(".tree-row").count()).toBe(0);
  await choose.setInputFiles(fileOf("no-bundle.json", "{}"));
  await alert.filter({ hasText: "no-bundle.json is refused. The file is no bundle" }).waitFor();
  await choose.setInputFiles(fileOf("good.json", bundle));
  await page.locator(".from-file").waitFor();
  await page.locator(".tree-row").nth(11).waitFor();
  expect(await rowNames(page)).toContain(HOSTILE);
  await page.locator(".details h2").waitFor();
  const { seen, mixed } = await directionMarks(page);
  expect(mixed).toEqual([]);
  expect(seen).toBeGreaterThan(0);
  expect(problems).toEqual([]);
  await page.context().close();
});
