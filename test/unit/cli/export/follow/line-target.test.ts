import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { checkPlace, readPlace, savePlace } from "../../../../../src/cli/export/follow/cursor-file.js";
import { fileTarget } from "../../../../../src/cli/export/follow/line-target.js";
import { commandFailure } from "../../../../../src/cli/framework/exit-codes.js";

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

test("a place that cannot be kept is no outage: the file is named, and another one asked for", async () => {
  const cursor = { installation: "i", xactId: "7", position: "1" };
  const nowhere = join(folder, "missing", "place");
  const taken = join(folder, "taken");
  await mkdir(`${taken}.new`, { recursive: true });
  for (const path of [nowhere, taken]) {
    const failures = await Promise.all([checkPlace(path), savePlace(path, cursor)].map(failureOf));
    expect(failures.map(({ exitCode }) => exitCode)).toEqual([1, 1]);
    for (const { message } of failures) {
      expect(message).toContain(`The place cannot be kept in ${path}: E`);
      expect(message).toMatch(/\. Another file: --cursor FILE$/);
    }
  }
});

test("whether a place can be kept is found out without a trace", async () => {
  const path = join(await mkdtemp(join(folder, "checked-")), "place");
  await checkPlace(path);
  expect(await readdir(dirname(path))).toEqual([]);
  await savePlace(path, { installation: "i", xactId: "7", position: "1" });
  await checkPlace(path);
  expect(await readPlace(path)).toMatchObject({ cursor: { xactId: "7" } });
  expect(await readdir(dirname(path))).toEqual(["place"]);
});

const failureOf = (work: Promise<void>) =>
  work.then(
    () => {
      throw new Error("It was not refused.");
    },
    (error: unknown) => commandFailure(error),
  );
