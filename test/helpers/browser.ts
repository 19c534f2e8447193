import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll } from "vitest";

/** Where Debian and others install it; `CHROMIUM_PATH` names another one. */
const PLACES = [
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** A real browser that lives as long as the file. A machine without one fails the test. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? PLACES.find((place) => existsSync(place));
  if (executablePath === undefined)
    throw new Error(
      "The dashboard is tested in a real browser: apt-get install chromium-headless-shell, or set CHROMIUM_PATH",
    );
  // Root, as in a container, has no sandbox.
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  afterAll(() => browser.close());
  return browser;
}

/** What is waited for comes when it comes: playwright's own half minute is less than a busy machine needs. */
const WAIT_MILLIS = 60_000;

const REPORT_VIOLATIONS = `document.addEventListener("securitypolicyviolation", (event) =>
  reportViolation(["policy:", event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber].join(" ")));`;

/** A page, and everything that went wrong on it: violations of its policy, errors, requests to elsewhere. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<{ readonly page: Page; readonly problems: string[] }> {
  const problems: string[] = [];
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MILLIS);
  await page.exposeFunction("reportViolation", (violation: string) => problems.push(violation));
  await page.addInitScript({ content: REPORT_VIOLATIONS });
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) problems.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, problems };
}
