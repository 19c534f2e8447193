import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { logTail } from "../../../src/devstack/run-command.js";
import { temporaryFolder } from "./temporary-folder.js";

test("the tail of a log is its last lines, however long it is", async () => {
  const file = join(await temporaryFolder(), "log");
  const lines = Array.from({ length: 5_000 }, (_, index) => `line ${index}`);
  await writeFile(file, `${lines.join("\n")}\n`);
  expect(await logTail(file, 2)).toBe("line 4998\nline 4999");
});

test("a log that is short, empty or absent is no error", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "short"), "only line\n");
  await writeFile(join(folder, "empty"), "");
  expect(await logTail(join(folder, "short"))).toBe("only line");
  expect(await logTail(join(folder, "empty"))).toBe("(its log is empty)");
  expect(await logTail(join(folder, "absent"))).toBe("(its log is empty)");
});
