/**
 * Takes the pictures of README and docs/dashboard.md anew: `npm run build && npx tsx scripts/screenshots.ts FOLDER`.
 *
 * Runs the demo in that folder, whose path is in the pictures, and photographs its run in a real browser. Needs chromium.
 */
import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const IMAGES = new URL("../docs/images/", import.meta.url);
const PROGRAM = fileURLToPath(new URL("../dist/src/cli/main.js", import.meta.url));

const demo = spawn(process.execPath, [PROGRAM, "demo", "--stay"], {
  cwd: process.argv[2] ?? process.cwd(),
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  const link = await linkOf(demo.stdout);
  await mkdir(IMAGES, { recursive: true });
  const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium-headless-shell";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 810 }, colorScheme });
    await page.goto(link);
    await page.locator(".tree-row").nth(3).click();
    await page.locator(".details h2").waitFor();
    await page.screenshot({ path: fileURLToPath(new URL(`run-${colorScheme}.png`, IMAGES)) });
    await page.goto(new URL("/tools", link).href);
    await page.locator("table.data").waitFor();
    await page.screenshot({ path: fileURLToPath(new URL(`tools-${colorScheme}.png`, IMAGES)) });
    await page.close();
  }
  await browser.close();
} finally {
  demo.kill("SIGINT");
}

/** The demo prints a link to its run when it is done. */
async function linkOf(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(output)) {
    const [link] = /http:\/\/\S+\/runs\/\S+/.exec(line) ?? [];
    if (link !== undefined) return link;
  }
  throw new Error("The demo ended without a link to its run.");
}
