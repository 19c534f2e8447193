/**
 * The pictures of the dashboard in README and docs/dashboard.md: the demo, run in a small folder, photographed in a real browser, with what
 * each page shows in words. `scripts/screenshots.ts` writes them; test/integration/dashboard-pictures.test.ts holds the written ones against new ones.
 */
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";

export const PICTURE_FOLDER = new URL("../docs/images/", import.meta.url);
/** What the pictures show, as `npx tsx scripts/screenshots.ts` has found it. */
export const PICTURE_FACTS = new URL("../test/fixtures/dashboard-pictures.json", import.meta.url);
const PROGRAM = fileURLToPath(new URL("../dist/src/cli/main.js", import.meta.url));
const SIZE = { width: 1440, height: 810 };

/** A rectangle in pixels from the left upper corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a page shows, without what differs from run to run: figures, times, ids and paths. */
export interface PageFacts {
  /** Each text once, sorted. */
  readonly texts: readonly string[];
  readonly boxes: Readonly<Record<string, Box>>;
}

export interface Picture {
  /** Of the file, such as `run-light.png`. */
  readonly name: string;
  readonly png: Buffer;
  readonly facts: PageFacts;
}

/** Files for the demo's agent to survey. */
const SHOP: Readonly<Record<string, string>> = {
  "README.md": "# Shop\n\nA small shop: a cart, its prices, and a checkout.\n",
  "src/cart.ts": "export interface Cart {\n  readonly items: readonly string[];\n}\n",
  "src/prices.ts": "// TODO: currencies\nexport const priceOf = (item: string): number => item.length;\n",
  "src/checkout.ts":
    'import { priceOf } from "./prices.js";\n\nexport const total = (items: string[]) =>\n  items.reduce((sum, item) => sum + priceOf(item), 0);\n',
};

/** Runs the demo in a new folder `shop`, and returns the link to its run. `stop` ends it and its servers. */
export async function startDemo(parent: string): Promise<{ readonly link: string; stop(): Promise<void> }> {
  const folder = join(parent, "shop");
  for (const [path, text] of Object.entries(SHOP)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const demo = spawn(process.execPath, [PROGRAM, "demo", "--no-kafka", "--stay"], {
    cwd: folder,
    env: { ...process.env, HEALTH_CHECK_PORT: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  demo.stderr.setEncoding("utf8").on("data", (text: string) => said.push(text));
  const ended = new Promise<void>((resolve) => demo.once("close", () => resolve()));
  const stop = async () => {
    demo.kill("SIGINT");
    await ended;
  };
  for await (const line of createInterface(demo.stdout)) {
    said.push(line);
    const [link] = /http:\/\/\S+\/runs\/\S+/.exec(line) ?? [];
    if (link === undefined) continue;
    // What it says from here on is not read, and must not fill the pipe.
    demo.stdout.resume();
    return { link, stop };
  }
  await stop();
  throw new Error(`The demo ended without a link to its run:\n${said.join("\n")}`);
}

/** @param link to the run of the demo */
export async function takePictures(browser: Browser, link: string): Promise<readonly Picture[]> {
  const pictures: Picture[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await browser.newPage({ viewport: SIZE, colorScheme, reducedMotion: "reduce" });
    page.setDefaultTimeout(60_000);
    const take = async (name: string, boxes: readonly string[]) => {
      const facts = await factsOf(page, boxes);
      pictures.push({ name: `${name}-${colorScheme}.png`, png: await page.screenshot(), facts });
    };
    // Most of the run's time is the start of another process, in which nothing can be seen.
    await page.goto(`${link}?gaps=folded`);
    await page.locator(".tree-row").nth(3).click();
    await page.locator(".details h2", { hasText: "Read" }).waitFor();
    await page.locator(".run-header .status").waitFor();
    await take("run", [".main-nav", ".run-header", ".tree-grid", ".tree-head", ".run-side", ".details"]);
    // A rate is drawn from two minutes on; whether the demo's run is of two depends on the clock.
    await page.route(/\/stats\?.*\bgroup_by=minute(?:&|$)/, (route) =>
      route.fulfill({ json: { data: [], next: null } }),
    );
    await page.goto(new URL("/tools?last=1h", link).href);
    await page.locator("table.data tbody tr").first().waitFor();
    await page.locator(".heat-map rect").first().waitFor();
    await take("tools", [".main-nav", ".page-header", ".heat-map", "table.data"]);
    await page.close();
  }
  return pictures;
}

async function factsOf(page: Page, boxes: readonly string[]): Promise<PageFacts> {
  const texts = (await page.evaluate(TEXTS)) as readonly string[];
  const found = boxes.map(async (selector) => {
    const {
      x = 0,
      y = 0,
      width = 0,
      height = 0,
    } = (await page.locator(selector).first().boundingBox()) ?? {};
    // What reaches beyond the picture is cut by it.
    const size = { width: Math.min(width, SIZE.width - x), height: Math.min(height, SIZE.height - y) };
    const box = {
      x: Math.round(x),
      y: Math.round(y),
      width: Math.round(size.width),
      height: Math.round(size.height),
    };
    return [selector, box] as const;
  });
  return {
    texts: [...new Set(texts.map(lasting))].sort(),
    boxes: Object.fromEntries(await Promise.all(found)),
  };
}

/** Texts of elements, without those of the times along a line, and of ages, which are as many and as long as the run took. */
const TEXTS = `[...document.querySelectorAll("#app *")]
  .filter((element) => !element.closest(".time-header, .heat-map, time, dialog, option"))
  .map((element) => [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map(({ data }) => data).join("").trim())
  .filter((text) => text !== "")`;

/** A text without what is another one in every run. */
const lasting = (text: string): string =>
  text
    .replace(/\S*\/shop\b/g, "/shop")
    .replace(/(unknown_service):\S+/g, "$1")
    .replace(/\b[0-9a-f]{8}[0-9a-f-]{8,}\b/g, "ID")
    .replace(/\d+(?:[.,:-]\d+)*(?: (?:ms|s|m)\b)?/g, "0");
