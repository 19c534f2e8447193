import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkLibraries } from "../../../src/devstack/fetch-kafka.js";
import { KAFKA_LIBRARIES, KAFKA_VERSION } from "../../../src/devstack/kafka-libraries.js";
import { temporaryFolder } from "./temporary-folder.js";

function library(name: string, content: string) {
  return { name, bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") };
}

test("files that are what they should be are no problem", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "a.jar"), "aaa");
  await writeFile(join(folder, "other"), "not ours");
  expect(await checkLibraries(folder, [library("a.jar", "aaa")])).toEqual([]);
});

test("missing files, cut files and changed files are each named", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "cut.jar"), "aa");
  await writeFile(join(folder, "changed.jar"), "aab");
  const expected = ["absent.jar", "cut.jar", "changed.jar"].map((name) => library(name, "aaa"));
  expect(await checkLibraries(folder, expected)).toEqual([
    "absent.jar: is missing",
    "cut.jar: has 2 bytes, should have 3",
    expect.stringMatching(/^changed\.jar: has the SHA-256 [0-9a-f]{64}, should have [0-9a-f]{64}$/),
  ]);
});

test("the listing of Kafka is whole: the broker, an slf4j binding, and a digest for each file", () => {
  const names = KAFKA_LIBRARIES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain(`kafka_2.13-${KAFKA_VERSION}.jar`);
  expect(names.some((name) => name.startsWith("slf4j-simple-"))).toBe(true);
  for (const { name, bytes, sha256 } of KAFKA_LIBRARIES) {
    expect(name).toMatch(/^[\w.-]+\.jar$/);
    expect(bytes).toBeGreaterThan(0);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  }
});
