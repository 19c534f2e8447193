/**
 * Takes the pictures of README and docs/dashboard.md anew: `npm run build && npx tsx scripts/screenshots.ts`. Needs chromium.
 *
 * With a folder as argument it writes them there instead, to be looked at.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { PICTURE_FACTS, PICTURE_FOLDER, startDemo, takePictures } from "./dashboard-pictures.js";

const [given] = process.argv.slice(2);
const target = given === undefined ? PICTURE_FOLDER : pathToFileURL(`${resolve(given)}/`);
const facts = given === undefined ? PICTURE_FACTS : new URL("dashboard-pictures.json", target);

const folder = await mkdtemp(join(tmpdir(), "demo-"));
const demo = await startDemo(folder);
try {
  const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium-headless-shell";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const pictures = await takePictures(browser, demo.link);
  await browser.close();
  await mkdir(target, { recursive: true });
  for (const { name, png } of pictures) await writeFile(new URL(name, target), png);
  const shown = Object.fromEntries(pictures.map((picture) => [picture.name, picture.facts]));
  await writeFile(facts, `${JSON.stringify(shown, null, 2)}\n`);
} finally {
  await demo.stop();
  await rm(folder, { recursive: true, force: true });
}
