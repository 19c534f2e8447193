import pino from "pino";
import { expect, test } from "vitest";
import { openPage, startBrowser } from "../helpers/browser.js";
import { createDatabase } from "../helpers/stack.js";
import { serveBy } from "./dashboard-harness.js";
import { settingsOf } from "./store-fixture.js";

const browser = await startBrowser();
const log = pino({ level: "silent" });
const NOT_MIGRATED = settingsOf(await createDatabase());
const AWAY = settingsOf("postgres://nobody@127.0.0.1:9/nothing");
const open = await serveBy(NOT_MIGRATED, {}, log);

test("a database without tables is told with the command that makes them, on every page that asks it", async () => {
  for (const path of ["/runs", "/tools", "/notices", "/runs/11111111-1111-4111-8111-111111111111"]) {
    const { page, problems } = await openPage(browser, `${open}${path}`);
    const alert = page.locator("main [role=alert]").first();
    await alert.waitFor();
    expect(await alert.textContent(), path).toContain("The database lacks tables or columns");
    expect(await alert.locator("code").textContent()).toBe("agent-actions migrate");
    expect(problems).toEqual([]);
    await page.context().close();
  }
});

test("a Postgres that is away is told once, and asked again without a click", async () => {
  const away = await serveBy(AWAY, {}, log);
  const { page } = await openPage(browser, `${away}/runs`);
  const alert = page.getByRole("alert").filter({ hasText: "Postgres does not respond" });
  await alert.waitFor();
  await alert.getByText("tried again every five seconds").waitFor();
  // The line above all pages is for what may be old: here nothing is shown.
  await expect.poll(() => page.locator(".connection.away").filter({ visible: true }).count()).toBe(0);
  await page.waitForResponse((response) => response.url().includes("/api/v1/runs?"));
  await page.context().close();
});

test("a service that ends is told, also to a page that was never shown", async () => {
  const { page } = await openPage(browser, `${open}/views`);
  await page.route("**/api/v1/**", (route) => route.abort());
  await page.goto(`${open}/actions`);
  await page.getByRole("heading", { name: "The service does not respond" }).waitFor();
  await page.context().close();
});

test("where a token is needed, the page asks for it and says how one is made; a link that opens nothing says so", async () => {
  const guarded = await serveBy(
    NOT_MIGRATED,
    { AGENT_ACTIONS_API_TOKEN: "a-token-of-the-test-0123456789" },
    log,
  );
  const { page, problems } = await openPage(browser, `${guarded}/runs`);
  const form = page.getByRole("alert").filter({ hasText: "Sign in" }).first();
  await form.getByLabel("Token").waitFor();
  expect(await form.locator("code").textContent()).toBe("agent-actions token create NAME --scopes read");
  expect(await form.textContent()).not.toContain("Bearer");
  await page.goto(`${guarded}/share`);
  await page.getByRole("heading", { name: "This link opens nothing" }).waitFor();
  expect(await page.locator("main").textContent()).toContain("not whole");
  expect(problems).toEqual([]);
  await page.context().close();
});

test("a list in which nothing fits offers what would show more", async () => {
  const { page } = await openPage(browser, `${open}/views`);
  await page.route("**/api/v1/tools?*", (route) => route.fulfill({ json: { data: [], next: null } }));
  await page.goto(`${open}/tools?agent=nobody&project=nothing`);
  await page.getByRole("button", { name: "Remove the filters" }).click();
  await page.getByRole("button", { name: "Show all time" }).click();
  await page.getByRole("button", { name: "Show all time" }).waitFor({ state: "detached" });
  expect(new URL(page.url()).search).toBe("?last=all");
  await page.context().close();
});
