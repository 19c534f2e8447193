import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { DIALECTS } from "../../../exporter/read/dialects/index.js";
import { dialectDocs, inOrderOf, type Manifest } from "../../../scripts/dialect-docs.js";
import type { DialectGuide } from "../../../scripts/dialect-guides/dialect-guide.js";
import { dialectGuides } from "../../../scripts/dialect-guides/index.js";
import * as semconv from "../../../src/event/semconv.js";
import { allCaptures } from "../../helpers/captures.js";

const SPANS = "test/fixtures/spans";
const names = DIALECTS.map(({ name }) => name);
const guides = await dialectGuides();
const manifest = JSON.parse(readFileSync(`${SPANS}/manifest.json`, "utf8")) as Manifest;
const captures = await allCaptures();

test("every dialect has a guide, and every guide a dialect", () => {
  expect(guides.map(({ dialect }) => dialect).sort()).toEqual([...names].sort());
});

test("docs/dialects.md is what the guides and the manifest say; run `npm run generate`", () => {
  const page = readFileSync("docs/dialects.md", "utf8");
  expect(page).toBe(dialectDocs(page, inOrderOf(names, guides), manifest));
});

test("every captured file is in the manifest, under a dialect that there is, and in a capture", () => {
  const files = readdirSync(SPANS)
    .filter((name) => name.endsWith(".otlp.json"))
    .map((name) => name.replace(".otlp.json", ""));
  expect(Object.keys(manifest).sort()).toEqual(files.sort());
  expect(captures.map(({ file }) => file).sort()).toEqual(files);
  for (const { dialect } of Object.values(manifest)) expect(names).toContain(dialect);
});

describe.each(guides.map((guide) => [guide.dialect, guide] as const))("the guide of %s", (dialect, guide) => {
  const sources = sourcesOf(dialect);
  test.each(keysIn(guide))("names %s, which the dialect reads", (key) => {
    expect(isRead(key, sources)).toBe(true);
  });
});

test("a key that nobody reads would be found", () => {
  const sources = sourcesOf("gen-ai");
  expect(isRead("gen_ai.tool.name", sources)).toBe(true);
  expect(isRead("gen_ai.tool.nickname", sources)).toBe(false);
  expect(isRead("gen_ai.nothing.*", sources)).toBe(false);
});

/** What stands in backticks and has a dot, as attribute keys have: `a.b`, `a.b.*`, `a.N.b`. */
function keysIn({ dialect, title, testedWith, limits, ...texts }: DialectGuide): readonly string[] {
  const quoted = [...Object.values(texts), ...limits].flatMap((text) => [...text.matchAll(/`([^`\s]+)`/g)]);
  const keys = quoted.map(([, key]) => key ?? "").filter((key) => /^[a-z_]\w*(\.[\w*-]+)+$/i.test(key));
  return [...new Set(keys)];
}

/** The key itself stands in the sources; or its two parts do, as of a key that is put together. Numbers and `*` may be anything. */
function isRead(key: string, sources: string): boolean {
  return key
    .split(/\.(?:N|\*)(?:\.|$)/)
    .filter((part) => part !== "")
    .every((part) => sources.includes(part) || cutsOf(part).some(([head, tail]) => has(sources, head, tail)));
}

const has = (sources: string, head: string, tail: string): boolean =>
  sources.includes(`"${head}`) && tail.split(".").every((word) => new RegExp(`\\b${word}\\b`).test(sources));

function cutsOf(key: string): readonly (readonly [head: string, tail: string])[] {
  const parts = key.split(".");
  return parts
    .slice(2)
    .map((_, index) => [parts.slice(0, index + 2).join("."), parts.slice(index + 2).join(".")]);
}

/** The dialect's own file and those beside it that it imports, with the names of our constants replaced by what they say. */
function sourcesOf(dialect: string): string {
  const folder = "exporter/read/dialects";
  const seen = new Map<string, string>();
  const read = (file: string): void => {
    if (seen.has(file) || !file.startsWith(folder)) return;
    const text = readFileSync(file, "utf8");
    seen.set(file, text.replace(/\b(?:ATTR|SCOPE|OPERATION)_\w+\b/g, constantOf));
    for (const [, path = ""] of text.matchAll(/from "(\.[\w./-]+)\.js"/g))
      read(join(dirname(file), `${path}.ts`));
  };
  const own = [`${folder}/${dialect}.ts`, `${folder}/${dialect}/${dialect}.ts`].find(existsSync);
  if (own === undefined) throw new Error(`No source file of the dialect ${dialect}.`);
  read(own);
  return [...seen.values()].join("\n");
}

function constantOf(constant: string): string {
  const value: unknown = Object.entries(semconv).find(([name]) => name === constant)?.[1];
  return typeof value === "string" ? JSON.stringify(value) : constant;
}
