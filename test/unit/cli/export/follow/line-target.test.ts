import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readPlace, savePlace } from "../../../../../src/cli/export/follow/cursor-file.js";
import { fileTarget } from "../../../../../src/cli/export/follow/line-target.js";

const folder = await mkdtemp(join(tmpdir(), "line-target-"));
afterAll(() => rm(folder, { recursive: true }));

test.each([
  ["nothing", "", ""],
  ["whole lines", "a\nb\n", "a\nb\n"],
  ["a line that was not finished", "a\nb", "a\n"],
  ["nothing but such a line", "x".repeat(100_000), ""],
  ["a long one behind others", `a\n${"x".repeat(200_000)}`, "a\n"],
])("lines are added behind %s", async (_, before, kept) => {
  const path = join(folder, "lines.jsonl");
  await writeFile(path, before);
  const target = await fileTarget(path);
  await target.write("one");
  await target.write("two");
  await target.flush();
  await target.close();
  expect(await readFile(path, "utf8")).toBe(`${kept}one\ntwo\n`);
});

test("a new file is its owner's; what is no file is refused", async () => {
  const path = join(folder, "new.jsonl");
  await (await fileTarget(path)).close();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await expect(fileTarget(folder)).rejects.toThrow("Another place: --output FILE");
});

test("a place is kept whole; a file that is none is refused, and one that is not there is none", async () => {
  const path = join(folder, "place");
  expect(await readPlace(path)).toBeUndefined();
  const cursor = { installation: "i", xactId: "7", position: "1" };
  await savePlace(path, cursor);
  await savePlace(path, { ...cursor, position: "2" });
  expect(await readPlace(path)).toMatchObject({ cursor: { position: "2" } });
  for (const text of ["", "{}", '{"cursor":{"installation":1}}', "no JSON"]) {
    await writeFile(path, text);
    await expect(readPlace(path)).rejects.toThrow("is not what export --follow wrote");
  }
});
