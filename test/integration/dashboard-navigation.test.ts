import { describe, expect, test } from "vitest";
import { openPage, startBrowser } from "../helpers/browser.js";
import { ACTIONS, at, id, RUN } from "./dashboard-fixture.js";
import { rowNames, shown, startDashboard, TOKEN, WRITE_TOKEN } from "./dashboard-harness.js";

const service = await startDashboard();
const browser = await startBrowser();
await service.write("action", ACTIONS);

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
    await page.locator("[data-row]").first().click();
    await shown(page);
    await page.getByRole("row", { name: /Bash/ }).click();
    await page.locator('.tree-row[aria-selected="true"]', { hasText: "Bash" }).waitFor();
    await page.keyboard.press("z");
    await page.getByRole("button", { name: "Files" }).click();
    await page.locator('[aria-pressed="true"]', { hasText: "Files" }).waitFor();
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

describe("a list is walked through from inside", () => {
  const reviewed = [1, 2, 3].map((number) => ({
    id: id(500 + number),
    agent_name: "reviewed",
    action_type: "tool_call",
    action_name: `step ${number}`,
    correlation_id: `5555555${number}-5555-4555-8555-555555555555`,
    timestamp: at(number * 100),
    duration_ms: 1_000 - number,
  }));

  test("runs in the order of the list, by keys, also by whoever opens the link", async () => {
    await service.write("action", reviewed);
    const { page, problems } = await openPage(
      browser,
      `${service.url}/runs?last=all&agent=reviewed&sort=duration_ms&order=asc`,
    );
    await page.locator("[data-row]").first().click();
    await page.getByText("1 of 3").waitFor();
    await page.keyboard.press("Shift+J");
    await page.getByText("2 of 3").waitFor();
    expect(await rowNames(page)).toEqual(["step 2"]);
    const { page: other } = await openPage(browser, page.url());
    await other.getByText("2 of 3").waitFor();
    await other.getByRole("button", { name: "Next" }).click();
    await other.getByText("3 of 3").waitFor();
    expect(await other.getByRole("button", { name: "Next" }).isDisabled()).toBe(true);
    await other.keyboard.press("Shift+K");
    await other.getByText("2 of 3").waitFor();
    await other.getByRole("link", { name: "Runs" }).last().click();
    await other.locator('th[aria-sort="ascending"]').waitFor();
    expect(problems).toEqual([]);
    await Promise.all([page.context().close(), other.context().close()]);
  });

  test("actions, across their runs", async () => {
    const { page } = await openPage(browser, `${service.url}/actions?last=all&agent=reviewed`);
    await page.locator("[data-row]").first().click();
    await page.getByText("1 of 3").waitFor();
    await page.keyboard.press("Shift+J");
    await page.getByText("2 of 3").waitFor();
    expect(new URL(page.url()).searchParams.get("action")).toBe(id(502));
    await page.context().close();
  });

  test("columns are chosen, and a link keeps them; a cell of the heat map leads to its actions", async () => {
    const { page } = await openPage(browser, `${service.url}/actions?last=all&agent=coder`);
    await page.getByText("Columns", { exact: true }).click();
    await page.getByLabel("Session").check();
    await page.getByLabel("Project").uncheck();
    await page.locator("th", { hasText: "Session" }).waitFor();
    const { page: other } = await openPage(browser, page.url());
    await shown(other);
    expect((await other.locator("th").allTextContents()).join()).toBe(
      "Action,Status,Type,Agent,Duration,Began,Session",
    );
    await other.goto(`${service.url}/tools?agent=coder`);
    await other.locator(".heat-map rect").last().click();
    await shown(other);
    const { searchParams, pathname } = new URL(other.url());
    expect([pathname, searchParams.get("type"), searchParams.get("agent")]).toEqual([
      "/actions",
      "tool_call",
      "coder",
    ]);
    expect(Number(searchParams.get("max_duration"))).toBeGreaterThan(
      Number(searchParams.get("min_duration")),
    );
    expect(await other.locator("table.data tbody tr").count()).toBeGreaterThan(0);
    await Promise.all([page.context().close(), other.context().close()]);
  });
});

describe("labels of a run and of an action", () => {
  test("are shown to readers, and written by who has a token for it", async () => {
    const { page, problems } = await openPage(browser, `${service.protectedUrl}/runs/${RUN}`);
    const signIn = async (token: string) => {
      await page.getByLabel("Token").first().fill(token);
      await page.getByRole("button", { name: "Sign in" }).first().click();
    };
    await signIn(TOKEN);
    await page.getByRole("button", { name: "Label this run" }).click();
    await page.getByText("Writing needs a token").waitFor();
    await signIn(WRITE_TOKEN);
    const ofRun = page.getByRole("region", { name: "Labels of the run" });
    await ofRun.getByLabel("Name").fill("<b>incident</b>");
    await ofRun.getByLabel("Score").fill("0.5");
    await ofRun.getByRole("button", { name: "Add" }).click();
    await ofRun.locator("li", { hasText: "<b>incident</b> 0.5 by writer" }).waitFor();
    await page.getByRole("button", { name: "Label this action" }).click();
    const ofAction = page.getByRole("region", { name: "Labels of the action" });
    await ofAction.getByLabel("Kind").selectOption("note");
    await ofAction.getByLabel("Name").fill("odd");
    await ofAction.getByRole("button", { name: "Add" }).click();
    await ofAction.locator("li", { hasText: "note odd" }).waitFor();
    await page.goto(`${service.protectedUrl}/runs?label=odd&last=all`);
    await page.locator(".label-name", { hasText: "incident" }).waitFor();
    await page.goto(`${service.protectedUrl}/runs/${RUN}`);
    await ofRun.getByRole("button", { name: "Remove <b>incident</b>" }).click();
    await ofRun.locator("li").waitFor({ state: "detached" });
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
