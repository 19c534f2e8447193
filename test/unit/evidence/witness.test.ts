import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { generateKey, signCheckpoint } from "../../../src/evidence/note.js";
import { Witnesses } from "../../../src/evidence/witness.js";
import { largestCheckpoint } from "../../../src/evidence/witness-file.js";

const folder = await mkdtemp(join(tmpdir(), "agent-actions-witness-"));
afterAll(() => rm(folder, { recursive: true, force: true }));
const key = generateKey("example.com/agent-actions");
const noteOf = (size: number, by = key) => signCheckpoint({ size, root: Buffer.alloc(32, size) }, by);

test("the largest signed checkpoint is found in the end of a file, wherever that begins and was cut off", () => {
  const file = [noteOf(7), noteOf(9), noteOf(8), noteOf(99, generateKey("example.com/other"))]
    .map((note) => `${note}\n`)
    .join("");
  for (let from = 0; from <= noteOf(7).length + 1; from++)
    expect(largestCheckpoint(file.slice(from), key.verifier)).toMatchObject({
      size: 9,
      root: Buffer.alloc(32, 9),
    });
  expect(largestCheckpoint(`${noteOf(3)}\n${noteOf(4).slice(0, -20)}`, key.verifier)?.size).toBe(3);
  expect(largestCheckpoint("", key.verifier)).toBeUndefined();
  expect(largestCheckpoint("a\n\nb\n\n\u2014 c", key.verifier)).toBeUndefined();
});

test("nothing is added to a file that is of another log, and it is checked until it is not", async () => {
  const file = join(folder, "witness");
  const failures: unknown[] = [];
  let isOther = true;
  let checks = 0;
  const witnesses = new Witnesses({
    settings: { witnessFile: file, witnessTopic: undefined },
    produce: () => Promise.resolve(),
    check: async () => {
      checks += 1;
      if (isOther) throw new Error("of another log");
    },
    onFailure: (...failure) => void failures.push(failure),
  });
  expect(await witnesses.give("x", noteOf(1))).toBe(false);
  expect(failures).toEqual([[file, new Error("of another log"), 1]]);
  await expect(readFile(file)).rejects.toThrow("ENOENT");
  isOther = false;
  expect(await witnesses.give("x", noteOf(2))).toBe(true);
  expect(await witnesses.give("x", noteOf(3))).toBe(true);
  expect(checks).toBe(2);
  witnesses.checkAgain();
  isOther = true;
  expect(await witnesses.give("x", noteOf(4))).toBe(false);
  expect(await readFile(file, "utf8")).toBe(`${noteOf(2)}\n${noteOf(3)}\n`);
});
