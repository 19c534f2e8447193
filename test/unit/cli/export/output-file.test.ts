import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { outputFile } from "../../../../src/cli/export/output-file.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "export-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a file is there when it is whole, for its owner alone", async () => {
  const path = join(folder, "run.jsonl");
  await writeFile(path, "old");
  const sink = await outputFile(path);
  await sink.write("1");
  await sink.write("2");
  expect(await readFile(path, "utf8")).toBe("old");
  await sink.finish();
  await sink.discard();
  expect(await readFile(path, "utf8")).toBe("1\n2\n");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(["run.jsonl"]);
});

test("what is discarded leaves what was there before, and nothing else", async () => {
  const path = join(folder, "run.jsonl");
  await writeFile(path, "old");
  const sink = await outputFile(path);
  await sink.write("1");
  await sink.discard();
  expect(await readFile(path, "utf8")).toBe("old");
  expect(await readdir(folder)).toEqual(["run.jsonl"]);
});

test("through a link its target is replaced", async () => {
  const target = join(folder, "target");
  await writeFile(target, "old");
  await symlink(target, join(folder, "link"));
  const sink = await outputFile(join(folder, "link"));
  await sink.write("new");
  await sink.finish();
  expect(await readFile(target, "utf8")).toBe("new\n");
});

test("no folder, device or place in a folder that is missing is taken", async () => {
  await mkdir(join(folder, "sub"));
  await expect(outputFile(join(folder, "sub"))).rejects.toThrow("no regular file");
  await expect(outputFile("/dev/null")).rejects.toThrow("no regular file");
  await expect(outputFile(join(folder, "missing", "x"))).rejects.toThrow("--output FILE");
  expect(await readdir(folder)).toEqual(["sub"]);
});
