import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect, type TestContext, test } from "vitest";
import { findApiCopies } from "../../../exporter/registration/api-copies.js";

async function installed(t: TestContext, copies: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "api-copies-"));
  t.onTestFinished(() => rm(root, { recursive: true }));
  for (const [folder, manifest] of Object.entries(copies)) {
    await mkdir(join(root, folder), { recursive: true });
    await writeFile(join(root, folder, "package.json"), manifest);
  }
  return root;
}

async function found(root: string, start: string): Promise<Record<string, string>> {
  const copies = await findApiCopies(join(root, start));
  const own = copies.filter(({ folder }) => folder.startsWith(root));
  return Object.fromEntries(own.map(({ folder, version }) => [relative(root, folder), version]));
}

const version = (text: string): string => JSON.stringify({ name: "@opentelemetry/api", version: text });

test("copies are found beside the program, above it, inside other packages and in pnpm's store", async (t) => {
  const copies = {
    "node_modules/@opentelemetry/api": "1.9.1",
    "app/node_modules/@opentelemetry/api": "1.9.0",
    "app/node_modules/ai/node_modules/@opentelemetry/api": "1.10.0",
    "app/node_modules/@mastra/core/node_modules/@opentelemetry/api": "1.8.0",
    "app/node_modules/.pnpm/@opentelemetry+api@1.7.0/node_modules/@opentelemetry/api": "1.7.0",
  };
  const manifests = Object.entries(copies).map(([folder, text]) => [folder, version(text)]);
  const root = await installed(t, Object.fromEntries(manifests));
  expect(await found(root, "app")).toEqual(copies);
});

test("what cannot be read is no copy", async (t) => {
  const root = await installed(t, {
    "node_modules/@opentelemetry/api": "not json",
    "node_modules/b/node_modules/@opentelemetry/api": "{}",
  });
  expect(await found(root, "nowhere/at/all")).toEqual({});
});
