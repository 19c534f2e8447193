import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);

interface Block {
  readonly code: string;
  /** Of a block that the others load. */
  readonly file: string | undefined;
  readonly prints: string;
}

const BLOCK = /^```ts(?: file=(\S+))?\n(.*?)^```\n(?:\n^```\n(.*?)^```\n)?/gms;

const page = readFileSync("docs/api.md", "utf8");
const blocks: Block[] = [...page.matchAll(BLOCK)].map(([, file, code = "", prints = ""]) => ({
  file,
  code,
  prints,
}));
const runnable = blocks.filter(({ file }) => file === undefined);

// Inside the project, so that packages are found from there.
let folder: string;
beforeAll(() => {
  mkdirSync(join("node_modules", ".cache"), { recursive: true });
  folder = mkdtempSync(join("node_modules", ".cache", "api-page-"));
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  for (const [index, { file, code }] of blocks.entries())
    writeFileSync(join(folder, file ?? `block-${index}.ts`), fromSources(code));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The page imports the package by its name, which needs a build; its sources say the same.
const fromSources = (code: string): string =>
  code
    .replaceAll('"otel-agent-actions/exporter"', JSON.stringify(pathToFileURL("exporter/index.ts").href))
    .replaceAll('"otel-agent-actions"', JSON.stringify(pathToFileURL("src/index.ts").href));

test("the page has blocks that run, each with what it prints", () => {
  expect(runnable.length).toBeGreaterThanOrEqual(6);
  for (const { prints } of runnable) expect(prints).not.toBe("");
});

const numbered = runnable.map((block, index) => [index + 1, block] as const);

test.each(numbered)(
  "docs/api.md: block %i prints what the page says",
  { timeout: 60_000 },
  async (_, block) => {
    const file = join(folder, `block-${blocks.indexOf(block)}.ts`);
    const { stdout } = await run(process.execPath, ["--import", "tsx", file], {
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" },
    });
    expect(stdout).toBe(block.prints);
  },
);
