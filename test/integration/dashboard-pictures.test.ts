import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Box,
  type PageFacts,
  PICTURE_FACTS,
  PICTURE_FOLDER,
  type Picture,
  startDemo,
  takePictures,
} from "../../scripts/dashboard-pictures.js";
import { startBrowser } from "../helpers/browser.js";

const HOW = "take the pictures anew and look at them: npm run build && npx tsx scripts/screenshots.ts";
/** Fonts and their metrics differ from machine to machine, and durations from run to run. */
const MAX_SHIFT = 24;
const isBelowMap = (part: string): boolean => [".heat-map", "table.data"].includes(part);
/** Of 255, of the mean colour of a part of the page. */
const MAX_COLOUR_DIFFERENCE = 12;

const browser = await startBrowser();
const written = JSON.parse(await readFile(PICTURE_FACTS, "utf8")) as Record<string, PageFacts>;
let pictures: readonly Picture[] = [];

const folder = await mkdtemp(join(tmpdir(), "pictures-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

beforeAll(async () => {
  const demo = await startDemo(folder);
  try {
    pictures = await takePictures(browser, demo.link);
  } finally {
    await demo.stop();
  }
});

/** Mean red, green and blue of parts of a picture, and its size. */
async function coloursOf(png: Buffer, boxes: Readonly<Record<string, Box>>) {
  const page = await browser.newPage();
  const colours = await page.evaluate(`(async () => {
    const bytes = Uint8Array.from(atob(${JSON.stringify(png.toString("base64"))}), (char) => char.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    context.drawImage(image, 0, 0);
    const mean = ({ x, y, width, height }) => {
      const { data } = context.getImageData(x, y, width, height);
      const sums = [0, 0, 0];
      for (let at = 0; at < data.length; at += 4) for (const part of [0, 1, 2]) sums[part] += data[at + part];
      return sums.map((sum) => (sum * 4) / data.length);
    };
    const parts = Object.entries(${JSON.stringify(boxes)}).map(([name, box]) => [name, mean(box)]);
    return { size: [image.width, image.height], parts: Object.fromEntries(parts) };
  })()`);
  await page.close();
  return colours as { readonly size: readonly number[]; readonly parts: Readonly<Record<string, number[]>> };
}

test("the pictures of README and docs/dashboard.md show what the pages of the demo's run show", () => {
  expect(pictures.map(({ name }) => name).sort()).toEqual(Object.keys(written).sort());
  for (const { name, facts } of pictures) {
    const { texts, boxes } = written[name] as PageFacts;
    expect(facts.texts, `${name}: ${HOW}`).toEqual(texts);
    expect(Object.keys(facts.boxes)).toEqual(Object.keys(boxes));
    for (const [part, box] of Object.entries(facts.boxes)) {
      // The map of durations has a row more for a slower run, and what stands below it moves.
      const edges = isBelowMap(part) ? (["x", "width"] as const) : (["x", "y", "width", "height"] as const);
      const moved = edges.filter((edge) => Math.abs(box[edge] - (boxes[part]?.[edge] ?? 0)) > MAX_SHIFT);
      expect(moved, `${name}, ${part}, which was at ${JSON.stringify(boxes[part])}: ${HOW}`).toEqual([]);
    }
  }
});

test("their files are of the same size and colours, part by part", async () => {
  for (const { name, png, facts } of pictures) {
    const file = await readFile(new URL(name, PICTURE_FOLDER));
    const before = await coloursOf(file, written[name]?.boxes ?? {});
    const now = await coloursOf(png, facts.boxes);
    expect(before.size, name).toEqual(now.size);
    for (const [part, colour] of Object.entries(now.parts)) {
      const difference = Math.max(
        ...colour.map((value, index) => Math.abs(value - (before.parts[part]?.[index] ?? 0))),
      );
      expect(difference, `${name}, ${part}: ${HOW}`).toBeLessThan(MAX_COLOUR_DIFFERENCE);
    }
  }
});

test("a picture of another page, or in other colours, is told from it", async () => {
  const [light, other, dark] = ["run-light.png", "tools-light.png", "run-dark.png"].map((name) =>
    pictures.find((picture) => picture.name === name),
  );
  if (!light || !other || !dark) throw new Error("There are four pictures.");
  expect(other.facts.texts).not.toEqual(light.facts.texts);
  const { parts } = await coloursOf(light.png, light.facts.boxes);
  const inDark = await coloursOf(dark.png, light.facts.boxes);
  expect(Math.abs((parts[".tree-grid"]?.[0] ?? 0) - (inDark.parts[".tree-grid"]?.[0] ?? 0))).toBeGreaterThan(
    100,
  );
});
